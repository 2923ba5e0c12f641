"""All that is stored about a fleet's tickets, read at one moment."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from escalations.models import Ticket, Vote
from governance.models import Decision, Event, Grant, Membership, Task
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.models import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A fleet's tickets and what belongs to them.

    ``grants`` are by the ticket that permits them, ``starts`` by task, ``told`` the events by ticket.
    """

    now: datetime
    tickets: Sequence[Ticket]
    votes: Mapping[UUID, Sequence[Vote]]
    grants: Mapping[UUID, Sequence[Grant]]
    tasks: Mapping[UUID, Task]
    starts: Counter[UUID]
    events: Sequence[Event]
    told: Mapping[str, list[Event]]
    members: Mapping[int, str]

    def task_of(self, ticket: Ticket) -> Task | None:
        """Return the task that a ticket is about, if it is about one."""
        return self.tasks.get(ticket.task_id) if ticket.task_id else None

    def standing(self, ticket: Ticket, choice: str = "") -> list[Vote]:
        """Return the votes on a ticket that were not withdrawn, of one choice or of all."""
        votes = self.votes.get(ticket.pk, ())
        return [v for v in votes if v.withdrawn_at is None and choice in {"", v.choice}]


def rows_read(fleet: Fleet) -> Rows:
    """Return the fleet's rows; nobody moves them meanwhile, or the transaction sees one moment."""
    told: dict[str, list[Event]] = defaultdict(list)
    events = list(Event.objects.filter(fleet=fleet).order_by("seq"))
    for event in events:
        if event.name.startswith("ticket."):
            told[event.ids["ticket"]].append(event)
    tickets = Ticket.objects.filter(fleet=fleet).order_by("number")
    votes = Vote.objects.filter(ticket__fleet=fleet).order_by("created_at", "id")
    grants = Grant.objects.filter(task__fleet=fleet).order_by("created_at", "id")
    starts = Decision.objects.filter(fleet=fleet, moment="start", verdict="allow")
    return Rows(
        now=clock_now(),
        tickets=list(tickets.select_related("agent", "policy", "claimed_by", "preapproval")),
        votes=_by(votes.select_related("user"), "ticket_id"),
        grants=_by(grants, "authority"),
        tasks={task.pk: task for task in Task.objects.filter(fleet=fleet)},
        starts=Counter(starts.values_list("task_id", flat=True)),
        events=events,
        told=told,
        members=dict(Membership.objects.filter(fleet=fleet).values_list("user_id", "role")),
    )


def _by(found: Iterable[Any], column: str) -> dict[UUID, list[Any]]:
    grouped = defaultdict(list)
    for row in found:
        grouped[getattr(row, column)].append(row)
    return grouped
