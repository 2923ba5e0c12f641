"""How a ticket ended, in words: by whom where somebody decided, and what followed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.cards import Ruling
from dashboard.display.durations import day_time
from dashboard.pages.votes import approvals_of, votes_of
from escalations.domain.lifecycle import LETS_RUN, Resolution, TicketKind, TicketState
from escalations.domain.reasons import EMERGENCY_CODE, reason_label
from escalations.domain.voting import Choice
from escalations.selectors.emergency import review_after, review_of, reviewed
from escalations.selectors.superseding import ticket_after
from escalations.selectors.tickets import address_of, status_of
from governance.domain.phrases import list_words
from governance.selectors.collusion import ring_cleared_at
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from escalations.models import Ticket

_CHOICE = {
    Resolution.APPROVED: Choice.APPROVE,
    Resolution.APPROVED_EDITED: Choice.APPROVE,
    Resolution.DENIED: Choice.DENY,
    Resolution.RESPONDED: Choice.RESPOND,
    Resolution.RELEASED: Choice.APPROVE,
    Resolution.KEPT_FROZEN: Choice.DENY,
    Resolution.ACKNOWLEDGED: Choice.APPROVE,
    Resolution.REBASELINED: Choice.REBASELINE,
    Resolution.AGENT_PAUSED: Choice.PAUSE,
    Resolution.MANDATE_LOWERED: Choice.LOWER_MANDATE,
    Resolution.PASSED: Choice.PASS,
    Resolution.FAILED: Choice.FAIL,
    Resolution.UNCLEAR: Choice.UNCLEAR,
    Resolution.CONFIRMED: Choice.CONFIRM,
    Resolution.DISMISSED: Choice.DISMISS,
    Resolution.VERIFYING: Choice.VERIFY,
}
_EXPIRED = {
    TicketKind.TASK: "Nothing was run; the agent is told that it expired.",
    TicketKind.RELEASE: "The agent stays frozen.",
    TicketKind.INCIDENT: "The task stays denied.",
    TicketKind.DRIFT: "The alarm stays open; people are asked again.",
    TicketKind.AUDIT: "The work stays as it was reported.",
    TicketKind.CASCADE: "What it holds stays held; people are asked again.",
    TicketKind.COLLUSION: "The ring stays suspected; new evidence asks again.",
}

_FOLLOWED = {
    Resolution.APPROVED_EDITED: "The agent is handed the edited arguments; it starts no others.",
    Resolution.REBASELINED: "The present counts as normal for {agent}; trust stays as earned.",
    Resolution.AGENT_PAUSED: "{agent} is paused until a manager resumes it.",
    Resolution.MANDATE_LOWERED: "{agent} reaches one blast level less without a person.",
    Resolution.PASSED: "The work counts as a verified success.",
    Resolution.FAILED: "The work counts as a verified failure.",
    Resolution.UNCLEAR: "The work stays as it was reported.",
    Resolution.SETTLED: "Nothing is held any longer.",
    Resolution.CONFIRMED: (
        "Its members were put to tier low with less budget for a time, and fined for all they"
        " received from each other, with nothing taken off for what they paid each other."
    ),
    Resolution.DISMISSED: "Nothing stands against them; they count as a team for a time.",
    Resolution.VERIFYING: "Their next finished tasks are checked; the ring stays suspected.",
}


def ruling(ticket: Ticket, *, viewer: User, now: datetime) -> Ruling | None:
    """Return how the ticket ended; None while it waits for a person."""
    status = status_of(ticket, now=now)
    if status.state is TicketState.PENDING:
        return None
    kind = TicketKind(ticket.kind)
    at = ticket.resolved_at or ticket.decide_by
    if status.state is TicketState.EXPIRED:
        return Ruling(at=at, note=_expired(ticket, kind))
    if status.resolution is None:
        # Withdrawn or superseded: whoever did that decided nothing, so no name stands here.
        return Ruling(at=at, note=ticket.reason_text)
    code = ticket.reason_code
    choice = Choice.EMERGENCY if code == EMERGENCY_CODE else _CHOICE.get(status.resolution)
    return Ruling(
        at=at,
        by=_name(ticket, viewer),
        reason=ticket.reason_text,
        reason_label=reason_label(kind, choice, code) if choice and code else "",
        note=_of_emergency(ticket, status.resolution) or _followed(ticket, status.resolution),
    )


def ruling_now(ticket: Ticket, *, viewer: User, now: datetime) -> Ruling | None:
    """Return how the ticket ended, and whether what followed still stands; None while it waits.

    An emergency leads on to its review, a review that expired to the one asked in its place, what
    was superseded to the ticket in its place.
    """
    ended = ruling(ticket, viewer=viewer, now=now)
    if ended is None:
        return None
    after, words = _next(ticket)
    if after is not None:
        label = f"{words} #{after.number}"
        return replace(ended, next_url=address_of(after), next_label=label)
    if ticket.resolution != Resolution.CONFIRMED or ticket.subject is None:
        return ended
    return cleared(ended, ticket, ring_cleared_at(ring_id=ticket.subject))


def _next(ticket: Ticket) -> tuple[Ticket | None, str]:
    """Return the ticket that follows one that ended, and the words that lead there."""
    if ticket.emergency:
        return review_of(votes=votes_of(ticket)), "Its review,"
    if (again := review_after(ticket)) is not None:
        return again, "Asked again as"
    return ticket_after(ticket), "Superseded by"


def cleared(ended: Ruling, ticket: Ticket, at: datetime | None) -> Ruling:
    """Return how the ticket ended, and that nothing of it stands where the ring was cleared.

    Args:
        ended: its ruling.
        ticket: of whatever kind.
        at: when its ring was dismissed, if it was; None too where it is about no ring.
    """
    if at is None or ticket.resolution != Resolution.CONFIRMED:
        return ended
    return replace(ended, note=f"{ended.note} Cleared {day_time(at)} UTC: nothing of that stands.")


def _expired(ticket: Ticket, kind: TicketKind) -> str:
    if reviewed(ticket) is not None:
        return "Nobody reviewed the emergency in time."
    return _EXPIRED[kind] if ticket.agent_id else "It lifts nothing."


def _name(ticket: Ticket, viewer: User) -> str:
    """Return who settled it, both admins of an emergency: records keep user names, pages show
    full ones."""
    if ticket.emergency and ticket.resolution in LETS_RUN:
        return list_words(
            ["you" if v.user_id == viewer.pk else person_name(v.user) for v in approvals_of(ticket)]
        )
    if ticket.resolved_by == viewer.get_username():
        return "you"
    names = {vote.user.get_username(): person_name(vote.user) for vote in votes_of(ticket)}
    return names.get(ticket.resolved_by, ticket.resolved_by)


def _of_emergency(ticket: Ticket, resolution: Resolution) -> str:
    if ticket.emergency and resolution in LETS_RUN:
        return "It could start at once, past the usual approvals; somebody else reviews it."
    return "" if reviewed(ticket) is None else "What has run has run; the emergency is reviewed."


def _followed(ticket: Ticket, resolution: Resolution) -> str:
    agent = ticket.agent.external_id if ticket.agent else ""
    if resolution is Resolution.DENIED:
        return f"Sent to {agent} word for word."
    if resolution is Resolution.RESPONDED:
        return f"Sent to {agent} word for word as its answer; the task does not run."
    if resolution is Resolution.RELEASED:
        return f"{agent} is on probation."
    if resolution is Resolution.KEPT_FROZEN:
        return f"{agent} stays frozen."
    if resolution is Resolution.ACKNOWLEDGED:
        return "The task stays denied." if ticket.task_id else "It lifts nothing."
    return _FOLLOWED.get(resolution, "").format(agent=agent)
