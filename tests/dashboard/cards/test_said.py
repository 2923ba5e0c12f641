"""What is read out of a row and of a panel once it is different."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.cards.holding import SnoozeNote
from dashboard.cards.marks import Claim, claim_words
from tests.dashboard import sample_cards as sample
from tests.dashboard import sample_states as states


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (None, "claimed by nobody"),
        (sample.MY_CLAIM, "claimed by you"),
        (sample.BENS_CLAIM, "claimed by Ben Carter"),
    ],
)
def test_who_works_on_a_ticket_is_named(claim: Claim | None, words: str) -> None:
    assert claim_words(claim) == words


def test_a_row_that_waits_says_who_has_it_and_how_many_agreed() -> None:
    assert sample.REFUND_ROW.said == "#4821: claimed by you, 1 of 2 approvals."
    assert sample.COPY_ROW.said == "#4803: claimed by nobody."


def test_a_row_says_that_it_is_put_off_and_that_a_question_waits() -> None:
    put_off = SnoozeNote(until=sample.NOW + timedelta(minutes=8), by="Omar Haddad")
    snoozed = replace(sample.COPY_ROW, snoozed=put_off)
    asked = replace(sample.REFUND_ROW, is_asked=True)

    assert snoozed.said == "#4803: snoozed by Omar Haddad."
    assert asked.said == (
        "#4821: claimed by you, a question waits for an answer, 1 of 2 approvals."
    )


def test_a_row_is_drawn_again_once_its_snooze_is_over() -> None:
    put_off = SnoozeNote(until=sample.NOW + timedelta(minutes=8), by="Omar Haddad")

    assert replace(sample.COPY_ROW, snoozed=put_off).sign != sample.COPY_ROW.sign


def test_a_settled_row_says_how_and_by_whom_and_an_expired_one_by_nobody() -> None:
    assert sample.DENIED_ROW.said == "#4815: Denied by Ana Ruiz."
    assert sample.EXPIRED_ROW.said == "#4811: Expired."


def test_a_row_and_its_panel_end_alike() -> None:
    assert sample.REFUND_ROW.ending == sample.PANEL.ending == " and is denied"


def test_a_panel_says_what_it_waits_for_or_how_it_ended() -> None:
    unsigned = replace(sample.PANEL, signatures=(), claim=None)

    assert unsigned.said == "This ticket waits in version 3: claimed by nobody."
    assert states.TICKET_STATES["expired"].panel.said == "This ticket is settled: Expired."
