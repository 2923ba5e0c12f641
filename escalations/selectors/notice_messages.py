"""What a message says, written from the rows as they are when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

from escalations.domain.lifecycle import TicketKind
from escalations.domain.notice_text import (
    URGENT_SHOWN,
    Call,
    call_message,
    digest_message,
    test_message,
)
from escalations.domain.notifying import (
    PROOF_WITHIN_MIN,
    ChannelState,
    NoticeState,
    Purpose,
    Unsent,
)
from escalations.domain.queue import urgency
from escalations.models import Notice
from escalations.selectors.escalation import escalation_of
from escalations.selectors.judging import call_unsent
from escalations.selectors.notices import hours_of
from escalations.selectors.reports import report_message, report_of
from escalations.selectors.routing import people_of
from escalations.selectors.tickets import address_of
from governance.domain.types import BlastLevel

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from escalations.domain.notice_text import Message
    from escalations.models import NoticeChannel, Ticket

# What a ticket about no operation asks.
_QUESTIONS: Mapping[TicketKind, str] = {
    TicketKind.TASK: "a task",
    TicketKind.RELEASE: "release a frozen agent",
    TicketKind.INCIDENT: "an incident",
    TicketKind.DRIFT: "an agent drifts",
    TicketKind.AUDIT: "audit finished work",
    TicketKind.CASCADE: "a cascade",
    TicketKind.COLLUSION: "agents that may collude",
}
# What comes of no answer, where that is one thing for the kind.
_UNANSWERED: Mapping[TicketKind, str] = {
    TicketKind.TASK: "Without an answer it counts as a no.",
    TicketKind.RELEASE: "Without an answer nothing is released.",
    TicketKind.DRIFT: "Without an answer people are asked again.",
    TicketKind.AUDIT: "Without an answer the audit ends without a verdict.",
    TicketKind.CASCADE: "Without an answer people are asked again.",
    TicketKind.COLLUSION: "Without an answer people are asked again.",
}


def message_of(notice: Notice, *, code: str, now: datetime) -> Message:
    """Return what a message says now.

    Args:
        notice: with its channel and person, and its ticket with fleet, agent and task.
        code: proves the channel, for the test of one that is unproven.
        now: the moment of sending.
    """
    channel = notice.channel
    if notice.purpose == Purpose.TEST:
        proven = channel.state != ChannelState.UNPROVEN
        url = f"{settings.CONSOLE_URL}{_where_proven(channel)}"
        return test_message(code="" if proven else code, within_min=PROOF_WITHIN_MIN, url=url)
    if notice.purpose == Purpose.REPORT:
        return report_message(report_of(notice), now=now)
    if notice.ticket is not None:
        return call_message(_call(notice, notice.ticket), now=now)
    wanted, _ = digest_calls(notice, now=now)
    described = wanted[:URGENT_SHOWN]
    return digest_message(
        [_call(each, each.ticket) for each in described if each.ticket is not None],
        more=len(wanted) - len(described),
        queue_url=f"{settings.CONSOLE_URL}/queue/",
        now=now,
    )


def calls_told(notice: Notice) -> list[Notice]:
    """Return the calls that a message tells: itself, or those folded into it; none for a test."""
    if notice.purpose == Purpose.CALL:
        return [notice]
    return list(notice.folded.select_related("ticket__fleet", "channel").order_by("id"))


def digest_calls(digest: Notice, *, now: datetime) -> tuple[list[Notice], Unsent]:
    """Return the calls in a message for several that still wait, the most urgent first.

    One for each ticket; and why the last of the others is not wanted, where none waits.
    """
    folded = Notice.objects.filter(folded_into=digest, state=NoticeState.FOLDED.value)
    rows = folded.select_related("channel__user", "ticket__fleet", "ticket__agent", "ticket__task")
    wanted: dict[object, Notice] = {}
    why, members = Unsent.DECIDED, cache(people_of)
    for row in rows.order_by("level", "id"):
        unsent = call_unsent(row, now=now, members=members)
        if unsent is None:
            wanted[row.ticket_id] = row
        else:
            why = unsent
    return sorted(wanted.values(), key=lambda each: _urgency(each, now)), why


def _urgency(notice: Notice, now: datetime) -> float:
    ticket = notice.ticket
    if ticket is None:
        return 0.0
    return urgency(ticket.decide_by - now, BlastLevel(ticket.risk_level))


def _call(notice: Notice, ticket: Ticket) -> Call:
    policy, level = escalation_of(ticket), notice.level or 1
    return Call(
        fleet=ticket.fleet.name,
        number=ticket.number,
        risk=ticket.risk_level,
        what=_QUESTIONS[TicketKind(ticket.kind)] if ticket.task is None else ticket.task.operation,
        agent=ticket.agent.name if ticket.agent else "",
        level=level,
        of=1 if policy is None else len(policy.levels),
        why=ticket.escalation_reason if level == ticket.escalation_level else "",
        decide_by=ticket.decide_by,
        zone=_zone(notice.channel),
        url=f"{settings.CONSOLE_URL}{address_of(ticket)}",
        unanswered=_UNANSWERED.get(TicketKind(ticket.kind), ""),
    )


def _where_proven(channel: NoticeChannel) -> str:
    return "/account/" if channel.fleet is None else f"/f/{channel.fleet.slug}/escalation/"


def _zone(channel: NoticeChannel) -> tzinfo:
    return UTC if channel.user is None else ZoneInfo(hours_of(user=channel.user).zone)
