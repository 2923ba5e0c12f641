"""Where the blast levels begin, and how money and history count."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.fields import Guard, Provenance, setting

_VECTOR = "docs/evidence.md, Blast radius: 28 of 30 tasks as people rate them"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlastPolicy:
    """Cuts of the score and shares of the monthly budget. Metric points and floors are fixed."""

    medium_from: int = setting(
        20,
        unit="points",
        low=1,
        high=104,
        guard=Guard.RAISING,
        provenance=Provenance.MEASURED,
        meaning="Score from which a task is Medium.",
        reference=_VECTOR,
    )
    high_from: int = setting(
        38,
        unit="points",
        low=1,
        high=104,
        guard=Guard.RAISING,
        provenance=Provenance.MEASURED,
        meaning="Score from which a task is High.",
        reference=_VECTOR,
    )
    critical_from: int = setting(
        58,
        unit="points",
        low=1,
        high=104,
        guard=Guard.RAISING,
        provenance=Provenance.MEASURED,
        meaning="Score from which a task is Critical.",
        reference=_VECTOR,
    )
    money_low_share: float = setting(
        0.01,
        unit="share of the monthly budget",
        low=0,
        high=1,
        guard=Guard.RAISING,
        provenance=Provenance.CHOICE,
        meaning="Money at stake up to this share counts as little.",
        reference="own choice; the metric: docs/evidence.md, Blast radius",
    )
    money_medium_share: float = setting(
        0.10,
        unit="share of the monthly budget",
        low=0,
        high=1,
        guard=Guard.RAISING,
        provenance=Provenance.CHOICE,
        meaning="Money at stake above this share makes a task at least High.",
        reference="own choice; the metric: docs/evidence.md, Blast radius",
    )
    money_window_h: float = setting(
        24.0,
        unit="h",
        low=1,
        high=744,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="Spending of the same lineage and owner is added up over this time.",
        reference="own choice: a day; docs/evidence.md, Blast radius",
    )
    history_tasks_min: int = setting(
        10,
        unit="tasks",
        low=1,
        high=1000,
        provenance=Provenance.CHOICE,
        meaning="Fewer tasks of this agent, operation and tool say nothing about the next.",
        reference="own choice; docs/evidence.md, Blast radius",
    )
    history_days: float = setting(
        30.0,
        unit="days",
        low=1,
        high=365,
        provenance=Provenance.CHOICE,
        meaning="How far back the agent's own tasks are looked at.",
        reference="own choice; docs/evidence.md, Blast radius",
    )
    history_quantile: float = setting(
        0.90,
        unit="quantile",
        low=0.5,
        high=1,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="The observed metric at this quantile of the agent's own tasks counts.",
        reference="own choice; docs/evidence.md, Blast radius",
    )
