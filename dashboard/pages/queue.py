"""The ticket queue of one fleet or of all of a person's fleets, and what was decided."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from dashboard.cards import DecidedPage, KindLink, QueuePage
from dashboard.pages.rows import ticket_row
from dashboard.pages.standing import can_decide, viewer_in
from escalations.domain.lifecycle import TicketKind
from escalations.selectors.queue import decided_last_at, tickets_ended, tickets_pending
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.contrib.auth.models import User

    from dashboard.cards import TicketRow
    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket
    from governance.domain.types import Role
    from governance.models import Fleet

# A decided ticket stays in sight, greyed, so that nothing vanishes under a person's eyes.
STAYS = timedelta(seconds=60)
EXPIRES_SOON_S = 15 * 60
PAGE_SIZE = 50
_KIND_LABELS = {
    TicketKind.TASK: "Tasks",
    TicketKind.RELEASE: "Releases",
    TicketKind.INCIDENT: "Incidents",
    TicketKind.DRIFT: "Drift",
    TicketKind.AUDIT: "Audits",
    TicketKind.CASCADE: "Cascades",
    TicketKind.COLLUSION: "Collusion",
}


def queue_page(
    user: User,
    seats: Sequence[tuple[Fleet, Role]],
    *,
    url: str,
    list_url: str,
    kind: TicketKind | None = None,
) -> QueuePage:
    """Return what waits for this person, the most urgent first, and what was just decided.

    Args:
        user: who looks.
        seats: the fleets, read before anything else, with the person's role in each.
        url: the page's own address, of every kind.
        list_url: where a script takes the same list again.
        kind: only tickets of this kind, but for what was just decided.
    """
    now = clock_now()
    viewers = _viewers(user, seats, now)
    pending = tickets_pending(fleet_ids=viewers.keys(), now=now, kind=kind)
    mine = [each for each in pending if can_decide(viewers[each.fleet_id], each)]
    alike = Counter(each.action_digest for each in mine)
    rows = tuple(
        _row(each, viewers, group_size=alike[each.action_digest] if each.action_digest else 1)
        for each in mine
    )
    ended = tickets_ended(fleet_ids=viewers.keys(), since=now - STAYS)
    return QueuePage(
        rows=rows,
        list_url=f"{list_url}?kind={kind.value}" if kind else list_url,
        kinds=_kinds(url, kind),
        is_whole=kind is None,
        decided=tuple(_row(each, viewers) for each in ended),
        seqs={fleet.slug: fleet.event_seq for fleet, _ in seats},
        expiring_soon=sum(1 for row in rows if _expires_soon(row)),
        others=len(pending) - len(mine),
        last_decision_at=decided_last_at(fleet_ids=viewers.keys()),
    )


def kind_read(text: str) -> TicketKind | None:
    """Return the kind an address names; what it does not understand narrows nothing."""
    return TicketKind(text) if text in TicketKind.__members__.values() else None


def decided_page(
    user: User,
    seats: Sequence[tuple[Fleet, Role]],
    *,
    url: str,
    before: tuple[datetime, UUID] | None,
) -> DecidedPage:
    """Return one page of settled tickets, the latest first.

    Args:
        user: who looks.
        seats: the fleets with the person's role in each.
        url: the page's own address, without a position.
        before: end and id of the last ticket of the page before.
    """
    now = clock_now()
    viewers = _viewers(user, seats, now)
    found = tickets_ended(fleet_ids=viewers.keys(), before=before, most=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    older = f"{url}?before={position_text(shown[-1])}" if len(found) > PAGE_SIZE else ""
    return DecidedPage(
        rows=tuple(_row(each, viewers) for each in shown),
        newer_url=url if before else "",
        older_url=older,
    )


def position_text(ticket: Ticket) -> str:
    """Return where a ticket stands among the settled ones, for an address."""
    at = ticket.resolved_at.strftime("%Y%m%dT%H%M%S.%fZ") if ticket.resolved_at else ""
    return f"{at}_{ticket.pk}"


def position_read(text: str) -> tuple[datetime, UUID] | None:
    """Return the position an address names; None for an empty or a mangled one."""
    at, _, ticket_id = text.partition("_")
    try:
        return datetime.strptime(at, "%Y%m%dT%H%M%S.%f%z"), UUID(ticket_id)
    except ValueError:
        return None


def _kinds(url: str, chosen: TicketKind | None) -> tuple[KindLink, ...]:
    """Return where the queue is shown whole, and where of one kind."""
    every = KindLink(label="All", url=url, is_chosen=chosen is None)
    return every, *(
        KindLink(label=_KIND_LABELS[kind], url=f"{url}?kind={kind.value}", is_chosen=kind is chosen)
        for kind in TicketKind
    )


def _viewers(
    user: User, seats: Sequence[tuple[Fleet, Role]], now: datetime
) -> Mapping[UUID, Viewer]:
    return {fleet.pk: viewer_in(fleet, role, user, now=now) for fleet, role in seats}


def _row(ticket: Ticket, viewers: Mapping[UUID, Viewer], *, group_size: int = 1) -> TicketRow:
    return ticket_row(
        ticket,
        viewer=viewers[ticket.fleet_id],
        names_fleet=len(viewers) > 1,
        group_size=group_size,
    )


def _expires_soon(row: TicketRow) -> bool:
    return row.countdown is not None and row.countdown.left_s <= EXPIRES_SOON_S
