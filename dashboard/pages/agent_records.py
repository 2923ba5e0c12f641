"""What an agent did and what was said to it: outcomes, decisions of the gate, tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards import Mark, kind_mark, ticket_mark
from dashboard.cards.agent_page import DecisionRow, OutcomeRow, TicketLine
from dashboard.pages.names import names_of
from escalations.selectors.agent_tickets import tickets_of_agent
from escalations.selectors.tickets import status_of
from governance.domain.types import Verdict
from governance.selectors.records import decisions_recent, outcomes_recent

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Agent, Decision, Fleet, Outcome

OUTCOMES_SHOWN = 20
DECISIONS_SHOWN = 10
TICKETS_SHOWN = 10

_VERDICTS = {
    Verdict.ALLOW: Mark("Allowed", "check"),
    Verdict.ESCALATE: Mark("Asked people", "people", "amber"),
    Verdict.DENY: Mark("Denied", "x", "crit"),
}
_MOMENTS = {"submit": "when asked", "start": "at start", "heartbeat": "while running"}


def outcome_rows(agent: Agent) -> tuple[OutcomeRow, ...]:
    """Return the latest outcomes, newest first."""
    return tuple(_outcome(each) for each in outcomes_recent(agent=agent, most=OUTCOMES_SHOWN))


def decision_rows(agent: Agent) -> tuple[DecisionRow, ...]:
    """Return the gate's latest decisions, newest first, the deciding reason of each first."""
    return tuple(_decision(each) for each in decisions_recent(agent=agent, most=DECISIONS_SHOWN))


def ticket_lines(agent: Agent, fleet: Fleet, *, now: datetime) -> tuple[TicketLine, ...]:
    """Return the latest tickets about the agent, newest first."""
    tickets = tickets_of_agent(agent=agent, most=TICKETS_SHOWN)
    names = names_of(ticket.resolved_by for ticket in tickets if ticket.resolved_by)
    lines = []
    for ticket in tickets:
        status = status_of(ticket, now=now)
        resolution = status.resolution.value if status.resolution else ""
        lines.append(
            TicketLine(
                number=ticket.number,
                title=ticket.title,
                url=reverse("ticket", kwargs={"fleet": fleet.slug, "number": ticket.number}),
                at=ticket.opened_at,
                mark=ticket_mark(status.state.value, resolution),
                kind_mark=kind_mark(ticket.kind),
                by=names.get(ticket.resolved_by, ticket.resolved_by) if resolution else "",
            )
        )
    return tuple(lines)


def _outcome(outcome: Outcome) -> OutcomeRow:
    notes = []
    if outcome.late:
        notes.append("late: its breaker did not move")
    if outcome.is_probe:
        notes.append("probe")
    if outcome.self_report:
        notes.append("reported by itself")
    if outcome.error_code:
        notes.append(f"error {outcome.error_code}")
    return OutcomeRow(
        at=outcome.finished_at,
        title=outcome.task.title if outcome.task else "",
        task_id=outcome.task_external_id,
        result=outcome.result,
        level=outcome.level.capitalize(),
        cost_usd=outcome.cost_usd,
        source=outcome.source,
        notes=tuple(notes),
    )


def _decision(decision: Decision) -> DecisionRow:
    verdict, would_be = Verdict(decision.verdict), Verdict(decision.would_be)
    return DecisionRow(
        at=decision.created_at,
        title=decision.task.title,
        task_id=decision.task.external_id,
        moment=_MOMENTS.get(decision.moment, decision.moment),
        mark=_VERDICTS[verdict],
        level=decision.level,
        reasons=tuple(reason["sentence"] for reason in decision.reasons[:2]),
        policy_version=decision.policy.number,
        would_be="" if verdict is would_be else _VERDICTS[would_be].label.lower(),
    )
