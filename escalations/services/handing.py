"""Hand a ticket to another person, who holds it from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction

from escalations.domain.lifecycle import Move
from escalations.domain.notes import NoteKind
from escalations.domain.routing import BAR_MEANING, barred_reasons
from escalations.domain.voting import Choice
from escalations.events import TicketReassigned
from escalations.models import Note
from escalations.selectors.routing import people_of, person_of, route_of, votes_standing
from escalations.selectors.tickets import claim_of, ticket_for_person
from escalations.services.ballots import eligibility_check, storable, version_read, words_read
from escalations.services.claims import claim_take, room_check
from escalations.services.holding import tickets_locked
from escalations.services.moving import holder_move_check
from escalations.services.telling import told_of
from governance.refusals import InvalidFieldError
from governance.selectors.clock import clock_now
from governance.selectors.people import membership_role, person_name
from governance.services.events import events_publish

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.domain.routing import TicketRoute
    from escalations.models import Ticket
    from escalations.selectors.tickets import Claim
    from governance.domain.types import Role
    from governance.models import Fleet

FIELD = "to"


@transaction.atomic
def ticket_reassign(
    *, ticket_id: UUID, user: User, to: str, note: str, expected_version: int | None
) -> Ticket:
    """Give a ticket one holds or has snoozed to another person; a manager gives any ticket.

    The person must be one who may approve it, and it counts among the claims they hold. Whoever
    may not decide the ticket does not choose who does.

    Args:
        to: the person's user name.
        note: a word to that person.

    Raises:
        MissingError: if the person may not see the ticket.
        InvalidFieldError: for a note that is no text, and for somebody who cannot take it.
        VersionMissingError: without a version.
        ForbiddenError: if a rule bars the giver.
        LockedError: if somebody else holds it and the giver is no manager.
        ConflictError: not_claimed, claims_full, stale, decided, expired or practice.
        GoneError: withdrawn or superseded.
    """
    words = words_read(note, field="note", what="The note", missing="Say why, in a word.")
    expected = version_read(expected_version)
    seen, role = ticket_for_person(user=user, ticket_id=ticket_id)
    # Before the ticket, so that one person's claims are counted one after the other.
    target = _target_lock(seen.fleet, to)
    ticket = tickets_locked().get(pk=ticket_id)
    now = clock_now()
    route = reassign_permit(ticket, user, role, expected=expected, now=now)
    before = claim_of(ticket, now=now)
    _target_check(target, ticket, route, before)
    room_check(ticket, target, now, who=f"{person_name(target)} holds")
    claim_take(ticket, target, now)
    actor = user.get_username()
    Note.objects.create(
        ticket=ticket,
        kind=NoteKind.HANDOVER.value,
        user=user,
        author=actor,
        given_to=target,
        text=words,
        created_at=now,
    )
    reassigned = TicketReassigned(
        **told_of(ticket, actor=actor),
        by=actor,
        given_to=target.get_username(),
        taken_from=before.holder.get_username() if before else "",
        note=words,
        lease_until=ticket.lease_until.isoformat() if ticket.lease_until else "",
    )
    events_publish(reassigned, now=now)
    return ticket


def reassign_permit(
    ticket: Ticket, user: User, role: Role, *, expected: int, now: datetime
) -> TicketRoute:
    """Return what decides who may take a ticket, if the person may give it to somebody now.

    Raises:
        LockedError, ConflictError, GoneError, ForbiddenError: as `ticket_reassign`.
    """
    holder_move_check(ticket, Move.REASSIGN, user=user, role=role, expected=expected, now=now)
    people = people_of(fleet=ticket.fleet)
    route = route_of(ticket=ticket, votes=votes_standing(ticket=ticket), people=people)
    eligibility_check(user, role, route, Choice.DENY)
    return route


def _target_lock(fleet: Fleet, username: str) -> User:
    """Return the member with this user name, locked."""
    members = get_user_model().objects.select_for_update(of=("self",), no_key=True)
    named = members.filter(username=username, memberships__fleet=fleet)
    # PostgreSQL does not even compare what it cannot keep.
    found = named.first() if storable(username) else None
    if found is None:
        raise _no_target(username, "No member of this fleet has this user name.")
    return found


def _target_check(target: User, ticket: Ticket, route: TicketRoute, claim: Claim | None) -> None:
    if claim is not None and claim.holder.pk == target.pk:
        raise _no_target(target.get_username(), f"{person_name(target)} holds it already.")
    person = person_of(target, membership_role(user=target, fleet=ticket.fleet))
    barred = barred_reasons(person, route)
    if barred:
        rules = " ".join(_once(BAR_MEANING[reason.code] for reason in barred))
        raise _no_target(target.get_username(), f"{person_name(target)} cannot take it. {rules}")


def _once(sentences: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(sentences))


def _no_target(username: str, sentence: str) -> InvalidFieldError:
    return InvalidFieldError(
        sentence,
        field=FIELD,
        value=username,
        allowed="the user name of a member who may decide this ticket",
    )
