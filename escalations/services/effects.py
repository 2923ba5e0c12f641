"""What an answer changes once the votes are counted: the ticket, its task, its agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from escalations.domain.deadlines import grant_window
from escalations.domain.guards import Guard, TicketFacts
from escalations.domain.lifecycle import LETS_RUN, Move, Resolution, TicketKind, apply
from escalations.domain.voting import ABOUT_HELD, Choice, VotesVerdict
from escalations.events import TicketResolved
from escalations.selectors.edits import is_edited
from escalations.services.conflicts import conflict
from escalations.services.emergency import review_open_step
from escalations.services.escalating import escalation_look_again
from escalations.services.evidence_effects import MOVE_OF, finding_follow, held_left, held_settle
from escalations.services.holding import HeldTicket
from escalations.services.tally import Tally
from escalations.services.telling import told_of
from governance.domain.moves import GuardFailedError, IllegalMoveError
from governance.domain.types import BlastLevel, GrantState
from governance.selectors.policies import policy_of
from governance.selectors.tasks import grant_live
from governance.services.breakers import breaker_release_step
from governance.services.counted import counted_add, decided_counted
from governance.services.resolutions import task_deny_step, task_grant_step

if TYPE_CHECKING:
    from datetime import datetime

    from escalations.domain.lifecycle import TicketStatus
    from escalations.models import Ticket
    from escalations.services.ballots import Ballot
    from governance.events import FleetEvent
    from governance.models import Task
    from governance.refusals import ConflictError

_MOVE = {
    VotesVerdict.PENDING: Move.VOTE,
    VotesVerdict.APPROVED: Move.APPROVE,
    VotesVerdict.DENIED: Move.DENY,
}
_CLAIM_STAYS = ABOUT_HELD | {Choice.EMERGENCY}
# The same approval of what people have edited.
_EDITED = {
    Move.APPROVE: Move.APPROVE_EDITED,
    Move.APPROVE_EMERGENCY: Move.APPROVE_EMERGENCY_EDITED,
}
# What is only taken note of.
_SEEN = {TicketKind.INCIDENT: Move.ACKNOWLEDGE, TicketKind.CASCADE: Move.SETTLE}


def effects_apply(
    held: HeldTicket, ballot: Ballot, status: TicketStatus, tally: Tally, *, now: datetime
) -> list[FleetEvent]:
    """Move the ticket as the votes say, with its task or agent; return the events in order.

    Raises:
        ConflictError: grant_used, or the table has no such move from where things stand.
    """
    ticket = held.ticket
    kind = TicketKind(ticket.kind)
    try:
        after = apply(kind, status, _move(ticket, ballot, tally), _facts(held, tally, now))
        told = held_settle(held, ballot, now=now)
        if held.answered and not held_left(ticket):
            after = apply(kind, after, Move.SETTLE, _facts(held, tally, now))
        _close(ticket, ballot, after, now)
        followed = [*told, *_follow(held, ballot, after, now), *_review(ticket, after, tally, now)]
    except (IllegalMoveError, GuardFailedError) as error:
        raise _impossible(ticket, error, now) from error
    ticket.version += 1
    ticket.save()
    return followed


def turn_permit(ticket: Ticket, task: Task | None, status: TicketStatus, *, now: datetime) -> None:
    """Refuse to turn an approval round whose grant was used or is gone.

    Raises:
        ConflictError: grant_used.
    """
    facts = _facts(HeldTicket(ticket=ticket, task=task), Tally(VotesVerdict.DENIED, 0), now)
    try:
        apply(TicketKind(ticket.kind), status, Move.DENY, facts)
    except (IllegalMoveError, GuardFailedError) as error:
        raise _impossible(ticket, error, now) from error


def claim_clear(ticket: Ticket) -> None:
    """Forget who works on the ticket, or who put it off; the caller saves it."""
    ticket.claimed_by = ticket.claimed_at = ticket.claim_seen_at = ticket.lease_until = None
    snooze_clear(ticket)


def snooze_clear(ticket: Ticket) -> None:
    """Forget that the ticket was put off: somebody works on it, or it is over."""
    ticket.snoozed_until = ticket.snoozed_by = None


def resolution_of(ticket: Ticket, *, answer: str, now: datetime) -> dict[str, Any]:
    """Return what the caller of the API is told: the answer, by whom, when, the words verbatim."""
    return {
        "answer": answer,
        "by": ticket.resolved_by,
        "at": now.isoformat(),
        "reason_code": ticket.reason_code,
        "reason_text": ticket.reason_text,
    }


def grant_issue(
    ticket: Ticket, task: Task, now: datetime, *, undo: bool = True
) -> tuple[FleetEvent, ...]:
    """Issue the one grant of an approved ticket, whoever approved it; return the task's events.

    The caller saves the ticket. Without ``undo`` the task may start at once.

    Raises:
        IllegalMoveError: if the task no longer waits.
    """
    timing = policy_of(ticket.policy).tickets
    window = grant_window(now, level=BlastLevel(ticket.risk_level), timing=timing, undo=undo)
    ticket.usable_from = window.usable_from
    return task_grant_step(
        task=task,
        authority=ticket.pk,
        usable_from=window.usable_from,
        expires_at=window.expires_at,
        resolution=resolution_of(ticket, answer=ticket.resolution, now=now),
        actor=ticket.resolved_by,
        now=now,
    )


def resolved_event(ticket: Ticket) -> TicketResolved:
    """Return that the ticket is answered: how, by whom, why."""
    return TicketResolved(
        **told_of(ticket, actor=ticket.resolved_by),
        resolution=ticket.resolution,
        by=ticket.resolved_by,
        reason_code=ticket.reason_code,
        reason_text=ticket.reason_text,
        emergency=ticket.emergency,
    )


def _move(ticket: Ticket, ballot: Ballot, tally: Tally) -> Move:
    if ballot.choice in MOVE_OF:
        return MOVE_OF[ballot.choice]
    if ballot.choice is Choice.EMERGENCY and not tally.is_seconded:
        return Move.CALL_EMERGENCY
    move = _SEEN.get(TicketKind(ticket.kind)) or _MOVE[tally.verdict]
    if ballot.choice is Choice.EMERGENCY:
        move = Move.APPROVE_EMERGENCY
    return _EDITED.get(move, move) if is_edited(ticket) else move


def _facts(held: HeldTicket, tally: Tally, now: datetime) -> TicketFacts:
    grant = None if held.task is None else grant_live(task=held.task)
    return TicketFacts(
        now=now,
        decide_by=held.ticket.decide_by,
        votes=tally.verdict,
        usable_from=held.ticket.usable_from,
        grant=None if grant is None else GrantState(grant.state),
        resolved_at=held.ticket.resolved_at,
        held=held_left(held.ticket),
        is_seconded=tally.is_seconded,
        is_edited=is_edited(held.ticket),
    )


def _close(ticket: Ticket, ballot: Ballot, after: TicketStatus, now: datetime) -> None:
    """Write the outcome on the ticket, where there is one.

    A claim ends with any answer: the holder has done what it was for, and others may go on; of a
    cascade only with the last, because whoever settles it goes from task to task. A call for an
    emergency is made beside the holder, who goes on.
    """
    snooze_clear(ticket)
    if after.resolution is not None or ballot.choice not in _CLAIM_STAYS:
        claim_clear(ticket)
    ticket.state = after.state.value
    if after.resolution is None:
        # Whoever has approved cannot be waited for any longer.
        escalation_look_again(ticket, now=now)
        return
    ticket.resolution = after.resolution.value
    ticket.resolved_at, ticket.resolved_by = now, ballot.actor
    ticket.reason_code, ticket.reason_text = ballot.reason_code, ballot.reason_text
    ticket.usable_from = None
    if after.resolution in LETS_RUN:
        ticket.emergency = ballot.choice is Choice.EMERGENCY


def _follow(
    held: HeldTicket, ballot: Ballot, after: TicketStatus, now: datetime
) -> list[FleetEvent]:
    """Change what the ticket was about, and return the events: the ticket's, then what follows."""
    followed: tuple[FleetEvent, ...] = ()
    if after.resolution in LETS_RUN and held.task is not None:
        _decided(held.ticket, now)
        followed = grant_issue(held.ticket, held.task, now, undo=not held.ticket.emergency)
        return [resolved_event(held.ticket), *followed]
    match after.resolution:
        case None:
            return []
        case Resolution.DENIED | Resolution.RESPONDED if held.task is not None:
            # Neither runs; the answer says whether people refused or told the agent something.
            resolution = resolution_of(held.ticket, answer=after.resolution.value, now=now)
            followed = task_deny_step(
                task=held.task, resolution=resolution, actor=ballot.actor, now=now
            )
        case Resolution.RELEASED if held.agent is not None:
            followed = breaker_release_step(
                agent=held.agent,
                fleet=held.ticket.fleet,
                actor=ballot.actor,
                reason=ballot.reason_text,
                now=now,
            )
        case resolution:
            followed = finding_follow(held, ballot, resolution, now=now)
    _decided(held.ticket, now)
    return [resolved_event(held.ticket), *followed]


def _review(
    ticket: Ticket, after: TicketStatus, tally: Tally, now: datetime
) -> tuple[FleetEvent, ...]:
    """Open the review of an emergency that has just been approved."""
    if after.resolution not in LETS_RUN or not ticket.emergency:
        return ()
    return review_open_step(ticket, tally.calls, actor=ticket.resolved_by, now=now)


def _impossible(
    ticket: Ticket, error: IllegalMoveError | GuardFailedError, now: datetime
) -> ConflictError:
    """Return the conflict for a move the tables refuse, read from the ticket as stored."""
    stored = type(ticket).objects.get(pk=ticket.pk)
    is_used = isinstance(error, GuardFailedError) and error.guard == Guard.GRANT_UNUSED
    if is_used:
        return conflict(
            stored,
            f"The agent has used the approval of ticket #{stored.number} already, or it is gone.",
            code="grant_used",
            now=now,
        )
    return conflict(stored, f"{error}.", code="move_not_possible", now=now)


def _decided(ticket: Ticket, now: datetime) -> None:
    """Count, once it is committed, how long people took for their answer."""
    took_s = (now - ticket.opened_at).total_seconds()
    transaction.on_commit(lambda: counted_add(decided_counted(took_s)), robust=True)
