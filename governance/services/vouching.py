"""What members of a ring say of each other's work: weighs nothing, or again what it weighed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.collusion.vouching import is_vouched_inside
from governance.domain.corrections import weighed_sentence
from governance.domain.history import Reweighed
from governance.domain.standing import standing
from governance.events import OutcomesReweighed
from governance.models import Reweighing
from governance.refusals import ConflictError
from governance.selectors.agents import agent_lock
from governance.selectors.clock import clock_now
from governance.selectors.histories import kept_since
from governance.selectors.policies import policy_in_force
from governance.selectors.vouching import circles_of, weightless_due, weightless_now, word_of
from governance.services.corrections import state_anew, tier_changed
from governance.services.events import events_publish
from governance.services.standing import settled_store, state_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from governance.events import FleetEvent
    from governance.models import Agent, Fleet, Task

logger = logging.getLogger(__name__)

ACTOR = "scan"


def report_vouched_inside(
    *, agent: Agent, task: Task | None, asked_by: str, speaks_for: frozenset[UUID], verified: bool
) -> bool:
    """Return whether nobody but a ring that is acted on vouches for a report on a locked agent.

    Args:
        agent: whose outcome it is.
        task: the governed task, None for recorded history.
        asked_by: the task's ``requested_by``.
        speaks_for: the agents the reporter's key is bound to.
        verified: whether the report says that it was verified.
    """
    if not agent.in_ring:
        return False
    word = word_of(
        agent=agent, task=task, asked_by=asked_by, speaks_for=speaks_for, verified=verified
    )
    return any(is_vouched_inside(word, circle.others) for circle in circles_of(agent=agent))


def late_words_weigh(*, fleet: Fleet) -> None:
    """Fold anew the members of rings for whose outcomes somebody vouched after they arrived.

    An interaction often names a task that has ended. One agent after the other, so that a history
    that cannot be folded holds up nobody else.
    """
    for agent_id in list(fleet.agents.filter(in_ring=True).order_by("pk").values_list("pk")):
        try:
            _late_words_weigh(*agent_id)
        except ConflictError:
            logger.exception("what a ring says of agent %s goes on to weigh", *agent_id)


@transaction.atomic
def _late_words_weigh(agent_id: UUID) -> None:
    agent, now = agent_lock(agent_id), clock_now()
    _, told = words_weigh_step(agents=[agent], actor=ACTOR, now=now)
    events_publish(*told, now=now)


def words_weigh_step(
    *, agents: Sequence[Agent], actor: str, now: datetime
) -> tuple[int, tuple[FleetEvent, ...]]:
    """Fold locked agents anew whose outcomes should weigh nothing and do not, or the reverse.

    The rings' states are read as they are now, so that asking twice changes nothing (a step; the
    caller publishes).

    Returns:
        How many outcomes of these agents weigh nothing from now on, and the events.

    Raises:
        ConflictError: history_unfoldable, if an agent's history does not lead where it stands.
    """
    count = 0
    told: list[FleetEvent] = []
    for agent in agents:
        due, had = weightless_due(agent=agent), weightless_now(agent=agent)
        # What is folded into the beginning of a history can be weighed no other way any more.
        due, had = (kept_since(agent, outcomes) for outcomes in (due, had))
        count += len(due)
        for outcomes, inside in ((had - due, False), (due - had, True)):
            if outcomes:
                told += _reweigh(agent, outcomes, inside, actor, now)
    return count, tuple(told)


def _reweigh(
    agent: Agent, outcomes: frozenset[int], inside: bool, actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    fleet = agent.fleet
    trust = policy_in_force(fleet=fleet)[1].trust
    before = state_of(agent.standing)
    agent.standing.facts += 1
    fact = Reweighed(agent.standing.facts, outcomes, inside)
    state = state_anew(agent, fact)
    sentence = weighed_sentence(
        agent=agent.name,
        outcomes=len(outcomes),
        vouched_inside=inside,
        was=standing(before, trust, now_s=now.timestamp()),
        becomes=standing(state, trust, now_s=now.timestamp()),
    )
    Reweighing.objects.create(
        agent=agent,
        fact=fact.number,
        outcomes=sorted(outcomes),
        vouched_inside=inside,
        by=actor,
        sentence=sentence,
        created_at=now,
    )
    moved = settled_store(
        agent=agent,
        fleet=fleet,
        state=state,
        transitions=tier_changed(before, state, sentence, now),
        actor=actor,
        now=now,
    )
    told = OutcomesReweighed(
        fleet_id=agent.fleet_id,
        actor=actor,
        agent_id=agent.pk,
        outcomes=len(outcomes),
        vouched_inside=inside,
        sentence=sentence,
    )
    return (told, *moved)
