"""Tunable numbers of where trust starts, and of what a task is worth as evidence."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.components import ComponentPolicy
from governance.domain.policy.fields import Guard, Provenance, setting

CHOICE = Provenance.CHOICE


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginningPolicy(ComponentPolicy):
    """What an agent starts with, from its kin or from one that was frozen, and value weights."""

    prior_most_ratio: float = setting(
        3.0,
        unit="times",
        low=1.0,
        high=10.0,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="How much better or worse than the fleet an agent may start because of the other "
        "agents of its owner and template.",
        reference="own choice: even then 100 clean ordinary outcomes lead to 0.95",
    )
    inheritance_days: float = setting(
        30.0,
        unit="days",
        low=0.0,
        high=365,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="How long after a freeze a newly registered look-alike inherits from the frozen "
        "agent.",
        reference="own choice, against a new name for a frozen agent: not simulated",
    )
    inheritance_share: float = setting(
        0.5,
        unit="share",
        low=0.0,
        high=1.0,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="Share of the frozen agent's evidence that the look-alike inherits.",
        reference="own choice, against a new name for a frozen agent: not simulated",
    )
    value_outcomes: int = setting(
        20,
        unit="outcomes",
        low=5,
        high=1000,
        provenance=CHOICE,
        meaning="Outcomes with a value that a class of work needs before values weigh.",
        reference="own choice: the median of 20 lies between the quartiles 97 times in 100",
    )
    value_memory: int = setting(
        2000,
        unit="outcomes",
        low=100,
        high=1_000_000,
        provenance=CHOICE,
        meaning="How many outcomes with a value a class remembers; then all of them count half.",
        reference="own choice",
    )
