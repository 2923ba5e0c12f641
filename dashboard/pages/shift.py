"""The page on which a person ends a shift."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.holding import Option
from dashboard.cards.shift import ShiftLine, ShiftPage, ShiftPart
from dashboard.display.durations import moment_time
from dashboard.pages.holding import reassign_form
from dashboard.pages.rows import ticket_row
from dashboard.pages.standing import eligible_names, routing, viewers_in
from escalations.domain.together import TicketName
from escalations.selectors.notes import questions_standing
from escalations.selectors.shift import shift_of
from escalations.selectors.tickets import claim_of, snooze_of
from escalations.services.shift import INTO_THE_QUEUE
from governance.domain.phrases import count_words
from governance.selectors.clock import clock_now
from governance.selectors.people import fleets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from uuid import UUID

    from django.contrib.auth.models import User

    from dashboard.pages.standing import Viewer
    from escalations.domain.routing import Routing
    from escalations.models import Note, Ticket

    Said = Callable[[Ticket, Viewer, Routing], str]

_NO_HOLDER = "It is nobody's to hand over: whoever may answer it finds it in the queue."


def shift_page(
    user: User,
    *,
    ticked: Collection[str] | None = None,
    to: str = "",
    note: str = "",
    problem: str = "",
    wrong: str = "",
) -> ShiftPage:
    """Return what the person would leave behind, going now, and the form that hands it over.

    Args:
        user: who looks.
        ticked: the tickets of a form that was not recorded; None ticks all.
        to: to whom, as it was sent.
        note: the word that was typed.
        problem: why it was not recorded.
        wrong: the field at fault.
    """
    seats, now = fleets_of(user=user), clock_now()
    viewers = viewers_in(user, seats, now)
    shift = shift_of(user=user, fleet_ids=viewers.keys(), now=now)
    takers: Counter[tuple[str, str]] = Counter()
    asked = partial(_asked, questions_standing(tickets=shift.asked))

    def part(title: str, empty: str, tickets: Sequence[Ticket], says: Said) -> ShiftPart:
        lines = [_line(each, viewers, says, ticked, takers) for each in tickets]
        return ShiftPart(title=title, empty=empty, lines=tuple(lines))

    parts = (
        part("You hold", "You hold no ticket.", shift.held, _held),
        part("You put off", "You have put off nothing.", shift.snoozed, _snoozed),
        part("Wait for another approval after yours", "Nothing waits so.", shift.approved, _voted),
        part("Wait for the answer to your question", "No question waits.", shift.asked, asked),
    )
    lines = [line for each in parts for line in each.lines]
    return ShiftPage(
        url=reverse("shift"),
        queue_url=reverse("queue"),
        now=now,
        parts=parts,
        people=_people(takers, lines, chosen=to),
        idempotency_key=uuid4().hex,
        typed_note=note,
        problem=problem,
        wrong=wrong,
    )


def _line(
    ticket: Ticket,
    viewers: Mapping[UUID, Viewer],
    says: Said,
    ticked: Collection[str] | None,
    takers: Counter[tuple[str, str]],
) -> ShiftLine:
    viewer = viewers[ticket.fleet_id]
    found = routing(viewer, ticket)
    form = reassign_form(ticket, viewer, found)
    if not form.why_off:
        takers.update((option.value, option.label) for option in form.options)
    claim, snooze = claim_of(ticket, now=viewer.now), snooze_of(ticket, now=viewer.now)
    goes_back = (claim is not None and claim.holder.pk == viewer.user.pk) or (
        snooze is not None and snooze.by.pk == viewer.user.pk
    )
    name = str(TicketName(viewer.fleet.slug, ticket.number, ticket.version))
    number = name.rpartition("/")[0]
    return ShiftLine(
        row=ticket_row(ticket, viewer=viewer, names_fleet=len(viewers) > 1),
        name=name,
        says=says(ticket, viewer, found),
        why_off=form.why_off if goes_back or not form.why_off else _NO_HOLDER,
        goes_back=goes_back,
        is_ticked=ticked is None or any(each.rpartition("/")[0] == number for each in ticked),
    )


def _people(
    takers: Counter[tuple[str, str]], lines: Sequence[ShiftLine], *, chosen: str
) -> tuple[Option, ...]:
    """Return who can take something, with how much of it, and the queue."""
    leaving = sum(line.can_leave for line in lines)
    if not leaving:
        return ()
    people = [
        Option(
            value=username,
            label=f"{label}: {'all' if count == leaving else count} of {leaving}",
            is_chosen=username == chosen,
        )
        for (username, label), count in sorted(takers.items(), key=lambda each: each[0][1])
    ]
    back = Option(
        value=INTO_THE_QUEUE,
        label="Nobody: back into the queue",
        is_chosen=chosen == INTO_THE_QUEUE,
    )
    return (*people, back)


def _held(ticket: Ticket, viewer: Viewer, _: Routing) -> str:
    claim = claim_of(ticket, now=viewer.now)
    until = moment_time(claim.lease_until, now=viewer.now) if claim else ""
    question = " A question waits for its answer." if ticket.needs_info else ""
    return f"Your claim holds until {until} UTC.{question}"


def _snoozed(ticket: Ticket, viewer: Viewer, _: Routing) -> str:
    snooze = snooze_of(ticket, now=viewer.now)
    until = moment_time(snooze.until, now=viewer.now) if snooze else ""
    return f"It wakes at {until} UTC, for anybody to claim."


def _voted(ticket: Ticket, viewer: Viewer, found: Routing) -> str:
    names = "; ".join(eligible_names(viewer, found)) or "nobody"
    missing = count_words(ticket.approvals_needed, "approval")
    return f"Yours is one of {missing}. Still eligible: {names}."


def _asked(questions: Mapping[UUID, Note], ticket: Ticket, viewer: Viewer, _: Routing) -> str:
    question = questions.get(ticket.pk)
    at = f" of {moment_time(question.created_at, now=viewer.now)} UTC" if question else ""
    return f"Your question{at} waits; the answer wakes the ticket for anybody."
