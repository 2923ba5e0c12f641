"""The queue of one fleet or of all of a person's fleets: what waits, and what was just decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.queue import QueueFilters, QueuePage
from dashboard.pages import queue_links as links
from dashboard.pages.pace import pace_note
from dashboard.pages.rows import ticket_row
from dashboard.pages.standing import viewers_in
from escalations.domain.lifecycle import TicketKind
from escalations.domain.queue import Alike, QueueView, alike_text
from escalations.domain.together import MOST_TOGETHER
from escalations.selectors.deciders import tickets_judged
from escalations.selectors.ended import EndedQuery, decided_last_at, tickets_ended
from escalations.selectors.waiting import WaitingRow, group_size, waiting_counts, waiting_page
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.contrib.auth.models import User

    from dashboard.cards import TicketRow
    from dashboard.forms.queue import QueueForm
    from dashboard.pages.standing import Viewer
    from escalations.domain.queue import QueueFilter
    from escalations.models import Ticket
    from governance.domain.types import Role
    from governance.models import Fleet

# A decided ticket stays in sight, greyed, so that nothing vanishes under a person's eyes.
STAYS = timedelta(seconds=60)
PAGE_SIZE = 50


def queue_page(
    user: User,
    seats: Sequence[tuple[Fleet, Role]],
    *,
    url: str,
    list_url: str,
    together_url: str,
    form: QueueForm,
) -> QueuePage:
    """Return a page of what waits for this person, most urgent first, and what was just decided.

    Args:
        user: who looks.
        seats: the fleets, read before anything else, with the person's role in each.
        url: the page's own address, narrowed to nothing.
        list_url: where a script takes the same list again.
        together_url: where the selected ones are answered together.
        form: what to narrow it to, and from where on; what was just decided is always there.
    """
    now = clock_now()
    viewers = viewers_in(user, seats, now)
    wanted = form.wanted
    judged = tickets_judged(user=user, fleet_ids=viewers.keys(), now=now)
    counts = waiting_counts(judged, user=user, wanted=wanted, now=now)
    found = waiting_page(
        judged, user=user, wanted=wanted, after=form.after, now=now, most=PAGE_SIZE
    )
    just_now = EndedQuery(since=now - STAYS)
    ended = tickets_ended(fleet_ids=viewers.keys(), query=just_now, most=PAGE_SIZE)
    return QueuePage(
        rows=tuple(_in_queue(_row(each.ticket, viewers), each, wanted) for each in found.rows),
        list_url=links.address(list_url, wanted, after=form.after),
        together_url=together_url,
        together_most=MOST_TOGETHER,
        filters=_filters(url, form),
        decided=tuple(_row(each, viewers) for each in ended),
        seqs={fleet.slug: fleet.event_seq for fleet, _ in seats},
        waiting=counts.mine,
        matching=counts.matching,
        expiring_soon=counts.expiring,
        others=counts.others,
        first_url=links.address(url, wanted) if form.after else "",
        next_url=links.address(url, wanted, after=found.end) if found.end else "",
        pace=pace_note(user, [fleet for fleet, _ in seats], now=now),
        last_decision_at=decided_last_at(fleet_ids=viewers.keys()),
    )


def _filters(url: str, form: QueueForm) -> QueueFilters:
    wanted = form.wanted
    return QueueFilters(
        url=url,
        views=links.views(url, wanted),
        view="" if wanted.view is QueueView.ALL else wanted.view.value,
        kinds=links.kinds(wanted),
        levels=links.levels(wanted),
        words=wanted.words,
        said=links.in_words(wanted),
        group_of=links.address(url, replace(wanted, alike=None)) if wanted.alike else "",
        troubles=form.troubles,
    )


def queue_row(
    ticket: Ticket, *, viewer: Viewer, names_fleet: bool, wanted: QueueFilter
) -> TicketRow:
    """Return one row of a queue narrowed so, as the queue itself draws it.

    Args:
        ticket: as `tickets_shown` reads it.
        viewer: the person who looks.
        names_fleet: whether the row says which fleet it is of.
        wanted: what the queue is narrowed to.
    """
    judged = tickets_judged(user=viewer.user, fleet_ids=[viewer.fleet.pk], now=viewer.now)
    size = group_size(ticket, judged, user=viewer.user, wanted=wanted, now=viewer.now)
    row = ticket_row(ticket, viewer=viewer, names_fleet=names_fleet)
    return _in_queue(row, WaitingRow(ticket, size), wanted)


def _in_queue(row: TicketRow, place: WaitingRow, wanted: QueueFilter) -> TicketRow:
    """Return the row as it stands in this list; taken again, it is counted as the list counts."""
    placed = replace(row, row_url=links.address(row.row_url, wanted))
    if not place.ticket.action_digest:
        return placed
    alike = Alike(TicketKind(place.ticket.kind), place.ticket.action_digest)
    placed = replace(placed, alike=alike_text(alike))
    if place.size == 1:
        return placed
    # Identical requests are of one fleet: its name is in their digest.
    queue_url = reverse("fleet-queue", kwargs={"fleet": row.fleet_slug})
    group_url = links.address(queue_url, replace(wanted, alike=alike))
    return replace(placed, group_size=place.size, group_url=group_url)


def _row(ticket: Ticket, viewers: Mapping[UUID, Viewer]) -> TicketRow:
    return ticket_row(ticket, viewer=viewers[ticket.fleet_id], names_fleet=len(viewers) > 1)
