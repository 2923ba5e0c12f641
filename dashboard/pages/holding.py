"""The moves of a holder as one person sees them: what is open to them, and why not where not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.holding import HolderForm, Holding, NoteLine, Option, SnoozeNote
from dashboard.display.durations import moment_time, span_text, wire_time
from dashboard.pages.escalation import level_names
from dashboard.pages.standing import why_not
from escalations.domain.lifecycle import MOVES, PENDING, Move, TicketKind
from escalations.domain.notes import NoteKind
from escalations.domain.voting import Choice
from escalations.selectors.escalation import escalated_of
from escalations.selectors.notes import notes_of
from escalations.selectors.tickets import claim_of, snooze_of
from escalations.services.snoozing import snooze_latest
from governance.domain.permissions import Action, permitted
from governance.domain.types import BlastLevel
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.contrib.auth.models import User

    from dashboard.pages.standing import Viewer
    from escalations.domain.routing import Routing
    from escalations.models import Note, Ticket

PRACTICE = "It is practice: nothing was held back, nobody waits for an answer."
_SNOOZES = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(days=1),
)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedMove:
    """What a person had sent in one of the forms, and why it was not recorded.

    ``draft`` is the canonical form of edited arguments that wait to be confirmed; ``problem_at``
    is the field to mend, empty where it is none.
    """

    form: str
    text: str = ""
    chosen: str = ""
    draft: str = ""
    problem: str = ""
    problem_at: str = ""


def holding_card(
    ticket: Ticket, *, viewer: Viewer, found: Routing, typed: TypedMove | None = None
) -> Holding:
    """Return the forms of a holder and the thread of a ticket.

    Args:
        ticket: with agent and claim loaded (`tickets_shown`).
        viewer: the person who looks.
        found: who can still approve it.
        typed: what came back from one of the forms.
    """
    notes = notes_of(ticket=ticket)
    asked = [note for note in notes if note.kind == NoteKind.QUESTION]
    question_id = str(asked[-1].pk) if ticket.needs_info and asked else ""
    ask = _ask_form(ticket, viewer)
    answer = HolderForm(url=_url("ticket-answer", ticket, viewer)) if question_id else None
    escalate, level = _escalate_form(ticket, viewer)
    return Holding(
        snooze=_again(_snooze_form(ticket, viewer), "snooze", typed),
        ask=ask and _again(ask, "ask", typed),
        answer=answer and _again(answer, "answer", typed),
        escalate=_again(escalate, "escalate", typed),
        next_level=level,
        next_called=level_names(ticket, level, viewer) if level else (),
        reassign=_again(reassign_form(ticket, viewer, found), "reassign", typed),
        wake_url=_url("ticket-wake", ticket, viewer),
        snoozed=snooze_note(ticket, viewer=viewer),
        why_no_wake=why_not(viewer, ticket, Choice.DENY),
        question_id=question_id,
        notes=tuple(_line(note, viewer) for note in notes),
        clock=_clock(ticket, asked, viewer),
    )


def snooze_note(ticket: Ticket, *, viewer: Viewer) -> SnoozeNote | None:
    """Return until when a ticket is put off and by whom; None where it is not."""
    snooze = snooze_of(ticket, now=viewer.now)
    return SnoozeNote(until=snooze.until, by=_name(snooze.by, viewer)) if snooze else None


def _again(form: HolderForm, name: str, typed: TypedMove | None) -> HolderForm:
    """Return the form with what had been typed in it, where it is the one that came back."""
    if typed is None or typed.form != name:
        return form
    options = tuple(
        replace(option, is_chosen=option.value == typed.chosen) for option in form.options
    )
    return replace(form, typed=typed.text, options=options, problem=typed.problem)


def _snooze_form(ticket: Ticket, viewer: Viewer) -> HolderForm:
    options = _times(viewer.now, snooze_latest(ticket))
    why = why_not_held(ticket, viewer, "snoozes it")
    if ticket.risk_level == BlastLevel.CRITICAL:
        why = "Critical tickets cannot wait."
    elif not options:
        why = "Too little of the time to decide is left."
    return HolderForm(url=_url("ticket-snooze", ticket, viewer), why_off=why, options=options)


def _times(now: datetime, latest: datetime) -> tuple[Option, ...]:
    """Return until when a ticket can be put off: round spans, and the longest there is."""
    last = (latest - timedelta(microseconds=1)).replace(second=0, microsecond=0)
    ends = [now + span for span in _SNOOZES if now + span < last]
    options = [
        Option(
            value=wire_time(end),
            label=f"{span_text((end - now).total_seconds())}, until {moment_time(end, now=now)}",
        )
        for end in ends
    ]
    if last >= now + _MINUTE:
        label = f"As long as can be, until {moment_time(last, now=now)}"
        options.append(Option(value=wire_time(last), label=label))
    return tuple(options)


def _ask_form(ticket: Ticket, viewer: Viewer) -> HolderForm | None:
    if (PENDING, Move.ASK) not in MOVES[TicketKind(ticket.kind)] or ticket.agent is None:
        return None
    why = why_not_held(ticket, viewer, "asks")
    if ticket.needs_info:
        why = "A question waits for its answer already."
    return HolderForm(url=_url("ticket-ask", ticket, viewer), why_off=why)


def _escalate_form(ticket: Ticket, viewer: Viewer) -> tuple[HolderForm, int]:
    """Return the form that calls the next level by hand, and that level; 0 where it is off."""
    found, why = escalated_of(ticket), ""
    if ticket.practice:
        why = PRACTICE
    elif found is None or found.level == found.of:
        why = "It is with its last level: nobody else is left to call."
    elif snooze_of(ticket, now=viewer.now) is not None:
        why = "It is snoozed: wake it first."
    level = 0 if why or found is None else found.level + 1
    return HolderForm(url=_url("ticket-escalate", ticket, viewer), why_off=why), level


def reassign_form(ticket: Ticket, viewer: Viewer, found: Routing) -> HolderForm:
    """Return to whom the person can hand the ticket, and why not where not."""
    claim = claim_of(ticket, now=viewer.now)
    holder = str(claim.holder.pk) if claim else ""
    options = tuple(
        Option(value=person.names[0], label=f"{viewer.names[person.id]}, {person.role}")
        for person in found.eligible
        if person.id != holder
    )
    why = "" if _may_give(ticket, viewer) else _not_theirs(ticket, viewer)
    why = why_not(viewer, ticket, Choice.DENY) or why
    if ticket.practice:
        why = PRACTICE
    elif not options:
        why = "Nobody else may approve it."
    return HolderForm(url=_url("ticket-reassign", ticket, viewer), why_off=why, options=options)


def why_not_held(ticket: Ticket, viewer: Viewer, does: str) -> str:
    """Return why somebody who is not the holder cannot do what only the holder does."""
    if ticket.practice:
        return PRACTICE
    claim = claim_of(ticket, now=viewer.now)
    if claim is None:
        return f"Claim it first: only its holder {does}."
    return "" if claim.holder.pk == viewer.user.pk else f"Only its holder {does}."


def _may_give(ticket: Ticket, viewer: Viewer) -> bool:
    """Return whether the ticket is the person's to hand over: put off by them, or anybody's."""
    snooze = snooze_of(ticket, now=viewer.now)
    is_theirs = snooze is not None and snooze.by.pk == viewer.user.pk
    return is_theirs or permitted(viewer.role, Action.TICKET_TAKE_OVER)


def _not_theirs(ticket: Ticket, viewer: Viewer) -> str:
    return why_not_held(ticket, viewer, "or a manager hands it over")


def _clock(ticket: Ticket, asked: Sequence[Note], viewer: Viewer) -> str:
    """Return what the questions have done to the time to decide."""
    if not asked:
        return ""
    if ticket.extended_from is None:
        return "The clock keeps running."
    longer = span_text((ticket.decide_by - ticket.extended_from).total_seconds())
    until = moment_time(ticket.decide_by, now=viewer.now)
    return f"The clock keeps running; extended once by {longer}, until {until}."


def _line(note: Note, viewer: Viewer) -> NoteLine:
    return NoteLine(
        kind=note.kind,
        by=note.author if note.user is None else _name(note.user, viewer),
        at=note.created_at,
        text=note.text,
        is_agent=note.user is None,
        to=_name(note.given_to, viewer) if note.given_to else "",
    )


def _name(user: User, viewer: Viewer) -> str:
    return "you" if user.pk == viewer.user.pk else person_name(user)


def _url(name: str, ticket: Ticket, viewer: Viewer) -> str:
    return reverse(name, kwargs={"fleet": viewer.fleet.slug, "number": ticket.number})
