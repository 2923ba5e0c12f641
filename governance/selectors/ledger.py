"""What an agent has: its account, its wealth day by day, its latest entries, and as of when."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max, Q

from governance.domain.ledger import SourceKind, Totals
from governance.models import (
    AccountDay,
    AgentAccount,
    Interaction,
    LedgerEntry,
    LedgerMark,
    Outcome,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from decimal import Decimal
    from uuid import UUID

    from governance.models import Agent


class DayWealth(NamedTuple):
    """An agent's balance in dollars at the end of a day, UTC."""

    day: date
    balance: Decimal


def account_of(*, agent: Agent) -> AgentAccount | None:
    """Return the agent's account, None while nothing has been booked for it."""
    return AgentAccount.objects.filter(agent=agent).first()


def accounts_of(*, agents: Iterable[Agent]) -> dict[UUID, AgentAccount]:
    """Return the accounts of several agents by agent, without those nothing was booked for."""
    return AgentAccount.objects.in_bulk([agent.pk for agent in agents])


def totals_of(account: AgentAccount) -> Totals:
    """Return what an account holds, as the rules fold it."""
    return Totals(**{part: getattr(account, part) for part in Totals()._asdict()})


def wealth_by_day(*, agent: Agent) -> list[DayWealth]:
    """Return the balance at the end of each day on which something occurred, oldest first."""
    rows = AccountDay.objects.filter(agent=agent).order_by("day").values_list("day", "change")
    days, changes = [day for day, _ in rows], [change for _, change in rows]
    return [DayWealth(*each) for each in zip(days, accumulate(changes), strict=True)]


def entries_latest(*, agent: Agent, most: int) -> list[LedgerEntry]:
    """Return the latest lines of the agent by when they occurred, newest first."""
    entries = LedgerEntry.objects.filter(agent=agent)
    return list(entries.order_by("-occurred_at", "-id")[:most])


def booked_upto(*, fleet_id: UUID) -> int:
    """Return the number of the last transaction that wrote something booked; 0 for none."""
    marks = LedgerMark.objects.filter(fleet_id=fleet_id)
    return marks.aggregate(last=Max("transaction"))["last"] or 0


def unbooked(*, fleet_id: UUID, kind: SourceKind) -> Q:
    """Return what lies behind the fleet's mark, within its transaction by id."""
    mark = LedgerMark.objects.filter(fleet_id=fleet_id, source_kind=kind.value).first()
    if mark is None:
        return Q(fleet_id=fleet_id)
    behind = Q(transaction__gt=mark.transaction) | Q(id__gt=mark.source_id)
    return Q(fleet_id=fleet_id, transaction__gte=mark.transaction) & behind


def booked_until(*, fleet_id: UUID, now: datetime) -> datetime:
    """Return the moment up to which everything that was reported is booked, at most ``now``."""
    outcomes = Outcome.objects.filter(unbooked(fleet_id=fleet_id, kind=SourceKind.OUTCOME))
    interactions = Interaction.objects.filter(
        unbooked(fleet_id=fleet_id, kind=SourceKind.INTERACTION)
    )
    waiting = (
        rows.order_by("transaction", "id").values_list("received_at", flat=True).first()
        for rows in (outcomes, interactions)
    )
    return min([now, *(since for since in waiting if since is not None)])
