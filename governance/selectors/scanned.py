"""Interactions of a fleet as a scan takes them."""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from django.db.models import Case, F, FloatField, When
from django.db.models.functions import Coalesce

from governance.domain.audits import AuditVerdict
from governance.domain.collusion.interactions import Interactions
from governance.models import Interaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import Fleet

_CHUNK = 20_000
_NOT_SAID = math.nan
# What was checked from outside: said with the interaction, else of the task behind it, else a
# person's audit of that; an unclear audit says nothing.
QUALITY = Coalesce(
    "verified_quality",
    "task__outcome__verified_quality",
    Case(
        When(task__outcome__audit__verdict=AuditVerdict.PASSED.value, then=1.0),
        When(task__outcome__audit__verdict=AuditVerdict.FAILED.value, then=0.0),
        output_field=FloatField(),
    ),
)


class Loaded(NamedTuple):
    """Interactions, the agents' ids and names by number, and the teams that reporters named."""

    work: Interactions
    ids: list[UUID]
    names: list[str]
    teams: list[frozenset[int]]


def interactions_load(
    *, fleet: Fleet, since: datetime, until: datetime, oldest_left: int, told: Callable[[int], None]
) -> Loaded:
    """Return the interactions of a fleet within a time, in its order.

    Quality that was checked on the task behind an interaction counts where the interaction says
    nothing of it, and else a person's audit of it: 1 passed, 0 failed (docs/evidence.md, Collusion:
    verification by pass or fail is enough).

    Args:
        fleet: whose.
        since: the first moment.
        until: the moment after the last.
        oldest_left: how many of the oldest are not read.
        told: called now and then with the rows read so far.
    """
    rows = (
        interactions_between(fleet=fleet, since=since, until=until)
        .order_by("occurred_at", "id")
        .values_list(
            "initiator_id",
            "counterparty_id",
            "occurred_at",
            "value_usd",
            "rating",
            QUALITY,
            "accepted",
            F("payoff_initiator") + F("payoff_counterparty"),
            "team",
        )[oldest_left:]
    )
    numbers: dict[UUID, int] = {}
    pair = array("q"), array("q")
    teams: dict[str, set[int]] = {}
    times, columns = array("d"), tuple(array("d") for _ in range(5))
    for count, (initiator, counterparty, at, *said, team) in enumerate(rows.iterator(_CHUNK), 1):
        for agent, numbered in zip((initiator, counterparty), pair, strict=True):
            numbered.append(numbers.setdefault(agent, len(numbers)))
        times.append(at.timestamp())
        for value, column in zip(said, columns, strict=True):
            column.append(_NOT_SAID if value is None else float(value))
        if count % _CHUNK == 0:
            told(count)
        if team:
            teams.setdefault(team, set()).update((pair[0][-1], pair[1][-1]))
    value_usd, rating, verified, accepted, payoff = (np.array(column) for column in columns)
    work = Interactions(
        agents=len(numbers),
        initiator=np.array(pair[0], dtype=np.int64),
        counterparty=np.array(pair[1], dtype=np.int64),
        at_s=np.array(times),
        value_usd=np.nan_to_num(value_usd),
        rating=rating,
        verified=verified,
        accepted=accepted,
        payoff=payoff,
    )
    names = dict(fleet.agents.values_list("pk", "name"))
    named = [frozenset(teams[name]) for name in sorted(teams)]
    return Loaded(work, list(numbers), [names[agent] for agent in numbers], named)


def interactions_between(
    *, fleet: Fleet, since: datetime, until: datetime
) -> QuerySet[Interaction]:
    """Return the fleet's interactions from ``since`` to before ``until``."""
    return Interaction.objects.filter(fleet=fleet, occurred_at__gte=since, occurred_at__lt=until)
