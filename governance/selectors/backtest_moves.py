"""What moved breakers in a window, and what people did there that no outcome did."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef

from governance.backtest.past import engine_of
from governance.backtest.record import ActStep, Place
from governance.domain.history import Acknowledged, Act, Corrected, Reweighed
from governance.domain.transitions import BreakerMove, BreakerReason
from governance.domain.types import BreakerMode, BreakerState, Hold, Result
from governance.models import BreakerTransition, Correction, DriftAlarm, Outcome, Reweighing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.domain.policy import Policy
    from governance.models import Fleet
    from governance.selectors.backtest_starts import FleetStart

_SETTLED = {BreakerMove.TRIPPED.value: False, BreakerMove.OVERFLOW.value: True}


class Moved(NamedTuple):
    """Where an outcome left its breaker, and how its alarm was settled, None without one."""

    place: Place
    supervised: bool | None


# By the agent's place, then by when the outcome counts as received, epoch seconds. A batch keeps
# its moves with its last fact, so the fact does not tell which of its outcomes it was.
Moves = dict[int, dict[float, Moved]]


def moves_between(
    *, fleet: Fleet, since: datetime, until: datetime, numbers: Mapping[UUID, int]
) -> Moves:
    """Return what outcomes moved in a window; one query."""
    found: Moves = defaultdict(dict)
    rows = _transitions(fleet, since, until).filter(_of_outcome()).order_by("agent", "fact", "id")
    for agent_id, move, arguments, after in rows.values_list(
        "agent_id", "move", "arguments", "after"
    ):
        at_s = float(arguments["at_s"])
        own = found[numbers[agent_id]]
        before = own.get(at_s)
        supervised = _SETTLED.get(move, None if before is None else before.supervised)
        own[at_s] = Moved(_place(after, at_s), supervised)
    return found


def acts_between(
    *,
    fleet: Fleet,
    since: datetime,
    until: datetime,
    start: FleetStart,
    policies: Mapping[int, Policy],
) -> list[ActStep]:
    """Return what no outcome did in a window, by time; four queries."""
    numbers = start.numbers
    engines = {number: engine_of(policy) for number, policy in policies.items()}
    rows = _transitions(fleet, since, until).exclude(_of_outcome()).select_related("policy")
    acts = [
        ActStep(
            row.created_at.timestamp(),
            numbers[row.agent_id],
            Act(
                row.fact,
                BreakerMove(row.move),
                BreakerReason(row.arguments["reason"]),
                row.reason,
                float(row.arguments["at_s"]),
                BreakerMode(row.arguments["mode"]) if "mode" in row.arguments else None,
                engines[row.policy.number],
            ),
            _place(row.after, float(row.arguments["at_s"])),
        )
        for row in rows.order_by("agent", "fact", "id")
    ]
    acts += _acknowledged(fleet, since, until, numbers)
    acts += [
        ActStep(at.timestamp(), numbers[agent_id], change)
        for agent_id, at, change in _changes(fleet, since, until)
    ]
    # The sort is stable: what one fact did stays in its order.
    return sorted(acts, key=lambda act: (act.at_s, act.agent, act.fact.number))


def _transitions(fleet: Fleet, since: datetime, until: datetime) -> QuerySet[BreakerTransition]:
    return BreakerTransition.objects.filter(
        agent__fleet=fleet, created_at__gte=since, created_at__lt=until
    )


def _of_outcome() -> Exists:
    return Exists(Outcome.objects.filter(agent=OuterRef("agent"), fact=OuterRef("fact")))


def _acknowledged(
    fleet: Fleet, since: datetime, until: datetime, numbers: Mapping[UUID, int]
) -> list[ActStep]:
    rows = DriftAlarm.objects.filter(
        agent__fleet=fleet, acknowledged_at__gte=since, acknowledged_at__lt=until
    ).exclude(acknowledged_fact=None)
    # Several alarms are acknowledged at once.
    found = rows.values_list("agent_id", "acknowledged_fact", "acknowledged_at", "rebaselined")
    return [
        ActStep(at.timestamp(), numbers[agent_id], Acknowledged(fact, rebaseline))
        for agent_id, fact, at, rebaseline in found.distinct()
        if fact is not None and at is not None
    ]


def _changes(
    fleet: Fleet, since: datetime, until: datetime
) -> list[tuple[UUID, datetime, Corrected | Reweighed]]:
    within = {"agent__fleet": fleet, "created_at__gte": since, "created_at__lt": until}
    corrected = Correction.objects.filter(**within).values_list(
        "agent_id", "created_at", "fact", "outcome__fact", "after"
    )
    reweighed = Reweighing.objects.filter(**within).values_list(
        "agent_id", "created_at", "fact", "outcomes", "vouched_inside"
    )
    found: list[tuple[UUID, datetime, Corrected | Reweighed]] = [
        (agent_id, at, Corrected(fact, outcome, Result(after)))
        for agent_id, at, fact, outcome, after in corrected
    ]
    found += [
        (agent_id, at, Reweighed(fact, frozenset(outcomes), inside))
        for agent_id, at, fact, outcomes, inside in reweighed
    ]
    return found


def _place(after: Mapping[str, str], at_s: float) -> Place:
    return Place(BreakerState(after["state"]), Hold(after["hold"]), at_s)
