"""Which ticket a person goes on to after one: the most urgent that they can act on now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from escalations.domain.emergency import call_counts
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.domain.voting import Choice
from escalations.models import Vote
from escalations.selectors.waiting import narrowed, urgency_at
from governance.selectors.policies import policy_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from typing import Any
    from uuid import UUID

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from escalations.domain.queue import QueueFilter
    from escalations.models import Ticket
    from escalations.selectors.deciders import JudgedTickets

_ORDER = ("urgency", "opened_at", "id")


def ticket_onward(
    judged: JudgedTickets,
    *,
    user: User,
    managed: Collection[UUID],
    wanted: QueueFilter,
    left: UUID | None,
    now: datetime,
) -> Ticket | None:
    """Return the ticket to go on to, None where nothing is left for this person.

    After a decision that is the most urgent one. A ticket left undecided is skipped: what follows
    it in the queue comes next, and the top again after the last. Passed over is what the person
    can do nothing about for now: what somebody else holds, what waits for the signatures of
    others after their own, a ring of agents, which only a manager answers. A task that misses
    only the approval of a manager is no such thing: everybody may deny it.

    Args:
        judged: what waits in the person's fleets (`tickets_judged`).
        user: the person.
        managed: the fleets in which the person is a manager or more.
        wanted: what the queue they came from is narrowed to.
        left: the ticket they leave.
        now: the moment of the order.
    """
    waiting = judged.filter(is_open=True).annotate(urgency=urgency_at(now))
    theirs = waiting.filter(narrowed(wanted, user=user, now=now), ~_in_other_hands(user, now))
    theirs = theirs.exclude(Q(kind=TicketKind.COLLUSION.value) & ~Q(fleet_id__in=managed))
    signed = _signed_by(user, now)
    theirs = theirs.exclude(signed).order_by(*_ORDER)
    if left is None:
        return theirs.first()
    theirs = theirs.exclude(pk=left)
    skipped = waiting.exclude(signed).filter(pk=left).first()
    following = None if skipped is None else _after(theirs, skipped).first()
    return following or theirs.first()


def _after(theirs: QuerySet[Any, Any], skipped: Any) -> QuerySet[Any, Any]:
    same = Q(urgency=skipped.urgency)
    return theirs.filter(
        Q(urgency__gt=skipped.urgency)
        | same & Q(opened_at__gt=skipped.opened_at)
        | same & Q(opened_at=skipped.opened_at, id__gt=skipped.pk)
    )


def _in_other_hands(user: User, now: datetime) -> Q:
    return Q(claimed_by__isnull=False, lease_until__gt=now) & ~Q(claimed_by=user)


def _signed_by(user: User, now: datetime) -> Exists:
    signed = Vote.objects.filter(ticket=OuterRef("pk"), user=user, withdrawn_at=None, task=None)
    return Exists(signed.exclude(pk__in=_calls_lapsed(user, now)))


def _calls_lapsed(user: User, now: datetime) -> list[UUID]:
    """Return the person's calls for an emergency that nobody agreed to in time: no signatures."""
    calls = Vote.objects.select_related("ticket__policy").filter(
        user=user,
        withdrawn_at=None,
        choice=Choice.EMERGENCY.value,
        ticket__state=TicketState.PENDING.value,
    )
    return [
        call.pk
        for call in calls
        if not call_counts(call.created_at, now=now, timing=policy_of(call.ticket.policy).tickets)
    ]
