"""Findings that nobody is asked about: their ticket is missing, or has expired unanswered.

A finding and its ticket are one transaction, so a missing one points at a defect. A drift or a
cascade whose ticket expired goes on: people are asked again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.models import Ticket
from escalations.services.audit_tickets import audit_ticket_open
from escalations.services.findings import (
    Finding,
    cascade_ticket_open,
    drift_ticket_open,
)
from governance.events import AuditorMended
from governance.selectors.agents import agent_lock
from governance.selectors.clock import clock_now
from governance.selectors.unsettled import (
    audits_unsettled,
    cascades_unsettled,
    drifts_unsettled,
)
from governance.services.events import events_publish
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from datetime import datetime

    from governance.events import FleetEvent
    from governance.selectors.unsettled import Unsettled

ACTOR = "auditor"
ASKED_AT_ONCE = 50
_FIND = {
    TicketKind.DRIFT: drifts_unsettled,
    TicketKind.AUDIT: audits_unsettled,
    TicketKind.CASCADE: cascades_unsettled,
}
_WHAT = {
    TicketKind.DRIFT: "The drift of {agent}",
    TicketKind.AUDIT: "An audit of {agent}",
    TicketKind.CASCADE: "A cascade from {agent}",
}


def findings_ask() -> int:
    """Open the tickets that are missing, say so, and return how many; one transaction each."""
    return sum(
        moved_or_logged(
            partial(_ask, kind, each),
            "%s %s has no ticket and cannot get one",
            kind.value,
            each.subject,
        )
        for kind, find in _FIND.items()
        for each in find(but=_asked_about(kind), most=ASKED_AT_ONCE)
    )


def _asked_about(kind: TicketKind) -> set[UUID]:
    """Return the ids that a pending ticket asks about in earnest: of agents for a drift, else its
    subject."""
    name = "agent_id" if kind is TicketKind.DRIFT else "subject"
    waiting = Ticket.objects.filter(
        kind=kind.value, state=TicketState.PENDING.value, practice=False
    )
    return {each for each in waiting.values_list(name, flat=True) if each is not None}


@transaction.atomic
def _ask(kind: TicketKind, found: Unsettled) -> bool:
    # Whoever settles a drift or an audit holds the agent; a ticket opened meanwhile is seen then.
    agent_lock(found.agent_id)
    now = clock_now()
    if found.subject in _asked_about(kind) or not _is_open(kind, found):
        return False
    opened = _open(kind, found, now)
    ticket = Ticket.objects.filter(kind=kind.value, fleet_id=found.fleet_id).latest("number")
    sentence = (
        f"{_WHAT[kind].format(agent=found.agent)} waited for people and no ticket asked about it;"
        f" ticket #{ticket.number} does now."
    )
    told = AuditorMended(fleet_id=found.fleet_id, actor=ACTOR, sentence=sentence)
    events_publish(*opened, told, now=now)
    return True


def _is_open(kind: TicketKind, found: Unsettled) -> bool:
    """Return whether the finding still waits, read under the agent's lock."""
    still = _FIND[kind](but=_asked_about(kind), most=ASKED_AT_ONCE)
    return any(each.subject == found.subject for each in still)


def _open(kind: TicketKind, found: Unsettled, now: datetime) -> tuple[FleetEvent, ...]:
    finding = Finding(code=found.code, sentence=found.sentence, evidence=found.evidence)
    if kind is TicketKind.DRIFT:
        return drift_ticket_open(
            agent_id=found.agent_id, finding=finding, practice=False, actor=ACTOR, now=now
        )
    if kind is TicketKind.AUDIT:
        return audit_ticket_open(
            outcome_id=found.subject,
            probability=found.evidence["probability"],
            sentence=found.sentence,
            practice=False,
            actor=ACTOR,
            now=now,
        )
    return cascade_ticket_open(
        cascade_id=found.subject,
        root_task_id=UUID(found.evidence["root"]),
        agent_id=found.agent_id,
        finding=finding,
        practice=False,
        actor=ACTOR,
        now=now,
    )
