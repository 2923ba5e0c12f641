"""What one person may do to one ticket now, and why: asked of the checks that the services make.

Nothing is locked and nothing written: what is found counts for the moment, and the service that
is called afterwards checks again under its locks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from escalations.domain.editing import is_editable
from escalations.domain.lifecycle import LETS_RUN, Move, TicketKind
from escalations.domain.reasons import choices_of
from escalations.domain.routing import ACTION_OF
from escalations.domain.voting import ABOUT_HELD, Choice
from escalations.selectors.edits import arguments_asked
from escalations.selectors.routing import people_of
from escalations.selectors.tickets import claim_of, snooze_of
from escalations.services.ballots import Ballot, step_up_needed
from escalations.services.calling import call_next_permit
from escalations.services.claims import claim_permit, waits_check
from escalations.services.conflicts import conflict
from escalations.services.decisions import answer_permit, answer_repeats
from escalations.services.effects import turn_permit
from escalations.services.handing import reassign_permit
from escalations.services.moving import holder_move_check, move_check
from escalations.services.reopening import reopen_permit
from escalations.services.snoozing import snooze_latest, wake_permit
from escalations.services.undoing import undo_permit
from governance.domain.permissions import Action, explain, permitted
from governance.refusals import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from django.contrib.auth.models import User

    from escalations.models import Ticket
    from governance.domain.types import Role

_STEP_UP = " It takes your password again."
_HOLDS = " You hold it, as this takes."
_SILENT = " Its holder has been silent for too long."


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """Whether a person may make one move now.

    ``sentence`` is the rule that lets them, or what the service would refuse them with, worded to
    that person; ``code`` is the refusal's, empty where they may.
    """

    move: str
    may: bool
    sentence: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A ticket and the person who wants to move it, at one moment."""

    ticket: Ticket
    user: User
    role: Role
    now: datetime


def ticket_rights(*, ticket: Ticket, user: User, role: Role, now: datetime) -> tuple[Right, ...]:
    """Return each move of this kind of ticket with whether the person may make it, and why.

    Args:
        ticket: with its agent, task, policy and claim.
        user: a member of its fleet, with ``role`` there.
        now: the moment it is asked for.
    """
    asked = _Asked(ticket=ticket, user=user, role=role, now=now)
    return tuple(
        _right(asked, name, action, check, note) for name, action, check, note in _moves(asked)
    )


def _right(
    asked: _Asked, name: str, action: Action, check: Callable[[], object], note: str
) -> Right:
    try:
        check()
    except RefusalError as error:
        return Right(move=name, may=False, sentence=error.sentence, code=error.code)
    return Right(move=name, may=True, sentence=f"{explain(asked.role, action)}{note}")


def _moves(asked: _Asked) -> Iterator[tuple[str, Action, Callable[[], object], str]]:
    """Return name, action, check and a further sentence of each move, in the order of a page."""
    claims, decides = Action.TICKET_CLAIM, Action.TICKET_DECIDE
    over = _first_of(asked, Action.TICKET_TAKE_OVER, claims)
    yield "claim", claims, partial(_claim, asked), ""
    yield "take_over", over, partial(_take_over, asked), _SILENT if over is claims else ""
    yield "release", claims, partial(_release, asked), _HOLDS
    for choice in choices_of(TicketKind(asked.ticket.kind)):
        action = ACTION_OF.get(choice, decides)
        note = _STEP_UP if step_up_needed(asked.ticket, choice) else ""
        yield choice.value, action, partial(_answer, asked, choice), note
    if asked.ticket.kind == TicketKind.TASK:
        yield "undo", Action.TICKET_UNDO, partial(_undo, asked), ""
        reopens = _first_of(asked, Action.TICKET_REOPEN, decides)
        yield "reopen", reopens, partial(_reopen, asked), ""
        yield "edit", claims, partial(_edit, asked), _HOLDS
    yield "snooze", claims, partial(_snooze, asked), _HOLDS
    yield "wake", decides, partial(_wake, asked), ""
    yield "ask", claims, partial(_held, asked, Move.ASK), _HOLDS
    yield "answer_question", Action.FLEET_VIEW, partial(_reply, asked), ""
    yield "escalate", Action.FLEET_VIEW, partial(call_next_permit, asked.ticket, now=asked.now), ""
    yield "reassign", decides, partial(_reassign, asked), ""


