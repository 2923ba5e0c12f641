"""Lists of tickets that ended: decided by people, expired or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from escalations.domain.lifecycle import Resolution, TicketState
from escalations.models import Ticket, Vote
from escalations.selectors.tickets import tickets_shown
from governance.selectors.tasks import first_asked_at

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from escalations.domain.lifecycle import TicketKind
    from governance.domain.types import BlastLevel, TaskType, Tier

SHOWN_MOST = 200
_NOBODYS = (TicketState.EXPIRED, TicketState.CANCELLED, TicketState.SUPERSEDED)
# Everything a ticket can end as: what people answered, and the three ways nobody did.
ENDINGS = (*(each.value for each in Resolution), *(each.value.lower() for each in _NOBODYS))


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedQuery:
    """Which ended tickets are wanted; what is empty narrows nothing.

    ``ending`` is one of `ENDINGS`, ``person`` the user name of who settled a ticket or whose vote
    on it stands, ``agent`` a part of its name or external id. ``since`` is inclusive, ``until``
    exclusive. ``task_type`` and ``tier`` are of the cell its task was first asked for in, so that a
    ticket without a task is in none. ``search`` looks in title, reason, operation and the task's
    external id; ``#812`` or ``812`` is also the ticket with this number.
    """

    ending: str = ""
    kind: TicketKind | None = None
    level: BlastLevel | None = None
    task_type: TaskType | None = None
    tier: Tier | None = None
    person: str = ""
    agent: str = ""
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""


EVERYTHING = EndedQuery()


def tickets_ended(
    *,
    fleet_ids: Collection[UUID],
    query: EndedQuery = EVERYTHING,
    before: tuple[datetime, UUID] | None = None,
    most: int = SHOWN_MOST,
) -> list[Ticket]:
    """Return decided, expired and withdrawn tickets, the latest first, with all their votes.

    Args:
        query: which of them.
        before: end and id of the last ticket of the page before, for the next page.
    """
    ended = _ended(tickets_shown(), fleet_ids, query)
    if before is not None:
        at, ticket_id = before
        ended = ended.filter(Q(resolved_at__lt=at) | Q(resolved_at=at, id__lt=ticket_id))
    return list(_with_votes(ended.order_by("-resolved_at", "-id"))[:most])


def votes_ever(ticket: Ticket) -> list[Vote]:
    """Return every vote on a ticket of `tickets_ended`, withdrawn ones too, oldest first."""
    votes: list[Vote] = ticket.votes_ever  # type: ignore[attr-defined]
    return votes


def ended_counts(*, fleet_ids: Collection[UUID], query: EndedQuery) -> dict[str, int]:
    """Return how many tickets ended as what, by `ENDINGS`; ``query.ending`` narrows nothing here.

    Endings that none of them had are left out.
    """
    narrowed = _narrowed(Ticket.objects.all(), fleet_ids, query)
    grouped = narrowed.order_by().values_list("state", "resolution").annotate(Count("pk"))
    return {resolution or state.lower(): count for state, resolution, count in grouped}


def decided_last_at(*, fleet_ids: Collection[UUID]) -> datetime | None:
    """Return when a person last decided a ticket of these fleets; a rule is nobody."""
    decided = tickets_shown().filter(
        fleet_id__in=fleet_ids, state=TicketState.RESOLVED.value, preapproval=None
    )
    return decided.order_by("-resolved_at").values_list("resolved_at", flat=True).first()


def _ended(
    tickets: QuerySet[Ticket], fleet_ids: Collection[UUID], query: EndedQuery
) -> QuerySet[Ticket]:
    found = _narrowed(tickets, fleet_ids, query)
    if not query.ending:
        return found
    if query.ending in Resolution.__members__.values():
        return found.filter(state=TicketState.RESOLVED.value, resolution=query.ending)
    return found.filter(state=query.ending.upper())


def _with_votes(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    every = Vote.objects.select_related("user", "policy", "task").order_by("created_at", "id")
    return tickets.prefetch_related(Prefetch("votes", every, to_attr="votes_ever"))


def _narrowed(
    tickets: QuerySet[Ticket], fleet_ids: Collection[UUID], query: EndedQuery
) -> QuerySet[Ticket]:
    """Return what ended in these fleets, narrowed by everything but the ending; no practice."""
    found = tickets.filter(fleet_id__in=fleet_ids, practice=False, resolved_at__isnull=False)
    same = {
        "kind": query.kind.value if query.kind else None,
        "task__task_type": query.task_type.value if query.task_type else None,
        "risk_level": query.level.value if query.level else None,
        "resolved_at__gte": query.since,
        "resolved_at__lt": query.until,
    }
    found = found.filter(**{name: value for name, value in same.items() if value is not None})
    if query.tier:
        found = found.filter(first_asked_at(query.tier, task="task_id"))
    if query.person:
        found = found.filter(_by(query.person))
    if query.agent:
        found = found.filter(
            Q(agent__external_id__icontains=query.agent) | Q(agent__name__icontains=query.agent)
        )
    return found.filter(_said(query.search)) if query.search else found


def _by(username: str) -> Q:
    standing = Vote.objects.filter(
        ticket=OuterRef("pk"), user__username=username, withdrawn_at=None
    )
    # Who withdrew a ticket decided nothing.
    settled = Q(resolved_by=username, state=TicketState.RESOLVED.value)
    return settled | Q(Exists(standing))


def _said(text: str) -> Q:
    found = (
        Q(title__icontains=text)
        | Q(reason_text__icontains=text)
        | Q(task__operation__icontains=text)
        | Q(task__external_id__icontains=text)
    )
    number = text.removeprefix("#")
    # More digits than these are no number of a ticket, and no number the database takes.
    is_number = number.isascii() and number.isdecimal() and len(number) <= 18
    return found | Q(number=int(number)) if is_number else found
