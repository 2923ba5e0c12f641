from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard import cards
from tests.dashboard import sample_cards as sample
from tests.dashboard import sample_states as states


def test_the_three_largest_parts_come_first() -> None:
    largest = [(part.metric, part.points) for part in sample.BLAST.largest]

    assert largest == [("R", 14), ("D", 14), ("E", 12)]


def test_the_rest_of_the_vector_is_summed() -> None:
    # 76 points in all, 14 + 14 + 12 of them in the three largest.
    assert (sample.BLAST.rest_count, sample.BLAST.rest_points) == (6, 36)


def test_points_that_decided_are_said_by_the_reason_already() -> None:
    by_points = replace(sample.BLAST, because="with 41 of 104 points: production.")

    assert by_points.counts_points
    assert not sample.BLAST.counts_points


def test_below_ten_outcomes_trust_is_not_known() -> None:
    assert not sample.NEW_TRUST.is_known
    assert replace(sample.NEW_TRUST, outcomes=10).is_known


def test_open_signatures_are_counted_on() -> None:
    assert list(sample.PANEL.open_signatures) == [2]


def test_renewing_ones_own_lease_is_no_reason_to_draw_again() -> None:
    renewed = replace(
        sample.PANEL, claim=replace(sample.MY_CLAIM, lease=sample.countdown(600, 600))
    )

    assert renewed.sign == sample.PANEL.sign


@pytest.mark.parametrize(
    "panel",
    [
        replace(sample.PANEL, version=4),
        replace(sample.PANEL, claim=sample.BENS_CLAIM),
        replace(sample.PANEL, claim=None),
        replace(sample.PANEL, choices=cards.choices_for("task", {"approve": "it is frozen."})),
        states.UNDOABLE.panel,
    ],
)
def test_whatever_a_person_must_see_draws_the_panel_again(panel: cards.DecisionPanel) -> None:
    assert panel.sign != sample.PANEL.sign


def test_a_claim_draws_the_row_again() -> None:
    assert replace(sample.COPY_ROW, claim=sample.BENS_CLAIM).sign != sample.COPY_ROW.sign


def test_approve_is_never_the_first_choice_of_a_task() -> None:
    choices = [choice.value for choice in cards.choices_for("task")]

    assert choices == ["deny", "respond", "approve"]


def test_a_choice_that_is_off_says_why() -> None:
    deny, approve = cards.choices_for("release", {"approve": "you own it."})

    assert (deny.why_off, approve.why_off) == ("", "you own it.")


def test_a_kind_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="no words for ticket kind 'opinion'"):
        cards.choices_for("opinion")


def test_the_first_fleet_is_shown_where_none_is_chosen() -> None:
    fleets = (cards.FleetLink(name="All fleets", url="/queue/"),)

    assert replace(sample.SHELL, fleets=fleets).fleet.name == "All fleets"
