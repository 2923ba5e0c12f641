"""The bundle of limits behind each preset."""

from __future__ import annotations

from dataclasses import dataclass, field

from governance.domain.policy.fields import Guard, Provenance, setting
from governance.domain.types import Preset

_PROFILES = "original profiles: docs/evidence.md, Labels"


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetLimits:
    """What an agent may use under one preset; the defaults here are those of balanced."""

    budget_factor: float = setting(
        1.0,
        unit="x the declared budget",
        low=0,
        high=10,
        guard=Guard.RAISING,
        provenance=Provenance.CHOICE,
        meaning="How much of its declared budget a task may spend, within the monthly budget.",
        reference="own choice: docs/oversight.md",
    )
    parallel_max: int = setting(
        10,
        unit="tasks",
        low=0,
        high=1000,
        guard=Guard.RAISING,
        provenance=Provenance.INHERITED,
        meaning="How many tasks of one agent may run at a time.",
        reference=_PROFILES,
    )
    audit_probability: float = setting(
        0.10,
        unit="share of finished tasks",
        low=0,
        high=1,
        guard=Guard.LOWERING,
        provenance=Provenance.INHERITED,
        meaning="Share of finished tasks that a person checks.",
        reference=_PROFILES,
    )
    tax_share: float = setting(
        0.05,
        unit="share of the value",
        low=0,
        high=1,
        provenance=Provenance.INHERITED,
        meaning="Tax on value between agents. Welfare falls 1.07 % for each point of it.",
        reference="docs/evidence.md: a transaction tax of 5 % is a threshold",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetsPolicy:
    """The three presets, loosest first; validation keeps them in that order."""

    aggressive: PresetLimits = field(
        default_factory=lambda: PresetLimits(
            budget_factor=1.5, parallel_max=20, audit_probability=0.05, tax_share=0.02
        )
    )
    balanced: PresetLimits = field(default_factory=PresetLimits)
    conservative: PresetLimits = field(
        default_factory=lambda: PresetLimits(
            budget_factor=0.5, parallel_max=5, audit_probability=0.25, tax_share=0.10
        )
    )

    def limits(self, preset: Preset) -> PresetLimits:
        """Return the limits of one preset."""
        found: PresetLimits = getattr(self, preset.value)
        return found
