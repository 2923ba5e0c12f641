"""Tunable numbers of drift detection, with what stands behind each."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.fields import Guard, Provenance, setting

MEASURED, CHOICE = Provenance.MEASURED, Provenance.CHOICE


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftPolicy:
    """When an agent counts as changed for the worse, and what follows."""

    false_alarms_week: float = setting(
        1.0,
        unit="alarms a week",
        low=0.01,
        high=1000,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="False alarms of failing work that the whole fleet accepts; the threshold follows.",
        reference="docs/evidence.md, Drift",
    )
    threshold_least: float = setting(
        3.8,
        unit="log odds",
        low=3,
        high=20,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="The threshold never falls below this, however small the fleet.",
        reference="tests/bench/drift.py: measured down to here, 2.6 false alarms there",
    )
    threshold_most: float = setting(
        11.0,
        unit="log odds",
        low=2,
        high=20,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="The threshold never rises above this, however large the fleet.",
        reference="docs/evidence.md, Drift: the formula was fitted between 6.5 and 9",
    )
    odds_ratio: float = setting(
        1.6,
        unit="times the odds",
        low=1.2,
        high=10,
        provenance=MEASURED,
        meaning="The slight worsening to look for: odds of failure this many times the normal.",
        reference="tests/bench/drift.py: with 2.5 alone a quarter of slight changes is missed",
    )
    severe_ratio: float = setting(
        4.0,
        unit="times the odds",
        low=1.5,
        high=20,
        provenance=MEASURED,
        meaning="The severe worsening to look for besides, found within a few tasks.",
        reference="tests/bench/drift.py; docs/evidence.md, Drift",
    )
    severe_margin: float = setting(
        2.5,
        unit="log odds",
        low=0,
        high=10,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="How much more evidence a severe worsening needs than a slight one.",
        reference="tests/bench/drift.py: its false alarms are then a small part of all",
    )
    learning: int = setting(
        40,
        unit="outcomes",
        low=10,
        high=500,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Outcomes that only teach what is normal before any is judged.",
        reference="docs/evidence.md, Drift",
    )
    memory: int = setting(
        1000,
        unit="outcomes",
        low=100,
        high=10_000,
        provenance=MEASURED,
        meaning="How many outcomes the normal failure rate remembers.",
        reference="docs/evidence.md, Drift; that of cost and duration is trust.consistency_memory",
    )
    normal_floor: float = setting(
        0.005,
        unit="share",
        low=0.0005,
        high=0.10,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="An agent is never expected to fail less often than this.",
        reference="docs/evidence.md, Drift",
    )
    normal_ceiling: float = setting(
        0.90,
        unit="share",
        low=0.30,
        high=0.99,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="An agent is never expected to fail more often than this.",
        reference="docs/evidence.md, Drift",
    )
    fleet_memory: int = setting(
        2000,
        unit="outcomes",
        low=200,
        high=100_000,
        provenance=MEASURED,
        meaning="Outcomes of the fleet that tell whether everybody fails more often now.",
        reference="docs/evidence.md, Drift",
    )
    fleet_prior: float = setting(
        3.0,
        unit="failures",
        low=0.5,
        high=50,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="Failures as expected that the fleet is assumed to have had besides.",
        reference="own choice: 3 failures in 30; docs/evidence.md, Trust",
    )
    fleet_doubt: float = setting(
        1.0,
        unit="standard deviations",
        low=0,
        high=5,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="Failures of the fleet that chance may have added, and that excuse no agent.",
        reference="tests/bench/drift.py: without it slow changes are found 10 tasks later",
    )
    amount_threshold: float = setting(
        15.0,
        unit="standard deviations",
        low=5,
        high=50,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Summed deviation of cost or duration that raises an alarm.",
        reference="docs/evidence.md, Drift: 1 false alarm per 1,000 agent-days at 20 tasks a day",
    )
    amount_slack: float = setting(
        0.25,
        unit="standard deviations",
        low=0.05,
        high=2,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Deviation of each task that passes as chance.",
        reference="docs/evidence.md, Drift",
    )
    amount_least: float = setting(
        0.10,
        unit="share",
        low=0.0,
        high=1.0,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="Cost or duration that changes by less than this is no drift, however surely.",
        reference="own choice: nobody acts on less",
    )
    amount_limit: float = setting(
        2.5,
        unit="standard deviations",
        low=1,
        high=10,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="No single task counts for more than this deviation, where the slack is the usual.",
        reference="docs/evidence.md, Drift: without it 46 % of small changes are missed",
    )
    tiers_lost: int = setting(
        1,
        unit="tiers",
        low=0,
        high=2,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="Tiers an agent falls at once on an alarm.",
        reference="own choice: at once, without the wait of a promotion",
    )
    audit_factor: float = setting(
        3.0,
        unit="times",
        low=1,
        high=20,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="Audits are this many times as likely until people have looked at an alarm.",
        reference="own choice: more is looked at while an alarm is open",
    )
    incident_probability: float = setting(
        0.99999,
        unit="probability",
        low=0.90,
        high=0.999999,
        provenance=MEASURED,
        meaning="More agents alarming in a day than this Poisson quantile share a cause.",
        reference="docs/evidence.md, Drift: 0.999 is for one look a day; every refresh looks",
    )
    incident_agents: int = setting(
        4,
        unit="agents",
        low=2,
        high=100,
        provenance=CHOICE,
        meaning="Fewer alarming agents are never taken for a shared cause.",
        reference="own choice: in a small fleet two that drift by themselves would be",
    )
    incident_factor: float = setting(
        1.5,
        unit="times",
        low=1.1,
        high=10,
        provenance=CHOICE,
        meaning="A fleet that surely fails this many times as often as normal has an incident.",
        reference="own choice: who drifts with the fleet shows as a fleet incident",
    )
    incident_window_h: float = setting(
        24.0,
        unit="hours",
        low=1,
        high=168,
        provenance=MEASURED,
        meaning="The time within which alarming agents are counted.",
        reference="docs/evidence.md, Drift",
    )
