from __future__ import annotations

from decimal import Decimal

import pytest

from governance.domain.blast import BlastMetric, BlastValueError, blast_score
from governance.domain.facts import History, MoneyFacts
from governance.domain.policy.blast import BlastPolicy
from governance.domain.types import BlastLevel, Environment
from tests.governance.domain.asking import PURSE, READ_TASK, task_of, task_with

POLICY = BlastPolicy()


def test_a_harmless_production_read_is_low() -> None:
    result = blast_score(READ_TASK, PURSE, POLICY)

    assert result.vector == "ABR:1/E:P/W:N/R:A/D:I/X:N/M:N/F:1/N:1/U:T"
    assert (result.level, result.points) == (BlastLevel.LOW, 15)
    assert result.headline == "Low: 15 of 104 points: production, internal data."


def test_nothing_at_all_at_stake_scores_zero() -> None:
    task = task_of("W:N/R:A/D:N/X:N/U:T", environment=Environment.SANDBOX)

    result = blast_score(task, PURSE, POLICY)

    assert (result.points, result.headline) == (0, "Low: 0 of 104 points.")


def test_the_headline_names_the_floor_and_the_next_two_parts() -> None:
    task = task_of("W:M/R:I/D:R/X:N/U:E")

    result = blast_score(task, PURSE, POLICY)

    # By hand: 12 + 8 + 14 + 14 + 5 = 53 points; only the floor makes it Critical.
    assert (result.points, result.level) == (53, BlastLevel.CRITICAL)
    assert result.headline == (
        "Critical because an irreversible production change touches restricted data;"
        " next highest: input of an external user."
    )
    assert result.floors == (
        "At least Critical: an irreversible production change touches restricted data.",
        "At least High: it cannot be undone in production.",
        "At least Medium: it writes to production.",
        "At least Medium: it touches restricted data.",
    )


@pytest.mark.parametrize(
    ("metrics", "points", "level", "headline"),
    [
        # 6 + 14 + 8 + 8 + 3 = 39, only a Medium floor.
        (
            "W:D/R:H/D:C/X:I/U:T",
            39,
            BlastLevel.HIGH,
            "High: 39 of 104 points: deletes, hard to undo, confidential data.",
        ),
        # 6 + 16 + 14 + 14 + 3 + 8 = 61, no Critical floor in staging.
        (
            "W:P/R:I/D:R/X:I/U:U",
            61,
            BlastLevel.CRITICAL,
            "Critical: 61 of 104 points: changes permissions or guardrails, cannot be undone,"
            " restricted data.",
        ),
        # 6 + 4 + 3 + 7 = 20 is exactly where Medium begins.
        (
            "W:A/R:A/D:I/X:P/U:T",
            20,
            BlastLevel.MEDIUM,
            "Medium: 20 of 104 points: reaches a partner or customer, staging, adds.",
        ),
    ],
)
def test_without_a_floor_of_that_level_the_points_speak(
    metrics: str, points: int, level: BlastLevel, headline: str
) -> None:
    task = task_of(metrics, environment=Environment.STAGING)

    result = blast_score(task, PURSE, POLICY)

    assert (result.points, result.level, result.headline) == (points, level, headline)


def test_the_parts_come_heaviest_first_with_their_sources() -> None:
    result = blast_score(READ_TASK, PURSE, POLICY)

    shown = [(part.metric, part.points, part.points_max, part.source) for part in result.parts[:3]]
    assert shown == [("E", 12, 12, "key"), ("D", 3, 14, "registry"), ("W", 0, 16, "registry")]
    assert len(result.parts) == 9


def test_counts_and_shares_are_said_with_their_numbers() -> None:
    money = MoneyFacts(task_budget_usd=Decimal("18420.50"), month_budget_usd=Decimal(200_000))

    result = blast_score(READ_TASK, money, POLICY)

    meanings = {part.metric: part.meaning for part in result.parts}
    assert meanings[BlastMetric.MONEY] == "9.2 % of $200,000.00 a month"
    assert (meanings[BlastMetric.FAN_OUT], meanings[BlastMetric.STEPS]) == ("1 agent", "1 step")


def test_an_unknown_letter_is_refused() -> None:
    with pytest.raises(BlastValueError) as refused:
        blast_score(task_with(declared_blast={"W": "Z"}), PURSE, POLICY)

    assert str(refused.value) == "blast.W must be one of N, A, M, D, P, got Z"


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(BlastValueError) as refused:
        blast_score(task_with(declared_blast={"Q": "N"}), PURSE, POLICY)

    assert str(refused.value) == "blast must be one of E, W, R, D, X, M, F, N, U, got Q"


@pytest.mark.parametrize(("tasks", "value"), [(9, "N"), (10, "D")])
def test_history_raises_a_metric_from_ten_tasks_on(tasks: int, value: str) -> None:
    task = task_with(history=History(tasks=tasks, metrics={"W": "D"}))

    result = blast_score(task, PURSE, POLICY)

    assert f"/W:{value}/" in result.vector
