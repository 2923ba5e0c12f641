"""One ticket in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from dashboard.cards import TicketRow
from dashboard.pages.agent_links import agent_link
from dashboard.pages.emergency import called_words
from dashboard.pages.escalation import escalation_note
from dashboard.pages.holding import snooze_note
from dashboard.pages.marks import claim_mark, countdown, has_level, knows_trust, trust_mark
from dashboard.pages.ruling import ruling
from dashboard.pages.standing import why_no_claim
from dashboard.pages.votes import approvals_of
from escalations.domain.lifecycle import TicketState
from escalations.selectors.tickets import status_of
from governance.domain.reasons import ReasonCode
from governance.domain.types import Verdict
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket


def ticket_row(ticket: Ticket, *, viewer: Viewer, names_fleet: bool = False) -> TicketRow:
    """Return the row of a ticket.

    Args:
        ticket: with agent, claim and votes loaded (`tickets_shown`).
        viewer: the person who looks.
        names_fleet: whether the list joins fleets, so that the row says which one it is of.
    """
    status = status_of(ticket, now=viewer.now)
    is_pending = status.state is TicketState.PENDING
    place = {"fleet": viewer.fleet.slug, "number": ticket.number}
    task: Mapping[str, Any] = ticket.snapshot.get("task", {})
    agent: Mapping[str, Any] = ticket.snapshot.get("agent", {})
    return TicketRow(
        ticket_id=str(ticket.pk),
        number=ticket.number,
        version=ticket.version,
        fleet_slug=viewer.fleet.slug,
        fleet_name=viewer.fleet.name if names_fleet else "",
        kind=ticket.kind,
        state=status.state.value,
        resolution=status.resolution.value if status.resolution else "",
        title=ticket.title,
        agent=ticket.agent.external_id if ticket.agent else "",
        why=_why(ticket.snapshot),
        url=reverse("ticket", kwargs=place),
        row_url=reverse("ticket-row", kwargs=place),
        now=viewer.now,
        agent_url=agent_link(ticket, viewer.fleet.slug),
        level=ticket.risk_level if has_level(ticket) else "",
        operation=task.get("operation", ""),
        environment=task.get("environment", ""),
        countdown=(
            countdown(ticket.opened_at, ticket.decide_by, now=viewer.now) if is_pending else None
        ),
        trust=trust_mark(agent) if is_pending and knows_trust(agent) else None,
        claim=claim_mark(ticket, viewer=viewer.user, now=viewer.now) if is_pending else None,
        claim_url=reverse("ticket-claim", kwargs=place),
        why_no_claim=why_no_claim(viewer, ticket) if is_pending else "",
        snoozed=snooze_note(ticket, viewer=viewer) if is_pending else None,
        escalation=escalation_note(ticket, viewer=viewer) if is_pending else None,
        is_asked=is_pending and ticket.needs_info,
        called=called_words(ticket, viewer) if is_pending else "",
        approvals_needed=ticket.approvals_needed,
        approved_by=tuple(person_name(vote.user) for vote in approvals_of(ticket)),
        ruling=ruling(ticket, viewer=viewer.user, now=viewer.now),
    )


def _why(snapshot: Mapping[str, Any]) -> str:
    """Return why people are asked: the gate's deciding sentence, the breaker's or the finding's.

    Where the approval table alone decided, the level and the signatures beside it say so; the
    danger is what a person does not see yet. A denied attempt needs both.
    """
    decision = snapshot.get("decision")
    if decision is None:
        said = snapshot.get("transitions") or snapshot.get("findings") or [{}]
        return str(said[0].get("reason", ""))
    deciding, danger = decision["reasons"][0], str(decision["blast"]["headline"])
    if deciding["code"] != ReasonCode.APPROVAL_TABLE:
        return str(deciding["sentence"])
    if decision["would_be"] == Verdict.DENY:
        return f"{deciding['sentence']} {danger}"
    return danger
