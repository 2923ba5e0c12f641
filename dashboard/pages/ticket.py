"""The ticket page: everything one person needs to decide, on one screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dashboard.cards import Fact, ReasonLine, ReleaseCard, TicketPage
from dashboard.display.durations import clock_time, day_time
from dashboard.pages.agent import agent_card_now, asked_words
from dashboard.pages.agent_links import agent_link
from dashboard.pages.lineage import lineage_card
from dashboard.pages.standing import frozen_words, why_not
from dashboard.pages.task import blast_card, mandate_card, reason_lines, request_card
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.domain.voting import Choice
from escalations.selectors.tickets import status_of
from governance.selectors.policies import policy_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.cards import AgentCard, BlastCard, DecisionPanel
    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket
    from governance.models import Agent

    Plain = Mapping[str, Any]


def ticket_page(ticket: Ticket, *, viewer: Viewer, panel: DecisionPanel) -> TicketPage:
    """Return the facts of a ticket with its panel.

    The agent is shown as it is now: while the ticket waits, a freeze since then decides as well,
    and afterwards the page tells what came of it. What people knew of it is then said in a line.
    """
    is_release = ticket.kind == TicketKind.RELEASE
    is_pending = status_of(ticket, now=viewer.now).state is TicketState.PENDING
    snapshot: Plain = ticket.snapshot
    agent = None if ticket.agent is None else _agent_card(ticket, ticket.agent, viewer, is_pending)
    lineage, lineage_note = (None, "") if ticket.task is None else lineage_card(ticket.task)
    return TicketPage(
        number=ticket.number,
        kind=ticket.kind,
        title=ticket.title,
        level="" if is_release else ticket.risk_level,
        opened_at=ticket.opened_at,
        task_external_id=ticket.task.external_id if ticket.task else "",
        policy_version=ticket.policy.number,
        panel=panel,
        agent=agent,
        reasons=_reasons(snapshot),
        request=None if is_release else request_card(snapshot),
        release=_release_card(snapshot) if is_release else None,
        blast=None if is_release else _blast_card(ticket),
        mandate=None if is_release else mandate_card(snapshot),
        lineage=lineage,
        lineage_note=lineage_note,
        why_me=_why_me(ticket, viewer),
    )


def _agent_card(ticket: Ticket, agent: Agent, viewer: Viewer, is_pending: bool) -> AgentCard:
    note = frozen_words(ticket, now=viewer.now)
    return replace(
        agent_card_now(ticket, agent, note=note, now=viewer.now),
        url=agent_link(ticket, viewer.fleet.slug),
        asked_note="" if is_pending else asked_words(ticket.snapshot["agent"]),
    )


def _blast_card(ticket: Ticket) -> BlastCard:
    return blast_card(ticket.snapshot["decision"], policy_of(ticket.policy).blast)


def _reasons(snapshot: Plain) -> tuple[ReasonLine, ...]:
    if "decision" in snapshot:
        return reason_lines(snapshot["decision"])
    return tuple(
        ReasonLine(code=move["move"], sentence=move["reason"])
        for move in snapshot["transitions"][:1]
    )


def _release_card(snapshot: Plain) -> ReleaseCard:
    agent, moves = snapshot["agent"], snapshot["transitions"]
    facts = [Fact(label="Breaker level", value=str(agent["breaker_level"]))]
    if agent["frozen_until"]:
        until = datetime.fromisoformat(agent["frozen_until"])
        facts.append(Fact(label="Frozen until", value=f"{day_time(until)} UTC"))
    return ReleaseCard(
        agent=agent["external_id"],
        sentences=tuple(
            f"{clock_time(datetime.fromisoformat(move['at']))}: {move['reason']}" for move in moves
        ),
        facts=tuple(facts),
    )


def _why_me(ticket: Ticket, viewer: Viewer) -> str:
    barred = why_not(viewer, ticket, Choice.APPROVE)
    if barred:
        return f"You see this as a {viewer.role.value} of {viewer.fleet.name}. {barred}"
    return f"Why me? Every reviewer, manager and admin of {viewer.fleet.name} is asked."
