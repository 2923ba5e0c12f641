from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Note
from escalations.selectors.tickets import claim_of
from escalations.services.handing import ticket_reassign
from governance.models import Event
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    InvalidFieldError,
    LockedError,
    MissingError,
    VersionMissingError,
)
from tests.escalations.answering import approve
from tests.escalations.asking import task_asked
from tests.escalations.holders import claim, hand_over, snoozed

if TYPE_CHECKING:
    from escalations.models import Ticket
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    return task_asked(fleet, crew.lena, approvals=2, requested_by="ravi")


def test_the_holder_hands_a_ticket_over_with_both_names_on_record(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    claim(ticket, crew.rita)
    clock.forward(minutes=5)

    given = hand_over(ticket, crew.rita, "mona", "You know these orders.")

    held = claim_of(given, now=clock.now)
    assert held is not None
    assert (held.holder, held.lease_until.strftime("%H:%M")) == (crew.mona, "12:15")
    told = Event.objects.get(name="ticket.reassigned")
    assert told.payload == {
        "number": 1,
        "by": "rita",
        "given_to": "mona",
        "taken_from": "rita",
        "note": "You know these orders.",
        "lease_until": "2026-03-02T12:15:00+00:00",
    }
    note = Note.objects.get()
    assert (note.kind, note.author, note.given_to) == ("handover", "rita", crew.mona)
    assert given.version == 3


def test_a_manager_hands_over_what_somebody_else_holds_and_what_nobody_holds(
    ticket: Ticket, crew: Crew
) -> None:
    free = hand_over(ticket, crew.mona, "rita")
    taken = hand_over(ticket, crew.mona, "adam")

    told = Event.objects.filter(name="ticket.reassigned").order_by("seq")
    assert [event.payload["taken_from"] for event in told] == ["", "rita"]
    assert (free.claimed_by, taken.claimed_by) == (crew.rita, crew.adam)


def test_a_reviewer_hands_over_only_what_they_hold(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(ConflictError) as unheld:
        hand_over(ticket, crew.rita, "mona")
    claim(ticket, crew.mona)
    with pytest.raises(LockedError):
        hand_over(ticket, crew.rita, "adam")

    assert unheld.value.code == "not_claimed"


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("lena", "The owner of an agent never decides its tickets."),
        ("ravi", "Whoever asked for the task does not decide it."),
        ("otto", "No member of this fleet has this user name."),
        ("nobody", "No member of this fleet has this user name."),
        ("mo\x00na", "No member of this fleet has this user name."),
        ("rita", "holds it already."),
    ],
)
def test_somebody_who_cannot_take_it_is_named_with_the_rule(
    ticket: Ticket, crew: Crew, to: str, why: str
) -> None:
    claim(ticket, crew.rita)

    with pytest.raises(InvalidFieldError, match=why) as refused:
        hand_over(ticket, crew.rita, to)

    assert (refused.value.field, refused.value.value) == ("to", to)
    assert not Note.objects.exists()


def test_who_has_approved_already_cannot_take_it(ticket: Ticket, crew: Crew) -> None:
    approve(ticket, crew.mona)
    claim(ticket, crew.rita)

    with pytest.raises(InvalidFieldError, match="One person's approval counts once"):
        hand_over(ticket, crew.rita, "mona")


def test_a_closed_account_cannot_take_it(ticket: Ticket, crew: Crew) -> None:
    crew.mona.is_active = False
    crew.mona.save()
    claim(ticket, crew.rita)

    with pytest.raises(InvalidFieldError):
        hand_over(ticket, crew.rita, "mona")


def test_who_owns_the_agent_does_not_choose_who_decides(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.mona)

    with pytest.raises(ForbiddenError, match="You own"):
        hand_over(ticket, crew.mona, "rita")


def test_nobody_is_given_more_than_they_can_hold(fleet: Fleet, crew: Crew, ticket: Ticket) -> None:
    for _ in range(5):
        claim(task_asked(fleet, crew.lena), crew.mona)
    claim(ticket, crew.rita)

    with pytest.raises(ConflictError, match="holds 5 tickets already") as refused:
        hand_over(ticket, crew.rita, "mona")

    assert refused.value.code == "claims_full"


def test_a_manager_hands_over_what_was_put_off(ticket: Ticket, crew: Crew) -> None:
    snoozed(ticket, crew.rita)

    given = hand_over(ticket, crew.mona, "adam")

    given.refresh_from_db()
    assert (given.claimed_by, given.snoozed_until) == (crew.adam, None)


def test_a_hand_over_takes_a_word_and_a_version(ticket: Ticket, crew: Crew) -> None:
    claim(ticket, crew.rita)
    with pytest.raises(InvalidFieldError) as wordless:
        hand_over(ticket, crew.rita, "mona", " ")
    with pytest.raises(VersionMissingError):
        ticket_reassign(
            ticket_id=ticket.pk, user=crew.rita, to="mona", note="Yours.", expected_version=None
        )
    with pytest.raises(ConflictError) as stale:
        ticket_reassign(
            ticket_id=ticket.pk, user=crew.rita, to="mona", note="Yours.", expected_version=1
        )

    assert (wordless.value.field, stale.value.code) == ("note", "stale_version")


def test_otto_the_outsider_hands_over_nothing(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(MissingError):
        hand_over(ticket, crew.otto, "rita")


def test_practice_is_handed_to_nobody(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, practice=True)

    with pytest.raises(ConflictError) as refused:
        hand_over(ticket, crew.mona, "rita")

    assert refused.value.code == "practice_ticket"


def test_whoever_put_it_off_hands_it_over_and_their_colleague_does_not(
    fleet: Fleet, crew: Crew
) -> None:
    ticket = task_asked(fleet, crew.lena)
    snoozed(ticket, crew.rita)

    with pytest.raises(ConflictError, match="only whoever holds or has snoozed it"):
        hand_over(ticket, crew.ravi, "adam")
    given = hand_over(ticket, crew.rita, "adam")

    given.refresh_from_db()
    assert (given.claimed_by, given.snoozed_by) == (crew.adam, None)
