from __future__ import annotations

import math
from uuid import UUID

import pytest

from governance.domain.audits import (
    AuditLoad,
    audit_drawn,
    audit_probability,
    audit_refused,
    audit_sentence,
)
from governance.domain.policy.audits import AuditPolicy
from governance.domain.types import Preset

SECRET = "0123456789abcdef" * 4
TASKS = [str(UUID(int=number)) for number in range(20_000)]


@pytest.mark.parametrize("probability", [0.05, 0.10, 0.25])
def test_the_share_of_tasks_drawn_is_the_probability(probability: float) -> None:
    drawn = sum(audit_drawn(SECRET, task, probability) for task in TASKS)

    # Four standard deviations of a binomial count; the draw is fixed, so this never flickers.
    spread = math.sqrt(len(TASKS) * probability * (1.0 - probability))
    assert abs(drawn - len(TASKS) * probability) < 4.0 * spread


def test_drawing_again_draws_the_same() -> None:
    first = [audit_drawn(SECRET, task, 0.1) for task in TASKS[:500]]

    assert [audit_drawn(SECRET, task, 0.1) for task in TASKS[:500]] == first


def test_another_secret_draws_other_tasks() -> None:
    mine = {task for task in TASKS if audit_drawn(SECRET, task, 0.1)}
    theirs = {task for task in TASKS if audit_drawn("another" * 9, task, 0.1)}

    # Of 2,000 drawn by one secret another draws a tenth, 200; four standard deviations are 54.
    assert abs(len(mine & theirs) - len(mine) * 0.1) < 54.0


def test_a_higher_probability_draws_what_a_lower_one_draws_and_more() -> None:
    low = {task for task in TASKS[:5_000] if audit_drawn(SECRET, task, 0.05)}
    high = {task for task in TASKS[:5_000] if audit_drawn(SECRET, task, 0.25)}

    assert low < high


@pytest.mark.parametrize(("probability", "drawn"), [(0.0, 0), (1.0, 100)])
def test_never_and_always_are_exact(probability: float, drawn: int) -> None:
    assert sum(audit_drawn(SECRET, task, probability) for task in TASKS[:100]) == drawn


def test_nothing_is_drawn_without_a_secret() -> None:
    with pytest.raises(ValueError, match="got none"):
        audit_drawn("", TASKS[0], 0.5)


@pytest.mark.parametrize(
    ("share", "drifting", "expected"), [(0.1, False, 0.1), (0.1, True, 0.3), (0.5, True, 1.0)]
)
def test_drift_makes_an_audit_more_likely(share: float, drifting: bool, expected: float) -> None:
    found = audit_probability(share, drifting=drifting, factor=3.0)

    assert found == pytest.approx(expected)


def test_the_sentence_names_the_chance_and_what_raised_it() -> None:
    usual = audit_sentence(Preset.BALANCED, 0.1, 0.1)
    raised = audit_sentence(Preset.BALANCED, 0.1, 0.3)

    assert usual == "Drawn by chance: 10 % of finished tasks under preset balanced."
    assert raised == (
        "Drawn by chance: 10 % of finished tasks under preset balanced,"
        " 30 % while a drift alarm of the agent is open."
    )


@pytest.mark.parametrize(
    ("waiting", "today", "refused"),
    [
        (2, 4, None),
        (3, 3, "Skipped: 3 audits wait for people already, of at most 3."),
        (0, 5, "Skipped: 5 audits were drawn today (UTC), of at most 5."),
    ],
)
def test_people_have_room_for_so_many(waiting: int, today: int, refused: str | None) -> None:
    policy = AuditPolicy(open_most=3, day_most=5)

    assert audit_refused(AuditLoad(waiting=waiting, today=today), policy) == refused
