"""The ticket page: everything one person needs to decide, on one screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from dashboard.cards import Fact, ReasonLine, ReleaseCard, TicketPage
from dashboard.display.durations import day_time, moment_time, wire_time
from dashboard.pages.agent import agent_card_now, asked_words, blind_card
from dashboard.pages.agent_links import agent_link
from dashboard.pages.cascades import cascade_url
from dashboard.pages.collusion import ring_url
from dashboard.pages.comparison import comparison, former_of
from dashboard.pages.earlier import earlier_decisions, waiting_in_run
from dashboard.pages.editing import edit_note
from dashboard.pages.escalation import may_answer
from dashboard.pages.event_links import events_url
from dashboard.pages.findings import finding_cards, finding_lines, work_card
from dashboard.pages.fleet_incidents import incident_url
from dashboard.pages.lineage import lineage_card
from dashboard.pages.marks import has_level, knows_trust
from dashboard.pages.permits import permits
from dashboard.pages.rule_form import in_advance
from dashboard.pages.standing import frozen_words, why_not
from dashboard.pages.task import blast_card, mandate_card, reason_lines, request_card
from dashboard.pages.told import told_card
from dashboard.pages.trust_week import trust_week
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.domain.reasons import choices_of
from escalations.domain.voting import Choice
from escalations.selectors.edits import task_standing
from escalations.selectors.emergency import reviewed
from escalations.selectors.tickets import shown_of, status_of
from governance.domain.reasons import ReasonCode
from governance.selectors.policies import policy_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.cards import AgentCard, BlastCard, DecisionPanel, RequestCard
    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket
    from governance.models import Agent

    Plain = Mapping[str, Any]

_COMPARED = {TicketKind.TASK, TicketKind.INCIDENT}
# What has a page of its own, by the kind of ticket that asks about it.
_PAGE_OF = {
    TicketKind.CASCADE: cascade_url,
    TicketKind.INCIDENT: incident_url,
    TicketKind.COLLUSION: ring_url,
}


def ticket_page(ticket: Ticket, *, viewer: Viewer, panel: DecisionPanel) -> TicketPage:
    """Return the facts of a ticket with its panel.

    The agent is shown as it is now: while the ticket waits, a freeze since then decides as well,
    and afterwards the page tells what came of it. What people knew of it is then said in a line.
    """
    kind = TicketKind(ticket.kind)
    is_pending = status_of(ticket, now=viewer.now).state is TicketState.PENDING
    snapshot: Plain = shown_of(ticket, now=viewer.now)
    agent = None if ticket.agent is None else _agent_card(ticket, ticket.agent, viewer, is_pending)
    lineage, lineage_note = (None, "") if ticket.task is None else lineage_card(ticket.task)
    return TicketPage(
        number=ticket.number,
        kind=ticket.kind,
        title=ticket.title,
        level=ticket.risk_level if has_level(ticket) else "",
        opened_at=ticket.opened_at,
        task_external_id=ticket.task.external_id if ticket.task else "",
        policy_version=ticket.policy.number,
        panel=panel,
        agent=agent,
        reasons=(*_reasons(snapshot), *_since_then(ticket, snapshot, now=viewer.now)),
        request=_request_card(ticket, snapshot, viewer),
        release=_release_card(snapshot, now=viewer.now) if kind is TicketKind.RELEASE else None,
        findings=finding_cards(ticket),
        work=work_card(snapshot) if kind is TicketKind.AUDIT else None,
        blast=_blast_card(ticket) if "decision" in snapshot else None,
        mandate=mandate_card(snapshot) if "decision" in snapshot else None,
        lineage=lineage,
        lineage_note=lineage_note,
        waiting=None
        if lineage is None or ticket.task is None
        else waiting_in_run(ticket.task, now=viewer.now),
        permits=permits(ticket),
        in_advance=in_advance(ticket, viewer),
        told=told_card(ticket, now=viewer.now),
        why_me=_why_me(ticket, viewer, panel),
        incident_url=_incident_url(ticket, viewer.fleet.slug),
        is_review=reviewed(ticket) is not None,
        events_url="" if agent and agent.is_blind else _events_url(ticket, viewer.fleet.slug),
        looking_url=reverse(
            "ticket-looking", kwargs={"fleet": viewer.fleet.slug, "number": ticket.number}
        ),
        **_before(ticket, now=viewer.now),
    )


def _before(ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """Return what came before the request; what is judged blind is compared with nothing."""
    if ticket.task is None or ticket.kind not in _COMPARED:
        return {}
    return {
        "comparison": comparison(ticket, ticket.task, now=now),
        "decisions": earlier_decisions(ticket, ticket.task, now=now),
    }


def _request_card(ticket: Ticket, snapshot: Plain, viewer: Viewer) -> RequestCard | None:
    if "task" not in snapshot:
        return None
    card = request_card(snapshot, standing=task_standing(ticket), edited=edit_note(ticket, viewer))
    return replace(card, former=former_of(ticket))


def _events_url(ticket: Ticket, fleet: str) -> str:
    """Return where the events of the ticket's time are, of its agent where it is about one."""
    # The beginning is exclusive, and the first of them is its own opening.
    since = ticket.opened_at - timedelta(seconds=1)
    until = ticket.resolved_at
    return events_url(
        fleet,
        agent=ticket.agent.external_id if ticket.agent else "",
        **{"from": wire_time(since), "to": wire_time(until) if until else ""},
    )


