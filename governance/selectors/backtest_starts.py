"""Every agent of a fleet as it stood at one moment, folded from its newest snapshot before."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Max

from governance.backtest.record import AgentStart
from governance.domain.agent_state import state_from_plain
from governance.domain.priors import group_names
from governance.domain.refolding import Refolding
from governance.domain.transitions import BreakerMove
from governance.domain.types import BreakerState
from governance.models import (
    Agent,
    BreakerTransition,
    Correction,
    Decision,
    DriftAlarm,
    FormerKin,
    Outcome,
    Reweighing,
    StateSnapshot,
)
from governance.replay.facts import Kinship
from governance.selectors.fleets import in_shadow
from governance.selectors.histories import (
    HistoryStart,
    corrections_of,
    history_facts,
    history_resumed,
    trips_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.domain.history import Change
    from governance.models import Fleet

# As long as the frozen-share guard remembers who was there.
_SEEN_WITHIN = timedelta(hours=24)
_RELEASED_BY_PEOPLE = {
    BreakerMove.STARVED.value,
    BreakerMove.LATCHED.value,
    BreakerMove.FORCED_OPEN.value,
}


class FleetStart(NamedTuple):
    """A fleet's agents at one moment, their places by id, and by place who they were up to a fact.

    In ``kin`` the last of an agent has no fact: that is who it is now.
    """

    agents: list[AgentStart]
    numbers: dict[UUID, int]
    kin: list[list[tuple[int | None, Kinship]]]


def agents_start(*, fleet: Fleet, since: datetime) -> FleetStart:
    """Return the agents as of ``since``; corrections that came later are foreseen.

    Five queries, and some more for each agent that has a history before ``since``.

    Raises:
        IllegalMoveError, UnknownActError: if a history does not fold.
    """
    agents = list(Agent.objects.filter(fleet=fleet).order_by("pk"))
    facts, seen = _facts_before(fleet, since), _seen_before(fleet, since)
    corrected = _corrected(fleet)
    kin = _kin(fleet)
    starts = [
        _start(
            agent,
            facts.get(agent.pk, 0),
            corrected=agent.pk in corrected,
            shadow=in_shadow(agent, fleet),
            seen=seen.get(agent.pk),
        )
        for agent in agents
    ]
    return FleetStart(
        starts,
        {agent.pk: number for number, agent in enumerate(agents)},
        [
            [*kin[agent.pk], (None, _kinship(agent.pk, str(agent.owner_id), agent.template))]
            for agent in agents
        ],
    )


def _start(
    agent: Agent,
    fact: int,
    *,
    corrected: bool,
    shadow: bool,
    seen: datetime | None,
) -> AgentStart:
    corrections = corrections_of(agent) if corrected else []
    begun = history_resumed(agent, before=fact + 1, corrections=corrections)
    folding = _folded(agent, begun, fact, corrections)
    if folding is None:
        # Part of what came before is gone: the agent's record begins with its next snapshot.
        later = StateSnapshot.objects.filter(agent=agent, fact__gte=fact).order_by("fact").first()
        begun = begun if later is None else HistoryStart(later.fact, state_from_plain(later.state))
        folding = Refolding(str(agent.pk), begun.state)
    return AgentStart(
        str(agent.pk),
        str(agent.owner_id),
        folding,
        max(fact, begun.fact),
        _awaits_release(agent, fact, folding),
        shadow,
        None if seen is None else seen.timestamp(),
    )


def _folded(
    agent: Agent, begun: HistoryStart, fact: int, corrections: Sequence[Change]
) -> Refolding | None:
    """Return a history folded up to ``fact``, None where some of its facts are gone."""
    folding = Refolding(
        str(agent.pk),
        begun.state,
        corrections=[each for each in corrections if each.number > begun.fact],
        trips=trips_of(agent, after=begun.fact) if fact > begun.fact else (),
    )
    newest = begun.fact
    if fact > begun.fact:
        for each in history_facts(agent, after=begun.fact, until=fact):
            if each.number > newest + 1:
                return None
            newest = each.number
            folding.fold(each)
    return folding


def _awaits_release(agent: Agent, fact: int, folding: Refolding) -> bool:
    """Return whether people must release an agent, as far as its last move tells."""
    if folding.state.breaker.state is not BreakerState.OPEN:
        return False
    moves = BreakerTransition.objects.filter(agent=agent, fact__lte=fact, enforced=True)
    last = moves.order_by("-fact", "-id").values_list("move", flat=True).first()
    return last in _RELEASED_BY_PEOPLE


def _facts_before(fleet: Fleet, since: datetime) -> dict[UUID, int]:
    """Return the number of each agent's newest fact before a moment."""
    found: dict[UUID, int] = defaultdict(int)
    of_fleet = {"agent__fleet": fleet}
    acts = {**of_fleet, "created_at__lt": since}
    newest: list[Iterable[tuple[UUID, int | None]]] = [
        _newest(Outcome.objects.filter(fleet=fleet, received_at__lt=since), "fact"),
        _newest(BreakerTransition.objects.filter(**acts), "fact"),
        _newest(Correction.objects.filter(**acts), "fact"),
        _newest(Reweighing.objects.filter(**acts), "fact"),
        _newest(
            DriftAlarm.objects.filter(**of_fleet, acknowledged_at__lt=since), "acknowledged_fact"
        ),
    ]
    for rows in newest:
        for agent_id, fact in rows:
            found[agent_id] = max(found[agent_id], fact or 0)
    return found


def _newest(rows: QuerySet[Any], field: str) -> Iterable[tuple[UUID, int | None]]:
    newest: QuerySet[Any] = rows.order_by().values_list("agent_id").annotate(newest=Max(field))
    return newest


def _seen_before(fleet: Fleet, since: datetime) -> dict[UUID, datetime]:
    """Return when each agent last asked or reported in the day before a moment."""
    seen: dict[UUID, datetime] = {}
    asked = Decision.objects.filter(fleet=fleet, created_at__range=(since - _SEEN_WITHIN, since))
    told = Outcome.objects.filter(fleet=fleet, received_at__range=(since - _SEEN_WITHIN, since))
    for rows, field in ((asked, "created_at"), (told, "received_at")):
        for agent_id, at in rows.order_by().values_list("agent_id").annotate(newest=Max(field)):
            seen[agent_id] = max(at, seen.get(agent_id, at))
    return seen


def _corrected(fleet: Fleet) -> set[UUID]:
    of_fleet = {"agent__fleet": fleet}
    corrected = Correction.objects.filter(**of_fleet).values_list("agent_id")
    reweighed = Reweighing.objects.filter(**of_fleet).values_list("agent_id")
    return {agent_id for (agent_id,) in corrected.union(reweighed)}


def _kin(fleet: Fleet) -> dict[UUID, list[tuple[int | None, Kinship]]]:
    """Return who agents were before, each up to a fact, in order."""
    found: dict[UUID, list[tuple[int | None, Kinship]]] = defaultdict(list)
    for former in FormerKin.objects.filter(agent__fleet=fleet).order_by("agent", "fact", "id"):
        kin = _kinship(former.agent_id, former.owner, former.template)
        found[former.agent_id].append((former.fact, kin))
    return found


def _kinship(agent_id: UUID, owner: str, template: str) -> Kinship:
    return Kinship(str(agent_id), group_names(owner, template))
