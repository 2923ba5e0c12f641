"""Ask for a release once more: the first ticket expired, or people kept the agent frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from escalations.services.opening import release_ticket_open, release_tickets_waiting
from governance.domain.permissions import Action
from governance.domain.types import BlastLevel
from governance.refusals import ConflictError
from governance.selectors.agents import agent_lock_named
from governance.selectors.clock import clock_now
from governance.selectors.people import person_require
from governance.selectors.snapshots import stop_sentence
from governance.services.events import events_publish

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from escalations.models import Ticket
    from governance.models import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The release ticket that waits; ``created`` is false if it waited already."""

    ticket: Ticket
    created: bool


@transaction.atomic
def release_ask(*, fleet: Fleet, agent_external_id: str, user: User) -> Asked:
    """Return the ticket that asks people to release a frozen agent, opened if there is none.

    Raises:
        ForbiddenError: for somebody outside the fleet.
        MissingError: for an unknown agent.
        ConflictError: not_frozen, if there is nothing to release.
    """
    person_require(user=user, fleet=fleet, action=Action.TICKET_CLAIM)
    agent = agent_lock_named(fleet=fleet, external_id=agent_external_id)
    now = clock_now()
    waiting = release_tickets_waiting(agent=agent).filter(practice=False)
    for ticket in waiting.filter(decide_by__gt=now):
        return Asked(ticket=ticket, created=False)
    if not stop_sentence(agent_id=agent.pk, level=BlastLevel.LOW, now=now):
        raise ConflictError(f"Agent {agent.external_id} is not frozen.", code="not_frozen")
    events = release_ticket_open(
        agent_id=agent.pk, practice=False, actor=user.get_username(), now=now
    )
    events_publish(*events, now=now)
    return Asked(ticket=waiting.get(), created=True)
