"""When a reviewer is told, quietly and alone, that the decisions come fast."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.fields import Provenance, setting

_SECTION = "own choice: a reviewer who decides faster than one can read"


@dataclass(frozen=True, slots=True, kw_only=True)
class PacePolicy:
    """Nothing here holds a decision back: it suggests a break or a second pair of eyes."""

    window_min: float = setting(
        10.0,
        unit="min",
        low=1,
        high=120,
        provenance=Provenance.CHOICE,
        meaning="How far back a reviewer's own pace is looked at.",
        reference=_SECTION,
    )
    approvals_many: int = setting(
        20,
        unit="approvals",
        low=1,
        high=1000,
        provenance=Provenance.CHOICE,
        meaning="As many approvals within the window, and the reviewer is asked to take a break.",
        reference=_SECTION,
    )
    median_least_s: float = setting(
        5.0,
        unit="s",
        low=0,
        high=600,
        provenance=Provenance.CHOICE,
        meaning="A median time to decide below this, and the reviewer is asked to slow down.",
        reference=_SECTION,
    )
    decisions_least: int = setting(
        5,
        unit="decisions",
        low=1,
        high=100,
        provenance=Provenance.CHOICE,
        meaning="Fewest decisions within the window whose median says anything.",
        reference=_SECTION,
    )
