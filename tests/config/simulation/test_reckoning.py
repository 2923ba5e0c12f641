from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.simulation.journal import FileJournal, journal_read
from config.simulation.reckoning import Fact, Found, Kind, differences, expected_of

TASK = {"external_id": "t-1"}
TASK_ANSWER = {"id": "uuid-1", "external_id": "t-1", "ticket": 4}


class Notes:
    """A journal in a file, and what a reckoning makes of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = FileJournal(path)

    def call(self, path: str, body: dict[str, Any], answer: dict[str, Any] | None) -> None:
        """Note a call that was answered well, or one that never was."""
        call = self.journal.asked("POST", path, body)
        if answer is not None:
            self.journal.answered(call, ok=True, code="", answer=answer)

    def reckon(self, *stored: Fact, events: tuple[int, ...] = ()) -> list[str]:
        """Return the differences to what is stored."""
        counts = {fact: stored.count(fact) for fact in stored}
        return differences(
            expected_of(journal_read(self.path)), Found(counts=counts, events=events)
        )


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    return Notes(tmp_path / "journal")


def test_a_task_that_is_there_with_decision_and_ticket_is_right(notes: Notes) -> None:
    notes.call("tasks", TASK, TASK_ANSWER)

    said = notes.reckon(
        Fact(Kind.TASK, "t-1"), Fact(Kind.DECISION, "t-1"), Fact(Kind.TICKET, "t-1")
    )

    assert said == []


def test_a_lost_ticket_is_named(notes: Notes) -> None:
    notes.call("tasks", TASK, TASK_ANSWER)

    said = notes.reckon(Fact(Kind.TASK, "t-1"), Fact(Kind.DECISION, "t-1"))

    assert said == ["lost: the ticket of t-1 was answered and is not stored"]


@pytest.mark.parametrize("stored", [(), (Fact(Kind.TASK, "t-1"), Fact(Kind.DECISION, "t-1"))])
def test_an_unanswered_task_may_be_there_or_not(notes: Notes, stored: tuple[Fact, ...]) -> None:
    notes.call("tasks", TASK, None)

    assert notes.reckon(*stored) == []


def test_an_unanswered_task_may_not_be_there_twice(notes: Notes) -> None:
    notes.call("tasks", TASK, None)
    task = Fact(Kind.TASK, "t-1")

    assert notes.reckon(task, task) == ["doubled: the task of t-1 is stored 2 times"]


def test_an_outcome_goes_by_the_task_it_ended(notes: Notes) -> None:
    notes.call("tasks", TASK, {"id": "uuid-1", "external_id": "t-1"})
    notes.call("tasks/uuid-1/outcome", {"result": "success"}, {"task": "t-1"})

    said = notes.reckon(Fact(Kind.TASK, "t-1"), Fact(Kind.DECISION, "t-1"))

    assert said == ["lost: the outcome of t-1 was answered and is not stored"]


def test_a_start_of_an_approved_task_used_one_grant(notes: Notes) -> None:
    notes.call("tasks", TASK, TASK_ANSWER)
    notes.call("tasks/uuid-1/start", {}, {"id": "uuid-1"})
    there = (Fact(Kind.TASK, "t-1"), Fact(Kind.DECISION, "t-1"), Fact(Kind.TICKET, "t-1"))

    assert notes.reckon(*there, Fact(Kind.GRANT, "t-1")) == []
    assert notes.reckon(*there) == ["lost: the used grant of t-1 was answered and is not stored"]


def test_a_start_without_a_ticket_needs_no_grant(notes: Notes) -> None:
    notes.call("tasks", TASK, {"id": "uuid-1", "external_id": "t-1"})
    notes.call("tasks/uuid-1/start", {}, {"id": "uuid-1"})

    assert notes.reckon(Fact(Kind.TASK, "t-1"), Fact(Kind.DECISION, "t-1")) == []


def test_of_a_batch_only_what_was_rejected_may_be_missing(notes: Notes) -> None:
    items = [{"task_id": "h-1"}, {"task_id": "h-2"}, {"task_id": "h-3"}]
    notes.call("outcomes", {"items": items}, {"results": ["stored", "rejected", "duplicate"]})

    said = notes.reckon(Fact(Kind.OUTCOME, "h-1"))

    assert said == ["lost: the outcome of h-3 was answered and is not stored"]


def test_a_vote_counted_twice_is_named(notes: Notes) -> None:
    notes.call("tickets/k-1/approve", {"by": "rita"}, {"id": "k-1"})
    vote = Fact(Kind.VOTE, "k-1 rita")

    assert notes.reckon(vote, vote) == ["doubled: the vote of k-1 rita is stored 2 times"]


@pytest.mark.parametrize("events", [(1, 2, 4), (1, 2, 2)])
def test_a_gap_of_the_events_is_named(notes: Notes, events: tuple[int, ...]) -> None:
    (said,) = notes.reckon(events=events)

    assert said.startswith("events: number 3 is missing or given twice")


def test_a_line_cut_off_by_a_kill_is_left_out(notes: Notes) -> None:
    notes.call("tasks", TASK, None)
    with notes.path.open("a") as journal:
        journal.write('{"call": "x", "what": "as')
    again = FileJournal(notes.path)
    again.asked("POST", "tasks", {"external_id": "t-2"})

    tasks = [entry["body"]["external_id"] for entry in journal_read(notes.path)]

    assert tasks == ["t-1", "t-2"]
