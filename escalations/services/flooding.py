"""Notice an agent that floods people with questions: a signal once, instead of a page each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from escalations.domain.flooding import Asking, flood_sentence, is_flood
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.models import Ticket
from governance.events import ApprovalFlooded
from governance.selectors.policies import policy_of
from governance.selectors.records import agent_events

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from governance.domain.policy.flood import FloodPolicy
    from governance.models import Agent

ACTOR = "detector"
# What an agent brings about by asking, with a task; what is found out about it, or reviewed, is no
# question of its own.
_ASKED = (TicketKind.TASK.value, TicketKind.INCIDENT.value)


def flood_signal(ticket: Ticket) -> tuple[bool, Sequence[ApprovalFlooded]]:
    """Return whether this new ticket is part of a flood, and the signal where that is news.

    The caller has stored the ticket. A flood that goes on is told of once a window; whoever asks
    holds the agent, so that two tickets at once do not tell of it twice.
    """
    agent = ticket.agent
    if ticket.practice or agent is None or ticket.kind not in _ASKED or ticket.task_id is None:
        return False, ()
    policy = policy_of(ticket.policy).flood
    since = ticket.opened_at - timedelta(minutes=policy.window_min)
    asking = _asking(agent, since, ticket.opened_at)
    if not is_flood(asking, policy):
        return False, ()
    told = agent_events(agent=agent, names={ApprovalFlooded.wire_name}, most=1)
    if any(event.created_at > since for event in told):
        return True, ()
    signal = ApprovalFlooded(
        fleet_id=ticket.fleet_id,
        actor=ACTOR,
        agent_id=agent.pk,
        sentence=flood_sentence(asking, policy),
        waiting=asking.waiting,
        raised=asking.raised,
    )
    return True, (signal,)


def is_flooding(*, agent: Agent, policy: FloodPolicy, now: datetime) -> bool:
    """Return whether one more question of the agent, about to be stored, is part of a flood."""
    asking = _asking(agent, now - timedelta(minutes=policy.window_min), now)
    return is_flood(Asking(waiting=asking.waiting + 1, raised=asking.raised + 1), policy)


def _asking(agent: Agent, since: datetime, now: datetime) -> Asking:
    waits = Q(state=TicketState.PENDING.value, decide_by__gt=now)
    raised = Q(opened_at__gt=since)
    asked = Ticket.objects.filter(
        waits | raised, agent=agent, practice=False, kind__in=_ASKED, task__isnull=False
    )
    counted = asked.aggregate(waiting=Count("pk", filter=waits), raised=Count("pk", filter=raised))
    return Asking(**counted)
