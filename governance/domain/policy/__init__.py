"""The policy: every tunable number, its default, its evidence and its validation."""

from governance.domain.policy.fields import Guard, Provenance, Setting
from governance.domain.policy.plain import (
    PolicyField,
    policy_fields,
    policy_from_plain,
    policy_to_plain,
)
from governance.domain.policy.problems import PolicyError, Problem, policy_problems
from governance.domain.policy.tree import Policy, policy_default

__all__ = [
    "Guard",
    "Policy",
    "PolicyError",
    "PolicyField",
    "Problem",
    "Provenance",
    "Setting",
    "policy_default",
    "policy_fields",
    "policy_from_plain",
    "policy_problems",
    "policy_to_plain",
]
