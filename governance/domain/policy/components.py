"""Tunable numbers of the three components of a trust score: success, budget, consistency."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.fields import Guard, Provenance, setting

MEASURED, CHOICE = Provenance.MEASURED, Provenance.CHOICE


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentPolicy:
    """What the components weigh, when they are measured, and what tier high asks of them."""

    weight_success: float = setting(
        0.60,
        unit="exponent",
        low=0.10,
        high=1.0,
        provenance=MEASURED,
        meaning="Weight of success in the score.",
        reference="docs/evidence.md, Trust: weighted geometric mean",
    )
    weight_budget: float = setting(
        0.25,
        unit="exponent",
        low=0.0,
        high=1.0,
        provenance=MEASURED,
        meaning="Weight of keeping within budget in the score.",
        reference="docs/evidence.md, Trust",
    )
    weight_consistency: float = setting(
        0.15,
        unit="exponent",
        low=0.0,
        high=1.0,
        provenance=MEASURED,
        meaning="Weight of steady cost and duration in the score.",
        reference="docs/evidence.md, Trust",
    )
    floor_budget_high: float = setting(
        0.80,
        unit="score",
        low=0.0,
        high=0.99,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="Tier high needs at least this budget score, when it is measured.",
        reference="docs/evidence.md, Trust",
    )
    floor_consistency_high: float = setting(
        0.70,
        unit="score",
        low=0.0,
        high=0.99,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="Tier high needs at least this consistency score, when it is measured.",
        reference="docs/evidence.md, Trust",
    )
    component_prior: float = setting(
        0.90,
        unit="share",
        low=0.50,
        high=0.99,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="Budget and consistency score assumed before anything is measured.",
        reference="own choice: the complement of reference_failure_rate",
    )
    component_prior_outcomes: float = setting(
        2.0,
        unit="outcomes",
        low=0.5,
        high=40,
        provenance=CHOICE,
        meaning="Weight of that assumption.",
        reference="own choice: as prior_strength",
    )
    consistency_sigmas: float = setting(
        2.0,
        unit="standard deviations",
        low=1.0,
        high=4.0,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Cost or duration further than this from the agent's usual is inconsistent.",
        reference="docs/evidence.md, Trust",
    )
    consistency_learning: int = setting(
        10,
        unit="outcomes",
        low=3,
        high=100,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="Outcomes of a class before its cost and duration are judged.",
        reference="own choice",
    )
    consistency_memory: int = setting(
        1000,
        unit="outcomes",
        low=50,
        high=10_000,
        provenance=MEASURED,
        meaning="How many outcomes the usual cost and duration remember.",
        reference="docs/evidence.md, Drift",
    )
    consistency_least_sigma: float = setting(
        0.05,
        unit="log units",
        low=0.0,
        high=1.0,
        provenance=CHOICE,
        meaning="Smallest standard deviation assumed, so that an agent of constant cost is not "
        "called inconsistent for one per cent.",
        reference="own choice: about 5 %",
    )
