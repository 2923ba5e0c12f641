"""The tickets that an event of the log is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from escalations.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from governance.models import Fleet

TICKETS_MOST = 5
# The ids by which an event names what a ticket may ask about.
_SUBJECTS = ("cascade", "ring", "incident")


def tickets_of_event(*, fleet: Fleet, ids: Mapping[str, str]) -> list[Ticket]:
    """Return the latest tickets about what an event names, with their tasks, the newest first.

    Args:
        fleet: whose event.
        ids: the event's: its ticket itself, else those of its task, of its cascade or ring.
    """
    if "ticket" in ids:
        about = Q(pk=ids["ticket"])
    elif "task" in ids:
        about = Q(task_id=ids["task"])
    else:
        subjects = [ids[name] for name in _SUBJECTS if name in ids]
        if not subjects:
            return []
        about = Q(subject__in=subjects)
    tickets = Ticket.objects.select_related("task").filter(about, fleet=fleet)
    return list(tickets.order_by("-number")[:TICKETS_MOST])
