"""Which waiting tickets have called one person, and nobody else has taken up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from escalations.domain.lifecycle import TicketKind
from escalations.models import Vote
from escalations.selectors.escalation import is_escalated_to
from escalations.selectors.tickets import tickets_shown
from governance.domain.types import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.contrib.auth.models import User

    from escalations.models import Ticket
    from escalations.selectors.deciders import JudgedTickets
    from governance.models import Fleet

_FIRST = "escalation__levels__0"


def tickets_calling(
    judged: JudgedTickets,
    *,
    user: User,
    seats: Sequence[tuple[Fleet, Role]],
    now: datetime,
    most: int,
) -> tuple[Ticket, ...]:
    """Return what waits for this person because a level of its policy has called them.

    Left out is what the person may not answer or has voted on, what somebody else holds and what
    is put off. A ticket without a policy calls everybody who may answer it.

    Args:
        judged: what waits in the person's fleets (`tickets_judged`).
        user: the person.
        seats: the fleets, with the person's role in each.
        now: the moment.
        most: how many at most, the latest called first.
    """
    called = Q(escalation__isnull=True) | is_escalated_to(user)
    called |= Q(**{f"{_FIRST}__people__contains": [str(user.pk)]})
    for fleet, role in seats:
        called |= Q(fleet=fleet, **{f"{_FIRST}__roles__contains": [role.value]})
        # Only managers say whether a ring is real; what bars a reviewer there bars approvals.
        if role is Role.REVIEWER:
            judged = judged.exclude(fleet=fleet, kind=TicketKind.COLLUSION.value)
    held = Q(claimed_by__isnull=False, lease_until__gt=now) & ~Q(claimed_by=user)
    voted = Vote.objects.filter(ticket=OuterRef("pk"), user=user, withdrawn_at=None)
    calling = (
        judged.filter(called, is_open=True)
        .exclude(held)
        .exclude(snoozed_until__gt=now)
        .exclude(Exists(voted))
        .order_by(Coalesce("escalated_at", "opened_at").desc(), "-id")
    )
    newest = list(calling.values_list("pk", flat=True)[:most])
    tickets = {each.pk: each for each in tickets_shown().filter(pk__in=newest)}
    return tuple(tickets[pk] for pk in newest if pk in tickets)
