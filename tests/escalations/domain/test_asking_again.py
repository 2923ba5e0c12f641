from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from escalations.domain.asking_again import Checks, LastAsked, why_again
from escalations.domain.lifecycle import Resolution, TicketState

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
NO_CHECKS = Checks(judged=0, missing=0)
WEEK = timedelta(days=7)


def why(last: LastAsked | None, checks: Checks = NO_CHECKS, after: timedelta = WEEK) -> str | None:
    return why_again(last, checks, verify_days=7, now=AT + after)


def asked(state: TicketState, resolution: Resolution | None = None) -> LastAsked:
    at = None if state is TicketState.PENDING else AT
    return LastAsked(number=4, state=state, resolution=resolution, at=at)


def test_what_nobody_asked_about_is_asked_about() -> None:
    assert why(None) == "No ticket asked about it."


def test_what_waits_for_people_is_not_asked_about_twice() -> None:
    assert why(asked(TicketState.PENDING)) is None


@pytest.mark.parametrize("resolution", [Resolution.CONFIRMED, Resolution.DISMISSED])
def test_a_verdict_is_not_asked_for_again(resolution: Resolution) -> None:
    assert why(asked(TicketState.RESOLVED, resolution)) is None


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (TicketState.EXPIRED, "Asked again: ticket #4 expired unanswered."),
        (TicketState.CANCELLED, "Asked again: ticket #4 was withdrawn."),
    ],
)
def test_a_ticket_that_ended_without_an_answer_is_asked_again_at_once(
    state: TicketState, says: str
) -> None:
    assert why(asked(state), after=timedelta(0)) == says


@pytest.mark.parametrize(
    ("checks", "after", "says"),
    [
        (Checks(judged=15, missing=1), WEEK - timedelta(seconds=1), None),
        (
            Checks(judged=16, missing=0),
            timedelta(hours=1),
            "Asked again: 16 checks judged since ticket #4 wanted them, and none is missing.",
        ),
        (
            Checks(judged=5, missing=11),
            WEEK,
            "Asked again after 7 days: 5 checks judged since ticket #4 wanted them, 11 still"
            " missing.",
        ),
    ],
)
def test_wanted_checks_are_waited_for_but_not_for_ever(
    checks: Checks, after: timedelta, says: str | None
) -> None:
    assert why(asked(TicketState.RESOLVED, Resolution.VERIFYING), checks, after) == says
