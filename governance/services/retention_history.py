"""Where an agent's stored history begins once old outcomes go, so that it can be folded again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.agent_state import AgentState, state_to_plain
from governance.domain.refolding import Refolding
from governance.models import HistoryCut
from governance.selectors.agents import agent_lock
from governance.selectors.clock import clock_now
from governance.selectors.histories import (
    corrections_of,
    history_facts,
    history_resumed,
    trips_of,
)
from governance.selectors.retention_scope import fact_before

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from governance.domain.history import Change
    from governance.models import Agent, RetentionAgent, RetentionRun


def fact_removable(*, agent: Agent, before: datetime) -> int:
    """Return up to which fact of an agent's order outcomes may go, 0 for none.

    Members of rings that stand keep theirs: judging the ring may weigh them again.
    """
    if agent.in_ring:
        return 0
    return _settled_before(fact_before(agent=agent, before=before), corrections_of(agent))


def history_begin(*, row: RetentionAgent, run: RetentionRun) -> int:
    """Let an agent's history begin where a removal takes what came before; return that fact.

    The state is folded without any lock, from facts that no longer change. Under the agent's lock
    it is asked once more whether they may go: 0 where they may not, and nothing is changed.
    """
    before = run.tasks_before
    if before is None:
        return 0
    agent = row.agent
    begun = HistoryCut.objects.filter(agent=agent).values_list("fact", flat=True).first() or 0
    if begun >= row.fact:
        return row.fact
    state = _state_after(agent, row.fact)
    with transaction.atomic():
        locked = agent_lock(agent.pk)
        if fact_removable(agent=locked, before=before) < row.fact:
            return 0
        HistoryCut.objects.update_or_create(
            agent=locked,
            defaults={
                "fact": row.fact,
                "state": state_to_plain(state),
                "run": run,
                "created_at": clock_now(),
            },
        )
    return row.fact


def _state_after(agent: Agent, fact: int) -> AgentState:
    """Return the state right after a fact, with the corrections that had been made by then."""
    corrections = [each for each in corrections_of(agent) if each.number <= fact]
    start = history_resumed(agent, before=fact + 1, corrections=corrections)
    refolding = Refolding(
        str(agent.pk),
        start.state,
        corrections=[each for each in corrections if each.number > start.fact],
        trips=trips_of(agent, after=start.fact),
    )
    for each in history_facts(agent, after=start.fact, until=fact):
        refolding.fold(each)
    return refolding.state


def _settled_before(fact: int, corrections: Sequence[Change]) -> int:
    """Return the last fact not after ``fact`` before which nothing is corrected after it."""
    while any(each.outcome <= fact < each.number for each in corrections):
        fact = min(each.outcome for each in corrections if each.outcome <= fact < each.number) - 1
    return max(0, fact)
