from __future__ import annotations

import pytest

from escalations.domain.lifecycle import TicketKind
from escalations.domain.reasons import REASONS, choices_of, reason_label
from escalations.domain.voting import Choice


def test_an_incident_is_only_acknowledged() -> None:
    assert choices_of(TicketKind.INCIDENT) == (Choice.APPROVE,)


@pytest.mark.parametrize("kind", [TicketKind.TASK, TicketKind.RELEASE])
def test_a_task_and_a_release_can_be_answered_both_ways(kind: TicketKind) -> None:
    assert choices_of(kind) == (Choice.APPROVE, Choice.DENY)


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


@pytest.mark.parametrize("asked", REASONS)
def test_codes_are_distinct_and_something_else_comes_last(asked: tuple[TicketKind, Choice]) -> None:
    codes = [reason.code for reason in REASONS[asked]]

    assert len(set(codes)) == len(codes)
    assert codes[-1] == "other"


def test_a_code_reads_as_its_label() -> None:
    assert reason_label(TicketKind.TASK, Choice.DENY, "too_dangerous") == "Too dangerous as asked"


def test_a_code_that_is_used_no_longer_reads_as_itself() -> None:
    assert reason_label(TicketKind.INCIDENT, Choice.DENY, "long_gone") == "long_gone"
