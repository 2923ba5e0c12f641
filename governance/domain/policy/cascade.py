"""When failures that follow failures are a cascade, and how far it is contained."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.fields import Guard, Provenance, setting

MEASURED, CHOICE = Provenance.MEASURED, Provenance.CHOICE


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadePolicy:
    """How cascades are found in a lineage and contained."""

    expected_factor: float = setting(
        1.5,
        unit="factor",
        low=1.0,
        high=5.0,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="How much likelier a task fails by itself when its parent failed.",
        reference="docs/evidence.md, Cascades",
    )
    failures_min: int = setting(
        3,
        unit="failures",
        low=2,
        high=20,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Fewest failures under failed parents that can be a cascade.",
        reference="docs/evidence.md, Cascades",
    )
    agents_min: int = setting(
        2,
        unit="agents",
        low=1,
        high=10,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Fewest agents that failures must touch to be a cascade.",
        reference="docs/evidence.md, Cascades",
    )
    act_below: float = setting(
        0.001,
        unit="probability",
        low=1e-9,
        high=0.05,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="So many failures or more are this unlikely by chance before a lineage is held.",
        reference="docs/evidence.md, Cascades: 0.02 false alarms a day",
    )
    watch_below: float = setting(
        0.01,
        unit="probability",
        low=1e-9,
        high=0.2,
        provenance=MEASURED,
        meaning="Below this chance a lineage is shown as watched; nothing is held.",
        reference="docs/evidence.md, Cascades",
    )
    depth_most: int = setting(
        3,
        unit="levels",
        low=1,
        high=10,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="How many levels below a tainted task are held.",
        reference="own choice: docs/architecture.md, Cascades",
    )
    tasks_most: int = setting(
        500,
        unit="tasks",
        low=1,
        high=5000,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="How many tasks one containment holds at most.",
        reference="own choice: docs/architecture.md, Cascades",
    )
