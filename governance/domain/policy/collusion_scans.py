"""How often a scan for collusion runs, and how much it reads."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.collusion_margins import MarginPolicy
from governance.domain.policy.fields import Provenance, setting

MEASURED, CHOICE = Provenance.MEASURED, Provenance.CHOICE


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPolicy(MarginPolicy):
    """When a fleet is scanned and how far back."""

    window_days: int = setting(
        28,
        unit="days",
        low=7,
        high=90,
        provenance=MEASURED,
        meaning="How far back a full scan looks; quiet fleets need more.",
        reference="docs/evidence.md, Collusion",
    )
    quiet_days: int = setting(
        90,
        unit="days",
        low=28,
        high=365,
        provenance=MEASURED,
        meaning="The window of a fleet whose agents have few interactions each.",
        reference="docs/evidence.md, Collusion: what is found follows the interactions of a pair",
    )
    quiet_interactions: int = setting(
        100,
        unit="interactions of an agent",
        low=10,
        high=1_000,
        provenance=MEASURED,
        meaning="Fewer than this within the window on average make a fleet quiet.",
        reference="docs/evidence.md, Collusion",
    )
    most_interactions: int = setting(
        3_000_000,
        unit="interactions",
        low=1_000,
        high=20_000_000,
        provenance=MEASURED,
        meaning="Most interactions of a fleet that one scan reads; a million take about 400 MB.",
        reference="tests/bench/collusion.py",
    )
    recent_every_min: int = setting(
        60,
        unit="minutes",
        low=1,
        high=1_440,
        provenance=CHOICE,
        meaning="How often the latest day is scanned.",
        reference="own choice: nightly for the whole window, hourly for a day of it",
    )
    full_every_h: int = setting(
        24,
        unit="hours",
        low=1,
        high=168,
        provenance=CHOICE,
        meaning="How often the whole window is scanned.",
        reference="own choice: nightly for the whole window, hourly for a day of it",
    )
