"""A policy under which finished tasks are drawn for people."""

from __future__ import annotations

from dataclasses import replace

from governance.domain.policy import policy_default, policy_to_plain
from governance.domain.policy.presets import PresetLimits, PresetsPolicy
from governance.models import Fleet
from tests.factories import PolicyVersionFactory


def audit_everything(fleet: Fleet, share: float = 1.0, **audits: int) -> None:
    """Put a policy in force under which every finished task is drawn, or a share of them."""
    policy = policy_default()
    drawn = {
        name: replace(limits, audit_probability=share)
        for name, limits in vars_of(policy.presets).items()
    }
    policy = replace(
        policy, presets=PresetsPolicy(**drawn), audits=replace(policy.audits, **audits)
    )
    version = PolicyVersionFactory(fleet=fleet, body=policy_to_plain(policy))
    Fleet.objects.filter(pk=fleet.pk).update(policy=version)


def vars_of(presets: PresetsPolicy) -> dict[str, PresetLimits]:
    return {name: getattr(presets, name) for name in ("aggressive", "balanced", "conservative")}
