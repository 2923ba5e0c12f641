"""Re-folding: an agent's stored history through the same rules, and what that finds."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from governance.domain.agent_state import state_from_plain, state_to_plain
from governance.domain.canonical import canonical_json
from governance.domain.history import UnknownActError
from governance.domain.moves import IllegalMoveError
from governance.domain.refolding import Refolding, leases_kept
from governance.domain.state_difference import difference_sentence, differences, state_flat
from governance.events import RefoldDiffered
from governance.models import Agent, StateSnapshot
from governance.selectors.clock import clock_now
from governance.selectors.histories import (
    corrections_of,
    history_begun,
    history_facts,
    history_resumed,
    trips_of,
)
from governance.services.events import events_publish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from governance.domain.agent_state import AgentState
    from governance.domain.history import Change
    from governance.selectors.histories import HistoryStart

logger = logging.getLogger(__name__)

ACTOR = "auditor"
# A history longer than this starts from the newest state that an earlier re-fold arrived at.
FACTS_WHOLE = 200_000


class Refolded(NamedTuple):
    """What a re-fold of one agent found: how many facts it took, and the first difference."""

    agent_id: UUID
    facts: int
    difference: str | None


def state_corrected(agent: Agent, *, correction: Change) -> AgentState:
    """Return the state of a locked agent with one more correction, at the end of its order.

    Only what follows the latest snapshot before the corrected outcome is folded again.

    Raises:
        IllegalMoveError: if the history does not lead to the state the agent is in.
    """
    live = state_from_plain(agent.standing.state)
    corrections = [*corrections_of(agent), correction]
    start = history_resumed(agent, before=correction.outcome, corrections=corrections)
    refolding = _refolding(agent, start, corrections)
    for fact in history_facts(agent, after=start.fact, until=correction.number - 1):
        refolding.fold(fact)
    as_judged = leases_kept(refolding.state, live)
    if differences(state_flat(state_to_plain(live)), state_flat(state_to_plain(as_judged))):
        # The stored order decides all the same; the nightly re-fold tells people.
        logger.error("agent %s is folded anew from a history that differs", agent.pk)
    refolding.fold(correction)
    return leases_kept(refolding.state, live)


def agent_refold(*, agent_id: UUID) -> Refolded | None:
    """Fold an agent's history again and compare; publish and log what differs, mend nothing.

    A state that differs means that a row was changed by hand, or a rule that is not a function of
    its facts. Overwriting it would hide which.
    """
    agent = Agent.objects.select_related("standing", "fleet").filter(pk=agent_id).first()
    if agent is None:
        return None
    # One statement read state and number of facts together; whatever follows is not looked at.
    until = agent.standing.facts
    live = state_from_plain(agent.standing.state)
    corrections = corrections_of(agent)
    start = history_begun(agent)
    if until > FACTS_WHOLE:
        start = history_resumed(
            agent, before=until - FACTS_WHOLE, corrections=corrections, confirmed=True
        )
    now = clock_now()
    try:
        again = _again(agent, start, until, corrections, now)
    except (IllegalMoveError, UnknownActError, KeyError) as error:
        sentence = f"The history of {agent.external_id} cannot be folded again: {error}."
        return _differed(agent, until - start.fact, sentence, live, None)
    again = leases_kept(again, live)
    live_flat, again_flat = state_flat(state_to_plain(live)), state_flat(state_to_plain(again))
    found = differences(live_flat, again_flat)
    if not found:
        return Refolded(agent.pk, until - start.fact, None)
    sentence = difference_sentence(agent.external_id, found, live_flat, again_flat)
    return _differed(agent, until - start.fact, sentence, live, again)


def _again(
    agent: Agent,
    start: HistoryStart,
    until: int,
    corrections: Sequence[Change],
    now: datetime,
) -> AgentState:
    """Return the state after fact ``until``; confirm each snapshot on the way that agrees."""
    refolding = _refolding(agent, start, corrections)
    kept = StateSnapshot.objects.filter(agent=agent, fact__gt=start.fact, fact__lte=until)
    snapshots = {snapshot.fact: snapshot for snapshot in kept.order_by("fact")}
    for fact in history_facts(agent, after=start.fact, until=until):
        refolding.fold(fact)
        snapshot = snapshots.get(fact.number)
        if snapshot is not None and _agrees(snapshot, refolding.state):
            snapshot.confirmed_at = now
    confirmed = [one for one in snapshots.values() if one.confirmed_at == now]
    StateSnapshot.objects.bulk_update(confirmed, ["confirmed_at"])
    return refolding.state


def _agrees(snapshot: StateSnapshot, state: AgentState) -> bool:
    stored = state_from_plain(snapshot.state)
    mine = leases_kept(state, stored)
    return not differences(state_flat(state_to_plain(stored)), state_flat(state_to_plain(mine)))


def _refolding(agent: Agent, start: HistoryStart, corrections: Sequence[Change]) -> Refolding:
    return Refolding(
        str(agent.pk),
        start.state,
        corrections=[each for each in corrections if each.number > start.fact],
        trips=trips_of(agent, after=start.fact),
    )


def _differed(
    agent: Agent, facts: int, sentence: str, live: AgentState, again: AgentState | None
) -> Refolded:
    logger.error("agent %s: %s", agent.pk, sentence)
    with transaction.atomic():
        told = RefoldDiffered(
            fleet_id=agent.fleet_id,
            actor=ACTOR,
            agent_id=agent.pk,
            sentence=sentence,
            live_digest=state_digest(live),
            refolded_digest="" if again is None else state_digest(again),
        )
        events_publish(told, now=clock_now())
    return Refolded(agent.pk, facts, sentence)


def state_digest(state: AgentState) -> str:
    """Return the SHA-256 of a state's exact stored form."""
    return hashlib.sha256(canonical_json(state_to_plain(state)).encode()).hexdigest()
