from __future__ import annotations

import pytest

from governance.domain.matrix import Cell, audit_probability, matrix_cell
from governance.domain.policy import policy_default
from governance.domain.types import Approval, BlastLevel, Preset, TaskType, Tier

POLICY = policy_default()


def _cell(
    task_type: TaskType = TaskType.STATELESS,
    tier: Tier = Tier.HIGH,
    level: BlastLevel = BlastLevel.LOW,
) -> Cell:
    return matrix_cell(
        POLICY.matrix,
        POLICY.presets,
        POLICY.approvals,
        task_type=task_type,
        tier=tier,
        level=level,
    )


@pytest.mark.parametrize(
    ("task_type", "high", "medium", "low"),
    [
        ("stateless", "aggressive", "balanced", "conservative"),
        ("pipeline", "balanced", "balanced", "conservative"),
        ("coordination", "balanced", "conservative", "conservative"),
    ],
)
def test_the_matrix_is_the_one_of_domain_md(
    task_type: str, high: str, medium: str, low: str
) -> None:
    presets = [_cell(TaskType(task_type), tier).preset for tier in Tier]

    assert presets == [high, medium, low]


@pytest.mark.parametrize(
    ("tier", "budget", "parallel", "audit", "tax"),
    [
        (Tier.HIGH, 1.5, 20, 0.05, 0.02),
        (Tier.MEDIUM, 1.0, 10, 0.10, 0.05),
        (Tier.LOW, 0.5, 5, 0.25, 0.10),
    ],
)
def test_the_limits_are_those_of_domain_md(
    tier: Tier, budget: float, parallel: int, audit: float, tax: float
) -> None:
    limits = _cell(tier=tier).limits

    assert (limits.budget_factor, limits.parallel_max) == (budget, parallel)
    assert (limits.audit_probability, limits.tax_share) == (audit, tax)


@pytest.mark.parametrize(
    ("level", "high", "medium", "low"),
    [
        ("LOW", "run", "run", "run_sampled"),
        ("MEDIUM", "run", "run_sampled", "one_approval"),
        ("HIGH", "one_approval", "one_approval", "two_approvals_one_manager"),
        ("CRITICAL", "two_approvals", "two_approvals", "deny"),
    ],
)
def test_the_approval_table_is_the_one_of_domain_md(
    level: str, high: str, medium: str, low: str
) -> None:
    answers = [_cell(tier=tier, level=BlastLevel(level)).table for tier in Tier]

    assert answers == [high, medium, low]


@pytest.mark.parametrize(
    ("tier", "level", "sentence"),
    [
        (
            Tier.HIGH,
            BlastLevel.CRITICAL,
            "Critical task, high trust, preset aggressive: 2 approvals.",
        ),
        (Tier.HIGH, BlastLevel.LOW, "Low task, high trust, preset aggressive: runs."),
        (
            Tier.MEDIUM,
            BlastLevel.MEDIUM,
            "Medium task, medium trust, preset balanced: runs, 10 % are checked afterwards.",
        ),
        (
            Tier.LOW,
            BlastLevel.HIGH,
            "High task, low trust, preset conservative: 2 approvals, one by a manager.",
        ),
        (Tier.LOW, BlastLevel.CRITICAL, "Critical task, low trust, preset conservative: denied."),
    ],
)
def test_the_sentence_names_level_trust_preset_and_answer(
    tier: Tier, level: BlastLevel, sentence: str
) -> None:
    assert _cell(tier=tier, level=level).finding.sentence == sentence


def test_a_low_trust_attempt_at_something_critical_is_an_incident() -> None:
    finding = _cell(tier=Tier.LOW, level=BlastLevel.CRITICAL).finding

    assert (finding.asks, finding.incident) == (Approval.DENY, True)


@pytest.mark.parametrize(
    ("tier", "level", "chance"),
    [
        (Tier.HIGH, BlastLevel.LOW, 0.0),
        (Tier.MEDIUM, BlastLevel.LOW, 0.0),
        (Tier.LOW, BlastLevel.LOW, 0.25),
        (Tier.HIGH, BlastLevel.MEDIUM, 0.05),
        (Tier.MEDIUM, BlastLevel.HIGH, 0.10),
    ],
)
def test_a_low_task_that_simply_runs_costs_no_person(
    tier: Tier, level: BlastLevel, chance: float
) -> None:
    assert audit_probability(_cell(tier=tier, level=level), level) == chance


def test_presets_are_looked_up_by_name() -> None:
    assert POLICY.presets.limits(Preset.CONSERVATIVE) is POLICY.presets.conservative
