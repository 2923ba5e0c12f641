from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Vote
from escalations.services.undoing import ticket_undo
from governance.models import Event, Grant
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    GoneError,
    MissingError,
    VersionMissingError,
)
from tests.escalations.answering import approve, deny
from tests.escalations.asking import task_asked

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from escalations.models import Ticket
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def _undo(ticket: Ticket, user: User) -> Ticket:
    return ticket_undo(ticket_id=ticket.pk, user=user, expected_version=ticket.version)


def test_undo_takes_the_grant_back_and_the_task_waits_again(fleet: Fleet, crew: Crew) -> None:
    ticket = approve(task_asked(fleet, crew.lena), crew.rita).ticket

    undone = _undo(ticket, crew.rita)

    undone.refresh_from_db()
    assert undone.task is not None
    assert (undone.state, undone.resolution, undone.version) == ("PENDING", "", 3)
    assert (undone.task.state, undone.task.resolution) == ("PENDING", None)
    assert Grant.objects.get(task=undone.task).state == "REVOKED"


def test_after_an_undo_the_ticket_can_be_approved_afresh(fleet: Fleet, crew: Crew) -> None:
    ticket = _undo(approve(task_asked(fleet, crew.lena), crew.rita).ticket, crew.rita)

    approve(ticket, crew.rita)

    assert sorted(Grant.objects.values_list("state", flat=True)) == ["ISSUED", "REVOKED"]


def test_undo_withdraws_ones_own_vote_alone(fleet: Fleet, crew: Crew) -> None:
    after_rita = approve(task_asked(fleet, crew.lena, approvals=2), crew.rita).ticket
    approved = approve(after_rita, crew.ravi).ticket

    _undo(approved, crew.ravi)

    standing = Vote.objects.filter(withdrawn_at=None)
    assert [vote.user for vote in standing] == [crew.rita]


def test_undo_is_told_to_everybody(fleet: Fleet, crew: Crew) -> None:
    ticket = approve(task_asked(fleet, crew.lena), crew.rita).ticket
    before = Event.objects.count()

    _undo(ticket, crew.rita)

    names = list(Event.objects.order_by("seq").values_list("name", flat=True))[before:]
    assert names == ["ticket.undone", "grant.revoked", "task.resolved"]


def test_the_window_closes_when_the_grant_opens(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    ticket = approve(task_asked(fleet, crew.lena), crew.rita).ticket
    clock.forward(seconds=10)

    with pytest.raises(ConflictError, match="the undo window is over") as refused:
        _undo(ticket, crew.rita)

    assert refused.value.code == "undo_over"
    assert Grant.objects.get(task=ticket.task).state == "ISSUED"


def test_who_did_not_approve_cannot_undo(fleet: Fleet, crew: Crew) -> None:
    ticket = approve(task_asked(fleet, crew.lena), crew.rita).ticket

    with pytest.raises(ForbiddenError) as refused:
        _undo(ticket, crew.mona)

    assert refused.value.code == "not_a_voter"


def test_otto_the_outsider_does_not_find_the_ticket(fleet: Fleet, crew: Crew) -> None:
    ticket = approve(task_asked(fleet, crew.lena), crew.rita).ticket

    with pytest.raises(MissingError):
        _undo(ticket, crew.otto)


def test_there_is_nothing_to_undo_before_an_approval(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ConflictError) as refused:
        _undo(task_asked(fleet, crew.lena), crew.rita)

    assert refused.value.code == "not_approved"


def test_a_denial_cannot_be_undone(fleet: Fleet, crew: Crew) -> None:
    ticket = deny(task_asked(fleet, crew.lena), crew.rita).ticket

    with pytest.raises(ConflictError) as refused:
        _undo(ticket, crew.rita)

    assert refused.value.code == "already_decided"


def test_a_withdrawn_ticket_cannot_be_undone(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)
    type(ticket).objects.filter(pk=ticket.pk).update(state="CANCELLED")

    with pytest.raises(GoneError):
        _undo(ticket, crew.rita)


def test_undo_names_the_version_it_read(fleet: Fleet, crew: Crew) -> None:
    ticket = approve(task_asked(fleet, crew.lena), crew.rita).ticket

    with pytest.raises(VersionMissingError):
        ticket_undo(ticket_id=ticket.pk, user=crew.rita, expected_version=None)
    with pytest.raises(ConflictError) as refused:
        ticket_undo(ticket_id=ticket.pk, user=crew.rita, expected_version=1)

    assert refused.value.code == "stale_version"


def test_a_grant_that_is_gone_cannot_be_undone(fleet: Fleet, crew: Crew) -> None:
    ticket = approve(task_asked(fleet, crew.lena), crew.rita).ticket
    Grant.objects.filter(task=ticket.task).update(state="REVOKED")

    with pytest.raises(ConflictError) as refused:
        _undo(ticket, crew.rita)

    assert refused.value.code == "grant_used"
