"""Which preset applies: task type by trust tier, nine cells."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.fields import Guard, Provenance, setting
from governance.domain.types import Preset, TaskType, Tier

_TABLE = "own choice; docs/evidence.md: no study was found behind the original table"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixPolicy:
    """One preset per task type and tier; validation keeps it monotone."""

    stateless_high: Preset = setting(
        Preset.AGGRESSIVE,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="Preset for a stateless task of a highly trusted agent.",
        reference=_TABLE,
    )
    stateless_medium: Preset = setting(
        Preset.BALANCED,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="Preset for a stateless task at medium trust.",
        reference=_TABLE,
    )
    stateless_low: Preset = setting(
        Preset.CONSERVATIVE,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="Preset for a stateless task at low trust.",
        reference=_TABLE,
    )
    pipeline_high: Preset = setting(
        Preset.BALANCED,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="Preset for a pipeline of a highly trusted agent.",
        reference=_TABLE,
    )
    pipeline_medium: Preset = setting(
        Preset.BALANCED,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="Preset for a pipeline at medium trust.",
        reference=_TABLE,
    )
    pipeline_low: Preset = setting(
        Preset.CONSERVATIVE,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="Preset for a pipeline at low trust.",
        reference=_TABLE,
    )
    coordination_high: Preset = setting(
        Preset.BALANCED,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="Preset for coordination by a highly trusted agent.",
        reference=_TABLE,
    )
    coordination_medium: Preset = setting(
        Preset.CONSERVATIVE,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="Preset for coordination at medium trust.",
        reference=_TABLE,
    )
    coordination_low: Preset = setting(
        Preset.CONSERVATIVE,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="Preset for coordination at low trust.",
        reference=_TABLE,
    )

    def cell(self, task_type: TaskType, tier: Tier) -> Preset:
        """Return the preset of one cell."""
        preset: Preset = getattr(self, f"{task_type.value}_{tier.value}")
        return preset
