"""Who must agree before a task runs: preset by blast level."""

from __future__ import annotations

from dataclasses import dataclass, field

from governance.domain.policy.fields import Guard, Provenance, setting
from governance.domain.types import Approval, BlastLevel, Preset

_TABLE = "own choice: docs/oversight.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRow:
    """One preset's answers by level; the defaults here are those of balanced."""

    low: Approval = setting(
        Approval.RUN,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="What a task of level Low needs under this preset.",
        reference=_TABLE,
    )
    medium: Approval = setting(
        Approval.RUN_SAMPLED,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="What a task of level Medium needs under this preset.",
        reference=_TABLE,
    )
    high: Approval = setting(
        Approval.ONE,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="What a task of level High needs under this preset.",
        reference=_TABLE,
    )
    critical: Approval = setting(
        Approval.TWO,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="What a task of level Critical needs under this preset.",
        reference=_TABLE,
    )

    def at(self, level: BlastLevel) -> Approval:
        """Return the answer for one level."""
        found: Approval = getattr(self, level.value.lower())
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPolicy:
    """The approval table; validation keeps it monotone in preset and level."""

    aggressive: ApprovalRow = field(default_factory=lambda: ApprovalRow(medium=Approval.RUN))
    balanced: ApprovalRow = field(default_factory=ApprovalRow)
    conservative: ApprovalRow = field(
        default_factory=lambda: ApprovalRow(
            low=Approval.RUN_SAMPLED,
            medium=Approval.ONE,
            high=Approval.TWO_WITH_MANAGER,
            critical=Approval.DENY,
        )
    )

    def required(self, preset: Preset, level: BlastLevel) -> Approval:
        """Return what the table asks for."""
        row: ApprovalRow = getattr(self, preset.value)
        return row.at(level)
