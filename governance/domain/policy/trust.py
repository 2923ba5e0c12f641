"""Tunable numbers of trust and tiers, with what stands behind each."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.beginnings import BeginningPolicy
from governance.domain.policy.fields import Guard, Provenance, setting

MEASURED, INHERITED, CHOICE = Provenance.MEASURED, Provenance.INHERITED, Provenance.CHOICE


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustPolicy(BeginningPolicy):
    """How outcomes become a score in [0, 1] and a tier."""

    half_life_days: float = setting(
        30.0,
        unit="days",
        low=1,
        high=365,
        provenance=MEASURED,
        meaning="An outcome this old counts half.",
        reference="docs/evidence.md, Trust: flat between 14 and 30 days",
    )
    evidence_cap: float = setting(
        100.0,
        unit="outcomes",
        low=30,
        high=1000,
        provenance=MEASURED,
        meaning="Evidence never weighs more than this many outcomes, so recent work shows.",
        reference="docs/evidence.md, Trust: flat between 50 and 100",
    )
    prior_strength: float = setting(
        2.0,
        unit="expected failures",
        low=0.5,
        high=20,
        provenance=MEASURED,
        meaning="How strongly a new agent is assumed to be like the rest of the fleet.",
        reference="docs/evidence.md, Trust",
    )
    reference_failure_rate: float = setting(
        0.10,
        unit="share",
        low=0.01,
        high=0.40,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="Failure rate of ordinary work by an ordinary agent; such an agent scores 0.90.",
        reference="own choice: changed only with a version of the policy",
    )
    level_high: float = setting(
        0.85,
        unit="score",
        low=0.60,
        high=0.99,
        guard=Guard.LOWERING,
        provenance=INHERITED,
        meaning="Score from which an agent can be in tier high.",
        reference="docs/evidence.md: the original code, first row of the table",
    )
    level_medium: float = setting(
        0.50,
        unit="score",
        low=0.20,
        high=0.84,
        guard=Guard.LOWERING,
        provenance=INHERITED,
        meaning="Score from which an agent can be in tier medium.",
        reference="docs/evidence.md: the original code, first row of the table",
    )
    dead_band: float = setting(
        0.02,
        unit="score",
        low=0.0,
        high=0.10,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="How far the score may fall below a tier's level before the tier is lost.",
        reference="docs/evidence.md: the original code, first row of the table",
    )
    promote_probability: float = setting(
        0.80,
        unit="probability",
        low=0.55,
        high=0.999,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="How sure we must be that trust is above a level before promoting.",
        reference="docs/evidence.md, Trust: 1.2 changes of tier in 100 agent-days",
    )
    demote_probability: float = setting(
        0.20,
        unit="probability",
        low=0.001,
        high=0.45,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="At or below this probability of being above its level, a tier is lost.",
        reference="docs/evidence.md, Trust",
    )
    own_proof: float = setting(
        0.20,
        unit="probability",
        low=0.01,
        high=0.90,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="Least probability, from the agent's own record alone, of success above a level; "
        "it also caps the score shown.",
        reference="docs/evidence.md, Trust: without it a fleet that fails half its work"
        " calls itself good",
    )
    earn_high_proof: float = setting(
        0.50,
        unit="probability",
        low=0.01,
        high=0.999,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="How sure the agent's own record must make tier high before it is earned; it is "
        "kept down to own_proof.",
        reference="tests/bench/trust.py, development seeds: at 0.20 agents near the level change "
        "tier 7.1 times in 100 agent-days, at 0.50 with the dead band 2.8 times",
    )
    earn_medium_level: float = setting(
        0.60,
        unit="share",
        low=0.50,
        high=0.95,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="Success rate that an agent's own record must prove before it leaves tier low.",
        reference="own choice, with earn_medium_proof: over 1,000 outcomes 0.03 % of agents that "
        "fail half their work pass by luck; with 0.50 and 0.20 all do",
    )
    earn_medium_proof: float = setting(
        0.999,
        unit="probability",
        low=0.50,
        high=0.99999,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="How sure that proof must be. An agent succeeding in 98 % needs about 13 outcomes.",
        reference="see earn_medium_level",
    )
    evidence_high: float = setting(
        20.0,
        unit="outcomes",
        low=10,
        high=100,
        guard=Guard.LOWERING,
        provenance=INHERITED,
        meaning="Decayed weight of evidence needed for tier high.",
        reference="docs/evidence.md: the original code, first row of the table",
    )
    evidence_medium: float = setting(
        10.0,
        unit="outcomes",
        low=5,
        high=100,
        guard=Guard.LOWERING,
        provenance=INHERITED,
        meaning="Decayed weight of evidence needed for tier medium.",
        reference="docs/evidence.md: the original code, first row of the table",
    )
    outcomes_shown: int = setting(
        10,
        unit="outcomes",
        low=1,
        high=100,
        provenance=INHERITED,
        meaning="Below this many outcomes a score reads 'not enough data'.",
        reference="docs/evidence.md: the original code, first row of the table",
    )
    dwell_hours: float = setting(
        24.0,
        unit="hours",
        low=0,
        high=720,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="Least time since the last change of tier before a promotion.",
        reference="docs/evidence.md, Trust",
    )
    sources_needed: int = setting(
        3,
        unit="sources",
        low=1,
        high=20,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="Independent sources of work a promotion needs, or as many as the fleet has.",
        reference="own choice: one friendly customer makes nobody trusted",
    )
    sources_window_days: float = setting(
        30.0,
        unit="days",
        low=1,
        high=365,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="How recently a source must have sent work to count.",
        reference="own choice: one friendly customer makes nobody trusted",
    )
    source_share: float = setting(
        0.25,
        unit="share",
        low=0.05,
        high=0.90,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Largest share of an agent's evidence from one source without verification.",
        reference="docs/evidence.md, Trust: self-dealing gains 0.10 at most",
    )
    source_floor: float = setting(
        10.0,
        unit="outcomes",
        low=1,
        high=100,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Weight one unverified source always keeps, whatever its share.",
        reference="docs/evidence.md, Trust",
    )
    self_report_weight: float = setting(
        0.25,
        unit="outcomes",
        low=0.0,
        high=0.25,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="Weight of an outcome an agent reports about itself, unless verified.",
        reference="docs/evidence.md, Trust",
    )
    class_prior_failures: float = setting(
        3.0,
        unit="failures",
        low=0.1,
        high=30,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="Failures assumed of each class of work before any are seen.",
        reference="docs/evidence.md, Trust",
    )
    class_prior_outcomes: float = setting(
        30.0,
        unit="outcomes",
        low=1,
        high=300,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="Outcomes that assumption weighs.",
        reference="docs/evidence.md, Trust",
    )
    class_decay: float = setting(
        0.9999,
        unit="per outcome",
        low=0.99,
        high=1.0,
        provenance=MEASURED,
        meaning="How slowly the fleet's failure rate of a class forgets.",
        reference="docs/evidence.md, Trust",
    )
