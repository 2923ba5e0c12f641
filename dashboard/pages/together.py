"""Many tickets answered together: which they are, and what leaves one out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from dashboard.cards import Choice as ChoiceCard
from dashboard.cards import ReasonCode, choices_for
from dashboard.cards.together import (
    TogetherForm,
    TogetherPage,
)
from dashboard.display.figures import units_bound
from dashboard.pages.panel import Typed
from dashboard.pages.question import question_about
from dashboard.pages.standing import viewers_in
from dashboard.pages.together_lines import (
    Beyond,
    Sorted,
    address_of,
    group_texts,
    line_of,
    lines_shown,
    lines_sorted,
)
from escalations.domain.lifecycle import TicketKind
from escalations.domain.together import (
    ANSWERS,
    LISTED_MOST,
    Candidate,
    reasons_shared,
    summary,
)
from escalations.domain.voting import Choice
from escalations.selectors.deciders import tickets_judged
from escalations.selectors.together import tickets_named
from escalations.selectors.waiting import tickets_alike
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User

    from dashboard.forms.together import Selected
    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket
    from governance.domain.types import Role
    from governance.models import Fleet

_THERE_IS_NONE = "There is no ticket #{} that you may see, so it is not in this list."
_NOBODY = "No ticket here can be answered so; beside each stands why."


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherPlace:
    """Who looks, at which fleets, and the addresses of the form, its results and the queue."""

    user: User
    seats: Sequence[tuple[Fleet, Role]]
    url: str
    queue_url: str
    results_url: str = ""


def together_page(
    place: TogetherPlace, *, selected: Selected, typed: Typed | None = None, key: str = ""
) -> TogetherPage:
    """Return the page on which the selected tickets are answered with one answer.

    Args:
        place: who looks, and where.
        selected: the tickets, and the groups of identical requests.
        typed: what a form carried that was not recorded.
        key: the key of that form, where the same answer is sent again.
    """
    now = clock_now()
    viewers = viewers_in(place.user, place.seats, now)
    tickets, more = tickets_selected(place, selected, viewers, now)
    # Only named again where it was cut off: what else comes meanwhile was not selected.
    beyond = (*selected.groups, *selected.beyond) if more else ()
    found = lines_sorted([line_of(ticket, viewers) for ticket in tickets])
    named = {(each.fleet, each.number): each for each in selected.names}
    listed = {line.key: line.name for line in found.lines}
    missing = [name for key, name in named.items() if key not in listed]
    return TogetherPage(
        lines=lines_shown(found, named, place.url, beyond),
        now=now,
        again_url=address_of(place.url, {**listed, **named}, beyond),
        queue_url=place.queue_url,
        form=form_of(place, found, typed or Typed(), key, beyond),
        troubles=(*selected.troubles, *(_THERE_IS_NONE.format(each.number) for each in missing)),
        more=more,
        seqs=seqs_of(place),
    )


def together_asked(page: TogetherPage, choice: str) -> TogetherPage:
    """Return the page as it asks once more, of a browser without script, whether to do it."""
    form = page.form
    if form is None:
        return page
    fields = (
        ("idempotency_key", form.idempotency_key),
        ("choice", choice),
        ("reason_code", form.typed_code),
        ("reason_text", form.typed_text),
        *(("tickets", name) for name in form.tickets),
        *(("beyond", group) for group in form.beyond),
        *form.counted,
    )
    return replace(page, question=question_about(form, choice=choice, fields=fields))


def tickets_selected(
    place: TogetherPlace, selected: Selected, viewers: Mapping[UUID, Viewer], now: datetime
) -> tuple[list[Ticket], int]:
    """Return the selected tickets in the order they are answered, and how many are not listed."""
    found = dict(tickets_named(selected.names, fleet_ids=viewers.keys()))
    more = 0
    for slug, alike in dict.fromkeys((*selected.groups, *selected.beyond)):
        fleet_ids = [fleet.pk for fleet, _ in place.seats if fleet.slug == slug]
        judged = tickets_judged(user=place.user, fleet_ids=fleet_ids, now=now)
        same = tickets_alike(judged, alike, user=place.user, now=now)
        others = same.exclude(pk__in=[ticket.pk for ticket in found.values()])
        # A form that named more than the most would be refused whole.
        is_listed = (slug, alike) in selected.groups
        room = LISTED_MOST - len(found) if is_listed else 0
        listed = list(others[:room])
        found |= {(slug, ticket.number): ticket for ticket in listed}
        more += others.count() - len(listed) if len(listed) == room else 0
    return [ticket for _, ticket in sorted(found.items(), key=lambda each: each[0])], more


def form_of(
    place: TogetherPlace, found: Sorted, typed: Typed, key: str, beyond: Sequence[Beyond] = ()
) -> TogetherForm | None:
    """Return the form for these lines, None where there are none."""
    if not found.lines:
        return None
    choices = tuple(_choice(choice, found.answered(choice)) for choice in ANSWERS)
    return TogetherForm(
        decide_url=place.url,
        idempotency_key=key or uuid4().hex,
        tickets=tuple(str(line.name) for line in found.lines),
        counted=tuple(
            (f"counted_{choice.value}", str(line.name))
            for choice in ANSWERS
            for line in found.counted(choice)
        ),
        beyond=tuple(group_texts(beyond)),
        kind=_kind_of(found.answered(Choice.DENY)).value,
        choices=choices,
        reason_codes=tuple(
            ReasonCode(code=reason.code, label=reason.label, for_choice=choice.value)
            for choice in ANSWERS
            for reason in reasons_shared([each.kind for each in found.answered(choice)], choice)
            if found.answered(choice)
        ),
        typed_code=typed.code,
        typed_text=typed.text,
        errors=typed.errors,
    )


def _choice(choice: Choice, tickets: Sequence[Candidate]) -> ChoiceCard:
    """Return one answer with what it does to how many, counted, in the words of their kind."""
    kinds, kind = {ticket.kind for ticket in tickets}, _kind_of(tickets)
    card = next(each for each in choices_for(kind.value) if each.value == choice.value)
    if not tickets:
        return replace(card, why_off=_NOBODY)
    then = ""
    if choice is Choice.DENY and TicketKind.TASK in kinds:
        then = f"; your words go to the agent of each{' task' if len(kinds) > 1 else ''}"
    return replace(
        card,
        label=_counted(card.label, len(tickets)),
        asks=units_bound(f"{summary(tickets, choice)}{then}"),
    )


def _counted(label: str, count: int) -> str:
    """Return a label with how many behind its verb: "Deny 2", "Keep 2 frozen"."""
    verb, *rest = label.split(" ")
    return " ".join((verb, str(count), *rest))


def _kind_of(tickets: Sequence[Candidate]) -> TicketKind:
    """Return in whose words they are answered: of several kinds in those for a task."""
    kinds = {ticket.kind for ticket in tickets}
    return next(iter(kinds)) if len(kinds) == 1 else TicketKind.TASK


def seqs_of(place: TogetherPlace) -> dict[str, int]:
    """Return how far each fleet's events had come, by slug."""
    return {fleet.slug: fleet.event_seq for fleet, _ in place.seats}