def _first_of(asked: _Asked, *actions: Action) -> Action:
    """Return the first action that the role allows; the last where it allows none."""
    return next((each for each in actions if permitted(asked.role, each)), actions[-1])


def _claim(asked: _Asked, *, take_over: bool = False) -> None:
    claim_permit(
        asked.ticket,
        asked.user,
        asked.role,
        expected=asked.ticket.version,
        take_over=take_over,
        now=asked.now,
    )


def _take_over(asked: _Asked) -> None:
    waits_check(asked.ticket, asked.now)
    claim = claim_of(asked.ticket, now=asked.now)
    if claim is None or claim.holder.pk == asked.user.pk:
        raise _pointless(asked, "nobody else holds it.")
    _claim(asked, take_over=True)


def _release(asked: _Asked) -> None:
    claim = claim_of(asked.ticket, now=asked.now)
    if claim is None or claim.holder.pk != asked.user.pk:
        raise _pointless(asked, "you do not hold it.")


def _answer(asked: _Asked, choice: Choice) -> None:
    ticket, now = asked.ticket, asked.now
    ballot = Ballot(
        user=asked.user,
        role=asked.role,
        choice=choice,
        reason_code="",
        reason_text="",
        expected_version=ticket.version,
        via="",
        # What it takes beside the right is said with it.
        reauthenticated_at=now,
    )
    if choice not in ABOUT_HELD and answer_repeats(ticket, ballot, now):
        raise _pointless(asked, "you have given this answer, and it stands.")
    status = answer_permit(ticket, ballot, people=people_of(fleet=ticket.fleet), now=now)
    if status.resolution in LETS_RUN:
        turn_permit(ticket, ticket.task, status, now=now)


def _undo(asked: _Asked) -> None:
    ticket = asked.ticket
    undo_permit(ticket, ticket.task, asked.user, expected=ticket.version, now=asked.now)


def _reopen(asked: _Asked) -> None:
    ticket = asked.ticket
    reopen_permit(
        ticket,
        ticket.task,
        asked.user,
        asked.role,
        people=people_of(fleet=ticket.fleet),
        expected=ticket.version,
        now=asked.now,
    )


def _held(asked: _Asked, move: Move, **facts: object) -> None:
    holder_move_check(
        asked.ticket,
        move,
        user=asked.user,
        role=asked.role,
        expected=asked.ticket.version,
        now=asked.now,
        **facts,
    )


def _edit(asked: _Asked) -> None:
    _held(asked, Move.EDIT, is_editable=is_editable(arguments_asked(asked.ticket)))


def _snooze(asked: _Asked) -> None:
    latest = snooze_latest(asked.ticket)
    # Half of what is left: if not even that is allowed, nothing is.
    until = asked.now + (latest - asked.now) / 2
    _held(asked, Move.SNOOZE, wakes_at=until, wake_before=latest)


def _wake(asked: _Asked) -> None:
    wake_permit(asked.ticket, asked.user, asked.role, now=asked.now)
    if snooze_of(asked.ticket, now=asked.now) is None:
        raise _pointless(asked, "it is awake.")


def _reply(asked: _Asked) -> None:
    waits_check(asked.ticket, asked.now)
    move_check(asked.ticket, Move.ANSWER, now=asked.now)


def _reassign(asked: _Asked) -> None:
    ticket = asked.ticket
    reassign_permit(ticket, asked.user, asked.role, expected=ticket.version, now=asked.now)


def _pointless(asked: _Asked, why: str) -> RefusalError:
    """Return what stands for a move that its service would let pass without any effect."""
    return conflict(
        asked.ticket, f"Ticket #{asked.ticket.number}: {why}", code="no_effect", now=asked.now
    )
