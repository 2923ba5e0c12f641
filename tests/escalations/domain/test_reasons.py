from __future__ import annotations

import pytest

from escalations.domain.lifecycle import TicketKind
from escalations.domain.reasons import REASONS, choices_of, reason_label, reasons_offered
from escalations.domain.voting import Choice


def test_an_incident_is_only_acknowledged() -> None:
    assert choices_of(TicketKind.INCIDENT) == (Choice.APPROVE,)


def test_a_release_can_be_answered_both_ways() -> None:
    assert choices_of(TicketKind.RELEASE) == (Choice.APPROVE, Choice.DENY)


def test_a_task_can_be_answered_in_words_too() -> None:
    assert choices_of(TicketKind.TASK) == (
        Choice.APPROVE,
        Choice.DENY,
        Choice.RESPOND,
        Choice.EMERGENCY,
    )


@pytest.mark.parametrize(
    ("kind", "choices"),
    [
        (TicketKind.DRIFT, (Choice.REBASELINE, Choice.PAUSE, Choice.LOWER_MANDATE)),
        (TicketKind.AUDIT, (Choice.PASS, Choice.FAIL, Choice.UNCLEAR)),
        (TicketKind.CASCADE, (Choice.APPROVE, Choice.RESUME, Choice.CANCEL, Choice.RERUN)),
    ],
)
def test_evidence_is_answered_in_its_own_words(
    kind: TicketKind, choices: tuple[Choice, ...]
) -> None:
    assert choices_of(kind) == choices


@pytest.mark.parametrize("asked", REASONS.keys() - {(TicketKind.TASK, Choice.EMERGENCY)})
def test_codes_are_distinct_and_something_else_comes_last(asked: tuple[TicketKind, Choice]) -> None:
    codes = [reason.code for reason in REASONS[asked]]

    assert len(set(codes)) == len(codes)
    assert codes[-1] == "other"


def test_an_emergency_has_its_one_reason() -> None:
    assert [reason.code for reason in REASONS[TicketKind.TASK, Choice.EMERGENCY]] == ["emergency"]


def test_a_review_finds_whether_it_was_an_emergency_and_no_other_incident_does() -> None:
    review, other = (
        {r.code for r in reasons_offered(TicketKind.INCIDENT, Choice.APPROVE, is_review=is_review)}
        for is_review in (True, False)
    )

    assert review - other == {"emergency_justified", "emergency_unjustified"}
    assert other - review == {"rightly_blocked"}


def test_a_code_reads_as_its_label() -> None:
    assert reason_label(TicketKind.TASK, Choice.DENY, "too_dangerous") == "Too dangerous as asked"


def test_a_code_that_is_used_no_longer_reads_as_itself() -> None:
    assert reason_label(TicketKind.INCIDENT, Choice.DENY, "long_gone") == "long_gone"
