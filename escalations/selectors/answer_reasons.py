"""Why people answered questions about findings as they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q

from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.models import Vote

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Fleet

FALSE_ALARM = "false_alarm"


class Answered(NamedTuple):
    """How many tickets of a kind people answered, and of how many they said: a false alarm."""

    tickets: int
    false_alarms: int


def false_alarms(*, fleet: Fleet, since: datetime, until: datetime) -> dict[TicketKind, Answered]:
    """Return the answers about releases and drift that came in (since, until]; one query.

    Answers that were withdrawn, and practice, count for nothing.
    """
    kinds = (TicketKind.RELEASE, TicketKind.DRIFT)
    votes = Vote.objects.filter(
        ticket__fleet=fleet,
        ticket__kind__in=[kind.value for kind in kinds],
        ticket__state=TicketState.RESOLVED.value,
        ticket__practice=False,
        ticket__resolved_at__gt=since,
        ticket__resolved_at__lte=until,
        withdrawn_at__isnull=True,
    )
    rows = (
        votes.order_by()
        .values_list("ticket__kind")
        .annotate(
            n=Count("ticket", distinct=True),
            wrong=Count("ticket", distinct=True, filter=Q(reason_code=FALSE_ALARM)),
        )
    )
    found = {kind: Answered(n, wrong) for kind, n, wrong in rows}
    return {kind: found.get(kind.value, Answered(0, 0)) for kind in kinds}