def _incident_url(ticket: Ticket, fleet: str) -> str:
    """Return the page of what the ticket is about, where it has one: a cascade, a shared fault,
    the ticket of an emergency."""
    emergency = reviewed(ticket)
    if emergency is not None:
        return str(emergency["address"])
    page_of = _PAGE_OF.get(TicketKind(ticket.kind))
    return page_of(fleet, ticket.subject) if page_of and ticket.subject else ""


def _agent_card(ticket: Ticket, agent: Agent, viewer: Viewer, is_pending: bool) -> AgentCard:
    if ticket.kind == TicketKind.AUDIT and is_pending:
        return blind_card(agent)
    note = frozen_words(ticket, now=viewer.now)
    card = agent_card_now(ticket, agent, note=note, now=viewer.now)
    return replace(
        card,
        week=trust_week(agent, card.trust, now=viewer.now),
        url=agent_link(ticket, viewer.fleet.slug),
        asked_note=_asked_note(ticket.snapshot["agent"], is_pending),
    )


def _asked_note(agent: Plain, is_pending: bool) -> str:
    return "" if is_pending or not knows_trust(agent) else asked_words(agent)


def _blast_card(ticket: Ticket) -> BlastCard:
    return blast_card(ticket.snapshot["decision"], policy_of(ticket.policy).blast)


def _reasons(snapshot: Plain) -> tuple[ReasonLine, ...]:
    if "decision" in snapshot:
        return reason_lines(snapshot["decision"])
    if "findings" in snapshot:
        return finding_lines(snapshot)
    return tuple(
        ReasonLine(code=move["move"], sentence=move["reason"])
        for move in snapshot["transitions"][:1]
    )


def _since_then(ticket: Ticket, snapshot: Plain, *, now: datetime) -> tuple[ReasonLine, ...]:
    """Return what has changed of the reasons since people were asked."""
    decision = snapshot.get("decision")
    if decision is None or ticket.agent is None or ticket.agent.penalty(now) is not None:
        return ()
    if all(reason["code"] != ReasonCode.RING_PENALTY for reason in decision["reasons"]):
        return ()
    sentence = "That penalty is over by now; the question stands as it was asked."
    return (ReasonLine(code="since_then", sentence=sentence),)


def _release_card(snapshot: Plain, *, now: datetime) -> ReleaseCard:
    agent, moves = snapshot["agent"], snapshot["transitions"]
    facts = [Fact(label="Breaker level", value=str(agent["breaker_level"]))]
    if agent["frozen_until"]:
        until = datetime.fromisoformat(agent["frozen_until"])
        facts.append(Fact(label="Frozen until", value=f"{day_time(until)} UTC"))
    return ReleaseCard(
        agent=agent["external_id"],
        sentences=tuple(
            f"{moment_time(datetime.fromisoformat(move['at']), now=now)}: {move['reason']}"
            for move in moves
        ),
        facts=tuple(facts),
    )


def _why_me(ticket: Ticket, viewer: Viewer, panel: DecisionPanel) -> str:
    """Return why the person sees the ticket, unless the panel says who is called."""
    first, *_ = choices_of(TicketKind(ticket.kind))
    barred = why_not(viewer, ticket, Choice.APPROVE) or why_not(viewer, ticket, first)
    if barred:
        return f"You see this as {viewer.role.one} of {viewer.fleet.name}. {barred}"
    if panel.escalation or panel.state != TicketState.PENDING:
        return ""
    return may_answer(ticket, viewer=viewer)
