"""Where one person stands to one ticket: what is open to them, and why not where not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.display.durations import moment_time
from dashboard.pages.votes import votes_of
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.domain.routing import Bar, Routing, TicketRoute, barred_reasons, route
from escalations.domain.voting import LETS_RUN, Choice
from escalations.selectors.routing import person_of, route_of
from escalations.selectors.tickets import claim_of, status_of
from escalations.services.ballots import OVER_A_CLAIM
from escalations.services.claims import may_take_over
from governance.domain.permissions import Action, permitted
from governance.domain.phrases import list_words
from governance.domain.types import BlastLevel, Role
from governance.selectors.people import members_of, person_name
from governance.selectors.snapshots import stop_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.domain.routing import Person
    from escalations.models import Ticket
    from governance.models import Fleet

# What is said of others; what a person reads of themselves is in the rule's own sentence.
_OF_OTHERS = {
    Bar.INACTIVE: "the account is closed",
    Bar.OWNS_AGENT: "owns the agent",
    Bar.REQUESTED_IT: "asked for the task",
    Bar.APPROVED_IT: "approved the task",
    Bar.ROLE_TOO_LOW: "the role is too low",
    Bar.MANAGER_MISSING: "the last approval must come from a manager",
}
_OWNS_ONE = "owns one of the agents"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person a page is drawn for, in one fleet, at one time.

    ``people`` are the fleet's members as routing sees them, ``names`` how they are named on
    screen; both by the id that routing knows them by.
    """

    user: User
    role: Role
    fleet: Fleet
    people: Mapping[str, Person]
    names: Mapping[str, str]
    now: datetime


def viewer_in(fleet: Fleet, role: Role, user: User, *, now: datetime) -> Viewer:
    """Return the person's place in a fleet, with the fleet's people read once for all tickets."""
    people, names = {}, {}
    for member in members_of(fleet=fleet):
        person = person_of(member.user, Role(member.role))
        people[person.id] = person
        names[person.id] = "you" if member.user_id == user.pk else person_name(member.user)
    return Viewer(user=user, role=role, fleet=fleet, people=people, names=names, now=now)


def viewers_in(
    user: User, seats: Sequence[tuple[Fleet, Role]], now: datetime
) -> Mapping[UUID, Viewer]:
    """Return the person's place in each of these fleets, by the fleet's id."""
    return {fleet.pk: viewer_in(fleet, role, user, now=now) for fleet, role in seats}


def why_not(viewer: Viewer, ticket: Ticket, choice: Choice) -> str:
    """Return which rules bar the person from voting ``choice``, in sentences; empty if none."""
    person = person_of(viewer.user, viewer.role)
    reasons = barred_reasons(person, _route(viewer, ticket), choice)
    return " ".join(reason.sentence for reason in reasons)


def why_not_now(viewer: Viewer, ticket: Ticket, choice: Choice) -> str:
    """Return why the person cannot vote ``choice`` at this moment; empty if they can.

    Beside the rules about people: a claim of somebody else, and an agent that may not run.
    """
    if ticket.practice:
        return "It is practice: nothing was held back, nobody waits for an answer."
    barred = why_not(viewer, ticket, choice)
    if barred:
        return barred
    if choice is Choice.LOWER_MANDATE and _is_lowest(ticket):
        return "It reaches Low alone already; nothing lower is left."
    claim = claim_of(ticket, now=viewer.now)
    if claim is not None and claim.holder.pk != viewer.user.pk:
        may_override = permitted(viewer.role, Action.TICKET_TAKE_OVER)
        if choice not in OVER_A_CLAIM or not may_override:
            until = moment_time(claim.lease_until, now=viewer.now)
            return f"{person_name(claim.holder)} works on it until {until} UTC."
    if choice in LETS_RUN and ticket.kind == TicketKind.TASK:
        return frozen_words(ticket, now=viewer.now)
    return ""


def _is_lowest(ticket: Ticket) -> bool:
    return ticket.agent is not None and ticket.agent.level_alone is BlastLevel.LOW


def frozen_words(ticket: Ticket, *, now: datetime) -> str:
    """Return why nothing of the ticket's agent can start now, as a sentence; empty if it can."""
    if ticket.agent_id is None:
        return ""
    level = BlastLevel(ticket.risk_level)
    return stop_sentence(agent_id=ticket.agent_id, level=level, now=now)


def why_no_claim(viewer: Viewer, ticket: Ticket) -> str:
    """Return why the person cannot claim the ticket; empty if they can, or hold it."""
    if status_of(ticket, now=viewer.now).state is not TicketState.PENDING:
        return "It is decided."
    return why_not(viewer, ticket, Choice.APPROVE)


def can_take_over(viewer: Viewer, ticket: Ticket) -> bool:
    """Return whether the person may take the ticket from whoever holds it now."""
    claim = claim_of(ticket, now=viewer.now)
    if claim is None or claim.holder.pk == viewer.user.pk or why_no_claim(viewer, ticket):
        return False
    return may_take_over(ticket, claim, viewer.role, now=viewer.now)


def routing(viewer: Viewer, ticket: Ticket) -> Routing:
    """Return who of the fleet can still approve the ticket, and who cannot and why."""
    return route(list(viewer.people.values()), _route(viewer, ticket))


def eligible_names(viewer: Viewer, found: Routing) -> tuple[str, ...]:
    """Return who can still approve, with the role each holds; the person who looks first."""
    people = sorted(
        ((viewer.names[person.id], person.role) for person in found.eligible),
        key=lambda named: (named[0] != "you", named[0]),
    )
    return tuple(f"{name}, {role.value}" if role else name for name, role in people)


def barred_words(viewer: Viewer, ticket: Ticket, found: Routing) -> tuple[str, ...]:
    """Return `not Lena Fischer: owns the agent`, one line for all whom the same rules exclude."""
    rules = dict(_OF_OTHERS)
    if ticket.agent_id is None:
        rules[Bar.OWNS_AGENT] = _OWNS_ONE
    if ticket.approvals_needed == 1:
        rules[Bar.MANAGER_MISSING] = "only a manager or an admin decides it"
    said: dict[str, list[str]] = {}
    for person, reasons in found.excluded:
        words = [rules[reason.code] for reason in reasons if reason.code in rules]
        if words:
            said.setdefault(", ".join(words), []).append(viewer.names[person.id])
    return tuple(f"not {list_words(names)}: {words}" for words, names in said.items())


def _route(viewer: Viewer, ticket: Ticket) -> TicketRoute:
    return route_of(ticket=ticket, votes=votes_of(ticket), people=viewer.people)
