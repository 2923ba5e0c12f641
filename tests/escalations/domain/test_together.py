from __future__ import annotations

from dataclasses import replace

import pytest

from escalations.domain.lifecycle import TicketKind
from escalations.domain.together import (
    MOST_TOGETHER,
    Apart,
    Candidate,
    TicketName,
    answers_words,
    left_out,
    name_read,
    reasons_shared,
    summary,
)
from escalations.domain.voting import Choice
from governance.domain.types import BlastLevel

REFUND = Candidate(kind=TicketKind.TASK, level=BlastLevel.HIGH, what="refund.issue")
DEPLOY = Candidate(kind=TicketKind.TASK, level=BlastLevel.MEDIUM, what="deploy")
PURGE = Candidate(kind=TicketKind.TASK, level=BlastLevel.CRITICAL, what="shop.purge")
RELEASE = Candidate(kind=TicketKind.RELEASE)
EDITED = Candidate(kind=TicketKind.TASK, level=BlastLevel.HIGH, is_edited=True)
OWN = Candidate(kind=TicketKind.TASK, level=BlastLevel.HIGH, why_not="You own refund-bot.")


@pytest.mark.parametrize(
    ("ticket", "choice", "rule"),
    [
        (REFUND, Choice.APPROVE, None),
        (REFUND, Choice.DENY, None),
        (PURGE, Choice.APPROVE, Apart.CRITICAL),
        (PURGE, Choice.DENY, None),
        (EDITED, Choice.APPROVE, Apart.EDITED),
        (EDITED, Choice.DENY, None),
        (RELEASE, Choice.APPROVE, Apart.OWN_QUESTION),
        (RELEASE, Choice.DENY, None),
        (Candidate(kind=TicketKind.INCIDENT), Choice.APPROVE, Apart.OWN_QUESTION),
        (Candidate(kind=TicketKind.INCIDENT), Choice.DENY, Apart.OWN_QUESTION),
        (Candidate(kind=TicketKind.AUDIT), Choice.DENY, Apart.OWN_QUESTION),
        (Candidate(kind=TicketKind.DRIFT), Choice.DENY, Apart.OWN_QUESTION),
        (Candidate(kind=TicketKind.CASCADE), Choice.DENY, Apart.OWN_QUESTION),
        (Candidate(kind=TicketKind.COLLUSION), Choice.APPROVE, Apart.OWN_QUESTION),
        (OWN, Choice.APPROVE, Apart.NOT_ALONE_EITHER),
        (OWN, Choice.DENY, Apart.NOT_ALONE_EITHER),
        (replace(REFUND, is_counted=False), Choice.DENY, Apart.NOT_COUNTED),
    ],
)
def test_a_rule_leaves_a_ticket_out(ticket: Candidate, choice: Choice, rule: Apart | None) -> None:
    (found,) = left_out([ticket], choice)

    assert (None if found is None else found.rule) == rule


def test_whoever_is_left_out_reads_why() -> None:
    incident = Candidate(kind=TicketKind.INCIDENT)

    found = left_out([OWN, RELEASE, incident, PURGE, EDITED], Choice.APPROVE)

    assert [each.sentence for each in found if each] == [
        "You own refund-bot.",
        "It is about a release, which is answered on its own page.",
        "It is about an incident, which is answered on its own page.",
        "Critical: it is approved on its own page, with your password.",
        "Its arguments were edited: the edit is read and approved on its own page.",
    ]


def test_the_first_25_that_can_be_answered_are() -> None:
    found = left_out([PURGE, *[REFUND] * 27], Choice.APPROVE)

    assert MOST_TOGETHER == 25
    assert [each.rule for each in found if each] == [
        Apart.CRITICAL, Apart.TOO_MANY, Apart.TOO_MANY,
    ]  # fmt: skip
    assert found[1:26] == (None,) * 25


@pytest.mark.parametrize(
    ("tickets", "choice", "sentence"),
    [
        (
            [*[REFUND] * 5, DEPLOY],
            Choice.APPROVE,
            "Approve 6 tickets: 5 × refund.issue, 1 × deploy; highest risk High",
        ),
        ([PURGE], Choice.DENY, "Deny 1 ticket: 1 × shop.purge; highest risk Critical"),
        ([RELEASE], Choice.DENY, "Keep 1 agent frozen"),
        (
            [RELEASE, PURGE],
            Choice.DENY,
            "Deny 2 tickets: 1 × release, 1 × shop.purge; highest risk Critical",
        ),
        (
            [REFUND, Candidate(kind=TicketKind.TASK, what="wire", signatures_missing=2)],
            Choice.APPROVE,
            "Approve 2 tickets: 1 × refund.issue, 1 × wire; highest risk High;"
            " 1 of them waits for another approval after yours",
        ),
        (
            [Candidate(kind=TicketKind.TASK, what="wire", signatures_missing=2)] * 2,
            Choice.DENY,
            "Deny 2 tickets: 2 × wire",
        ),
        (
            [Candidate(kind=TicketKind.TASK, what="wire", signatures_missing=2)] * 2,
            Choice.APPROVE,
            "Approve 2 tickets: 2 × wire; 2 of them wait for another approval after yours",
        ),
        (
            [Candidate(kind=TicketKind.TASK, what=what) for what in "aabbccddefg"],
            Choice.DENY,
            "Deny 11 tickets: 2 × a, 2 × b, 2 × c, 2 × d, 3 × something else",
        ),
    ],
)
def test_what_will_happen_is_counted(
    tickets: list[Candidate], choice: Choice, sentence: str
) -> None:
    assert summary(tickets, choice) == sentence


def test_a_reason_must_fit_every_kind() -> None:
    task, both = [TicketKind.TASK], [TicketKind.TASK, TicketKind.RELEASE]

    assert len(reasons_shared(task, Choice.DENY)) == 6
    assert [each.code for each in reasons_shared(both, Choice.DENY)] == ["other"]
    assert reasons_shared([], Choice.DENY) == reasons_shared(task, Choice.DENY)
    assert reasons_shared([TicketKind.INCIDENT], Choice.DENY) == ()


def test_a_name_is_read_as_it_was_written() -> None:
    name = TicketName("shop", 812, 3)

    assert name_read(str(name)) == name
    assert answers_words() == "deny or approve"


@pytest.mark.parametrize("text", ["", "shop/812", "shop/0/1", "a b/1/1", "shop/1/1/1", "shop/-1/1"])
def test_a_mangled_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no fleet, number and version"):
        name_read(text)
