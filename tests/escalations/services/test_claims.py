from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.selectors.tickets import claim_of
from escalations.services.claims import (
    claims_end_due,
    ticket_claim,
    ticket_claim_release,
    ticket_claim_renew,
)
from governance.models import Event
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    LockedError,
    MissingError,
    VersionMissingError,
)
from tests.escalations.answering import approve
from tests.escalations.asking import task_asked

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from escalations.models import Ticket
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    return task_asked(fleet, crew.lena, approvals=2)


def _claim(ticket: Ticket, user: User, *, take_over: bool = False) -> Ticket:
    ticket.refresh_from_db()
    return ticket_claim(
        ticket_id=ticket.pk, user=user, expected_version=ticket.version, take_over=take_over
    )


def _claims_told() -> list[str]:
    told = Event.objects.filter(name__contains="claim").order_by("seq")
    return list(told.values_list("name", flat=True))


def test_a_claim_lasts_ten_minutes(ticket: Ticket, crew: Crew) -> None:
    claimed = _claim(ticket, crew.rita)

    assert claimed.claimed_by == crew.rita
    assert claimed.lease_until is not None
    assert claimed.lease_until.isoformat() == "2026-03-02T12:10:00+00:00"


def test_signs_of_life_renew_a_claim_for_thirty_minutes_at_most(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    _claim(ticket, crew.rita)
    ends = []
    for _ in range(4):
        clock.forward(minutes=7)
        ends.append(ticket_claim_renew(ticket_id=ticket.pk, user=crew.rita).lease_until)

    assert [end.strftime("%H:%M") for end in ends if end] == ["12:17", "12:24", "12:30", "12:30"]


def test_renewing_is_no_change_that_others_must_read(ticket: Ticket, crew: Crew) -> None:
    claimed = _claim(ticket, crew.rita)

    renewed = ticket_claim_renew(ticket_id=ticket.pk, user=crew.rita)

    assert renewed.version == claimed.version
    assert _claims_told() == ["ticket.claimed"]


def test_claiming_ones_own_again_renews_it(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    _claim(ticket, crew.rita)
    clock.forward(minutes=2)

    again = _claim(ticket, crew.rita)

    assert again.lease_until is not None
    assert again.lease_until.isoformat() == "2026-03-02T12:12:00+00:00"


def test_a_second_claimant_is_told_who_and_until_when(ticket: Ticket, crew: Crew) -> None:
    _claim(ticket, crew.rita)

    with pytest.raises(LockedError, match="Rita works on ticket #1 until 12:10:00 UTC"):
        _claim(ticket, crew.ravi)


def test_a_claim_that_ended_keeps_nobody_out_swept_or_not(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    _claim(ticket, crew.rita)
    clock.forward(minutes=10)

    claimed = _claim(ticket, crew.ravi)

    assert claimed.claimed_by == crew.ravi


def test_a_peer_may_take_over_once_the_holder_is_silent_for_90_seconds(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    _claim(ticket, crew.rita)
    clock.forward(seconds=90)
    with pytest.raises(LockedError):
        _claim(ticket, crew.ravi, take_over=True)

    clock.forward(seconds=1)
    taken = _claim(ticket, crew.ravi, take_over=True)

    assert taken.claimed_by == crew.ravi
    told = Event.objects.filter(name="ticket.claimed").order_by("-seq")[0]
    assert told.payload["taken_from"] == "rita"


def test_a_manager_may_take_over_at_any_time_but_must_say_so(ticket: Ticket, crew: Crew) -> None:
    _claim(ticket, crew.rita)

    with pytest.raises(LockedError):
        _claim(ticket, crew.mona)
    taken = _claim(ticket, crew.mona, take_over=True)

    assert taken.claimed_by == crew.mona


def test_the_old_holder_is_told_live_and_cannot_renew(ticket: Ticket, crew: Crew) -> None:
    _claim(ticket, crew.rita)
    _claim(ticket, crew.mona, take_over=True)

    with pytest.raises(LockedError, match="Mona works on"):
        ticket_claim_renew(ticket_id=ticket.pk, user=crew.rita)


def test_a_lease_that_ended_is_not_renewed(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    _claim(ticket, crew.rita)
    clock.forward(minutes=11)

    with pytest.raises(ConflictError) as refused:
        ticket_claim_renew(ticket_id=ticket.pk, user=crew.rita)

    assert refused.value.code == "not_claimed"


def test_one_person_holds_five_tickets_at_most(fleet: Fleet, crew: Crew) -> None:
    for _ in range(5):
        _claim(task_asked(fleet, crew.lena), crew.rita)

    with pytest.raises(ConflictError, match="#1, #2, #3, #4, #5") as refused:
        _claim(task_asked(fleet, crew.lena), crew.rita)

    assert refused.value.code == "claims_full"


def test_whoever_may_not_decide_may_not_claim(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(ForbiddenError) as refused:
        _claim(ticket, crew.lena)

    assert refused.value.code == "owns_agent"


def test_otto_the_outsider_does_not_find_the_ticket(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(MissingError):
        _claim(ticket, crew.otto)
    with pytest.raises(MissingError):
        ticket_claim_renew(ticket_id=ticket.pk, user=crew.otto)
    with pytest.raises(MissingError):
        ticket_claim_release(ticket_id=ticket.pk, user=crew.otto)


def test_a_claim_names_the_version_it_read(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(VersionMissingError):
        ticket_claim(ticket_id=ticket.pk, user=crew.rita, expected_version=None)
    with pytest.raises(ConflictError) as refused:
        ticket_claim(ticket_id=ticket.pk, user=crew.rita, expected_version=7)

    assert refused.value.code == "stale_version"


def test_a_decided_ticket_is_not_claimed(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)
    approve(ticket, crew.rita)

    with pytest.raises(ConflictError) as refused:
        _claim(ticket, crew.ravi)

    assert refused.value.code == "already_decided"


def test_an_overdue_ticket_is_not_claimed(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    clock.forward(minutes=30)

    with pytest.raises(ConflictError) as refused:
        _claim(ticket, crew.ravi)

    assert refused.value.code == "ticket_expired"


def test_a_practice_ticket_is_not_claimed(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, practice=True, state="READY")

    with pytest.raises(ConflictError) as refused:
        _claim(ticket, crew.rita)

    assert refused.value.code == "practice_ticket"


def test_a_released_ticket_is_back_in_the_queue(ticket: Ticket, crew: Crew) -> None:
    _claim(ticket, crew.rita)

    released = ticket_claim_release(ticket_id=ticket.pk, user=crew.rita)

    assert (released.claimed_by, released.lease_until, released.version) == (None, None, 3)
    assert _claims_told() == ["ticket.claimed", "ticket.claim_released"]


def test_releasing_what_somebody_else_holds_changes_nothing(ticket: Ticket, crew: Crew) -> None:
    _claim(ticket, crew.rita)

    untouched = ticket_claim_release(ticket_id=ticket.pk, user=crew.ravi)

    assert untouched.claimed_by == crew.rita


def test_a_vote_ends_its_voters_claim(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    claimed = _claim(ticket, crew.rita)

    voted = approve(claimed, crew.rita).ticket

    assert voted.state == "PENDING"
    assert claim_of(voted, now=clock.now) is None


def test_the_sweeper_clears_ended_claims_and_keeps_the_version(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    claimed = _claim(ticket, crew.rita)
    clock.forward(minutes=10)

    counts = [claims_end_due(), claims_end_due()]

    ticket.refresh_from_db()
    assert counts == [1, 0]
    assert (ticket.claimed_by, ticket.version) == (None, claimed.version)
    told = Event.objects.get(name="ticket.claim_released")
    assert told.payload == {"number": 1, "by": "rita", "lease_ended": True}
