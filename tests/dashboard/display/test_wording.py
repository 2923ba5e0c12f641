from __future__ import annotations

import pytest

from dashboard.display.wording import (
    Mark,
    breaker_mark,
    kind_mark,
    result_mark,
    ticket_mark,
)
from escalations.domain.lifecycle import Resolution, TicketState
from governance.domain.types import BreakerState, Hold, Result


def test_no_two_ends_of_a_ticket_look_the_same() -> None:
    ends = [ticket_mark("RESOLVED", resolution.value) for resolution in Resolution]
    ends += [ticket_mark(state.value) for state in TicketState if state != TicketState.RESOLVED]

    assert len({mark.label for mark in ends}) == len(ends)
    assert all(mark.icon for mark in ends)


def test_an_expired_ticket_is_never_called_denied() -> None:
    assert ticket_mark("EXPIRED") == Mark("Expired", "sand", "amber")


def test_a_state_without_words_reads_as_itself() -> None:
    assert ticket_mark("ON_HOLD") == Mark("On hold")


@pytest.mark.parametrize("state", BreakerState)
def test_every_breaker_state_has_an_icon(state: BreakerState) -> None:
    assert breaker_mark(state.value, Hold.NONE.value).icon


def test_a_hold_is_shown_before_the_state() -> None:
    assert breaker_mark("OPEN", "LATCHED") == Mark("Latched", "lock", "ice")


def test_a_breaker_mark_takes_a_detail() -> None:
    assert breaker_mark("OPEN", detail="28 min").label == "Frozen, 28 min"


def test_an_unknown_breaker_state_reads_as_itself() -> None:
    assert breaker_mark("LIMP_HOME").label == "Limp home"


@pytest.mark.parametrize(("kind", "label"), [("release", "Release"), ("INCIDENT", "Incident")])
def test_a_ticket_that_is_not_about_a_task_says_so(kind: str, label: str) -> None:
    mark = kind_mark(kind)

    assert mark is not None
    assert mark.label == label


def test_a_task_needs_no_tag() -> None:
    assert kind_mark("task") is None


def test_neutral_outcomes_count_neither_way() -> None:
    tones = {result.value: result_mark(result.value).tone for result in Result}

    assert {name for name, tone in tones.items() if tone == "neutral"} == {
        "cancelled",
        "child_frozen",
        "dependency_down",
        "denied",
    }
