"""Rings that stand and that nobody is asked about: their ticket expired, or wanted checks.

A ring outlives its ticket: what its members hand to each other needs two approvals until a person
has judged. So people are asked again, one ticket a ring at a time, which says why.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.asking_again import Checks, LastAsked, why_again
from escalations.domain.lifecycle import Resolution, TicketKind, TicketState
from escalations.models import Ticket
from escalations.services.findings import Finding
from escalations.services.ring_tickets import collusion_ticket_open
from governance.domain.phrases import list_words
from governance.events import AuditorMended
from governance.selectors.clock import clock_now
from governance.selectors.collusion import ring_hold
from governance.selectors.policies import policy_in_force
from governance.selectors.tie_checks import ring_check
from governance.selectors.unsettled import rings_unsettled
from governance.services.events import events_publish
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import CollusionRing

ACTOR = "auditor"
NONE_WANTED = Checks(judged=0, missing=0)


def rings_ask() -> int:
    """Ask again about the rings that wait for a verdict unasked; return how many, one transaction
    each."""
    now = clock_now()
    return sum(
        moved_or_logged(partial(_ask, ring.pk), "ring %s has no ticket and cannot get one", ring.pk)
        for ring in rings_unsettled()
        if _why(ring, now) is not None
    )


@transaction.atomic
def _ask(ring_id: UUID) -> bool:
    # Whoever judges the ring or finds it again holds its members; what they did is seen then.
    ring, agents = ring_hold(ring_id)
    now = clock_now()
    why = _why(ring, now) if rings_unsettled().filter(pk=ring_id).exists() else None
    if why is None:
        return False
    opened = collusion_ticket_open(
        ring_id=ring_id,
        finding=Finding(code="collusion", sentence=ring.sentence, evidence={}),
        practice=False,
        actor=ACTOR,
        now=now,
        why_again=why,
    )
    number = _tickets(ring).latest("number").number
    names = list_words(sorted(agent.name for agent in agents))
    sentence = f"A ring of {names} waited for people. {why} Ticket #{number} asks now."
    told = AuditorMended(fleet_id=ring.fleet_id, actor=ACTOR, sentence=sentence)
    events_publish(*opened, told, now=now)
    return True


def _why(ring: CollusionRing, now: datetime) -> str | None:
    """Return why people are to be asked about the ring now, None if they are not."""
    ticket = _tickets(ring).order_by("-number").first()
    last = None
    if ticket is not None:
        last = LastAsked(
            number=ticket.number,
            state=TicketState(ticket.state),
            resolution=Resolution(ticket.resolution) if ticket.resolution else None,
            at=ticket.resolved_at,
        )
    days = policy_in_force(fleet=ring.fleet)[1].collusion.verify_days
    return why_again(last, _checks(ring), verify_days=days, now=now)


def _tickets(ring: CollusionRing) -> QuerySet[Ticket]:
    """Return the tickets that asked about the ring in earnest."""
    return Ticket.objects.filter(kind=TicketKind.COLLUSION.value, subject=ring.pk, practice=False)


def _checks(ring: CollusionRing) -> Checks:
    check = ring_check(ring=ring)
    if check is None:
        return NONE_WANTED
    return Checks(judged=check.done, missing=0 if check.is_done else check.wanted - check.done)
