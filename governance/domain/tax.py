"""Which rate the value between two agents is taxed at."""

from __future__ import annotations

from governance.domain.policy.matrix import MatrixPolicy
from governance.domain.policy.presets import PresetsPolicy
from governance.domain.types import Preset, TaskType, Tier
from governance.domain.value_object import ValueObject


class TaxRate(ValueObject, frozen=True, gc=False):
    """The share of the value in [0, 1], and in words why it is that."""

    share: float
    because: str


def tax_decided(preset: Preset, share: float) -> TaxRate:
    """Return the rate that the gate named when it decided the task an interaction belongs to."""
    return TaxRate(share, f"preset {preset.value}, as its task was decided")


def tax_undecided(matrix: MatrixPolicy, presets: PresetsPolicy, *, tier: Tier) -> TaxRate:
    """Return the rate of an interaction without a task: an exchange is coordination.

    ``tier`` is the initiator's.
    """
    preset = matrix.cell(TaskType.COORDINATION, tier)
    because = f"preset {preset.value}, coordination at tier {tier.value}"
    return TaxRate(presets.limits(preset).tax_share, because)
