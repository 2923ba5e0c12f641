"""From task type, tier and level to preset, limits and the people who must agree."""

from __future__ import annotations

from governance.domain.approval import approval_verdict, approval_words
from governance.domain.phrases import share_words
from governance.domain.policy.approvals import ApprovalPolicy
from governance.domain.policy.matrix import MatrixPolicy
from governance.domain.policy.presets import PresetLimits, PresetsPolicy
from governance.domain.reasons import Finding, ReasonCode
from governance.domain.types import Approval, BlastLevel, Preset, TaskType, Tier, Verdict
from governance.domain.value_object import ValueObject


class Cell(ValueObject, frozen=True, kw_only=True):
    """What the matrix and the approval table say about one task."""

    preset: Preset
    limits: PresetLimits
    table: Approval
    finding: Finding


def matrix_cell(
    matrix: MatrixPolicy,
    presets: PresetsPolicy,
    approvals: ApprovalPolicy,
    *,
    task_type: TaskType,
    tier: Tier,
    level: BlastLevel,
) -> Cell:
    """Return preset, limits and the approval table's answer, with the sentence that says so."""
    preset = matrix.cell(task_type, tier)
    limits = presets.limits(preset)
    table = approvals.required(preset, level)
    words = approval_words(table)
    if table is Approval.RUN_SAMPLED:
        words = f"runs, {share_words(limits.audit_probability)} are checked afterwards"
    denied = approval_verdict(table) is Verdict.DENY
    return Cell(
        preset=preset,
        limits=limits,
        table=table,
        finding=Finding(
            code=ReasonCode.APPROVAL_TABLE,
            sentence=f"{level.capitalize()} task, {tier} trust, preset {preset}: {words}.",
            asks=table,
            incident=denied,
        ),
    )


def audit_probability(cell: Cell, level: BlastLevel) -> float:
    """Return the chance in [0, 1] that a person checks the finished task.

    A Low task that simply runs costs no person; everything else is sampled at the preset's rate.
    """
    runs_unseen = cell.table is Approval.RUN and level is BlastLevel.LOW
    return 0.0 if runs_unseen else cell.limits.audit_probability
