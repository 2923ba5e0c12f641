"""Who may decide a ticket, read from the fleet's people as they are now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from escalations.domain.routing import Person, TicketRoute, barred_reasons
from escalations.domain.voting import Choice, Vote
from governance.domain.types import Role
from governance.selectors.people import members_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.contrib.auth.models import User

    from escalations.models import Ticket
    from escalations.models import Vote as StoredVote
    from governance.models import Fleet

# Where the snapshot of an audit keeps who approved the task, and that of a ring who owns members.
APPROVED_BY = "approved_by"
OWNERS = "owners"


def person_of(user: User, role: Role | None) -> Person:
    """Return a person as routing sees one, under every name others may write."""
    names = (user.get_username(), user.email, user.get_full_name())
    return Person(
        id=str(user.pk),
        names=tuple(name for name in names if name),
        role=role,
        is_active=user.is_active,
    )


def people_of(*, fleet: Fleet) -> dict[str, Person]:
    """Return the fleet's active members by the id routing knows them by."""
    people = (person_of(member.user, Role(member.role)) for member in members_of(fleet=fleet))
    return {person.id: person for person in people}


def votes_standing(*, ticket: Ticket) -> list[StoredVote]:
    """Return the votes that were not withdrawn, with their people, oldest first."""
    votes = ticket.votes.select_related("user", "task").filter(withdrawn_at=None)
    return list(votes.order_by("created_at", "id"))


def route_of(
    *, ticket: Ticket, votes: Iterable[StoredVote], people: Mapping[str, Person]
) -> TicketRoute:
    """Return what routing must know of the ticket, counting only votes that still count.

    A vote counts while its person could still cast it: a member, active, not the agent's owner,
    not named in ``requested_by``; the role is the one held now.
    """
    bare = TicketRoute(
        agent_name=ticket.agent.external_id if ticket.agent else "",
        owner_id=str(ticket.agent.owner_id) if ticket.agent else "",
        requested_by=ticket.requested_by,
        votes=(),
        approvals_needed=ticket.approvals_needed,
        needs_manager=ticket.needs_manager,
        approved_by=frozenset(ticket.snapshot.get(APPROVED_BY, ())),
        owners=frozenset(ticket.snapshot.get(OWNERS, ())),
    )
    return replace(bare, votes=tuple(_counted(votes, people, bare)))


def _counted(
    votes: Iterable[StoredVote], people: Mapping[str, Person], route: TicketRoute
) -> Sequence[Vote]:
    counted = []
    for vote in votes:
        person = people.get(str(vote.user_id))
        # Judged as for a denial: the rules about counting votes do not bar the votes counted.
        if person and person.role and not barred_reasons(person, route, Choice.DENY):
            counted.append(Vote(person=person.id, choice=Choice(vote.choice), role=person.role))
    return counted
