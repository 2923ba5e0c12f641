"""Who vouches for an agent's outcomes, and which of them weigh nothing because of a ring."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F, Q

from governance.domain.collusion.vouching import Word, is_vouched_inside
from governance.models import (
    Agent,
    CollusionRing,
    Correction,
    Interaction,
    Outcome,
    Reweighing,
    Task,
)
from governance.selectors.collusion import STANDING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from uuid import UUID

    from django.db.models import QuerySet


class Circle(NamedTuple):
    """Agents that are acted on as a ring with one: the others, id -> external id.

    What they say of its work that ends from ``since`` on weighs nothing.
    """

    others: Mapping[UUID, str]
    since: datetime


def circles_of(*, agent: Agent) -> list[Circle]:
    """Return with whom an agent is acted on as a ring: from suspicion on, once judged from before.

    Rings in shadow have no circles.
    """
    rings = CollusionRing.objects.filter(state__in=STANDING, agents=agent.pk)
    own = str(agent.pk)
    found = [
        (set(circle["agents"]) - {own}, datetime.fromisoformat(circle["since"]))
        for circles in rings.values_list("circles", flat=True)
        for circle in circles
        if own in circle["agents"]
    ]
    others = Agent.objects.filter(pk__in=set().union(*(ids for ids, _ in found)))
    names = {str(pk): (pk, name) for pk, name in others.values_list("pk", "external_id")}
    return [Circle(dict(names[one] for one in ids & names.keys()), since) for ids, since in found]


def word_of(
    *, agent: Agent, task: Task | None, asked_by: str, speaks_for: frozenset[UUID], verified: bool
) -> Word:
    """Return whose word a report on a task is, as far as is known when it arrives."""
    if task is None:
        return Word(asked_by, None, frozenset(), speaks_for, verified)
    named = Interaction.objects.filter(task=task, counterparty=agent)
    paid_by = frozenset(named.values_list("initiator_id", flat=True))
    above = Task.objects.filter(children=task.pk).values_list("agent_id", flat=True).first()
    return Word(asked_by, above, paid_by, speaks_for, verified)


def weightless_due(*, agent: Agent) -> frozenset[int]:
    """Return the facts of the agent's outcomes that should weigh nothing, by its rings now.

    What a person checked is nobody else's word any longer.
    """
    circles = circles_of(agent=agent)
    if not circles:
        return frozenset()
    checked = Correction.objects.filter(agent=agent).values("outcome")
    outcomes = Outcome.objects.filter(agent=agent).exclude(pk__in=checked)
    since = min(circle.since for circle in circles)
    met = outcomes.filter(Q(vouched_inside=True) | Q(finished_at__gte=since))
    return frozenset(
        fact
        for fact, finished_at, was_met, word in _words(met)
        if any(
            (was_met or finished_at >= circle.since) and is_vouched_inside(word, circle.others)
            for circle in circles
        )
    )


def weightless_now(*, agent: Agent) -> frozenset[int]:
    """Return the facts of the agent's outcomes that weigh nothing because of a ring."""
    return weightless_each(agents=[agent])[agent.pk]


def weightless_each(*, agents: Collection[Agent]) -> dict[UUID, frozenset[int]]:
    """Return the same of several agents, by id."""
    ids = [agent.pk for agent in agents]
    facts: dict[UUID, set[int]] = {agent: set() for agent in ids}
    met = Outcome.objects.filter(agent__in=ids, vouched_inside=True)
    for agent, fact in met.values_list("agent_id", "fact"):
        facts[agent].add(fact)
    for row in Reweighing.objects.filter(agent__in=ids).order_by("fact"):
        own = facts[row.agent_id]
        own.update(row.outcomes) if row.vouched_inside else own.difference_update(row.outcomes)
    corrected = Correction.objects.filter(agent__in=ids)
    for agent, fact in corrected.values_list("agent_id", "outcome__fact"):
        facts[agent].discard(fact)
    return {agent: frozenset(left) for agent, left in facts.items()}


def _words(outcomes: QuerySet[Outcome]) -> Iterator[tuple[int, datetime, bool, Word]]:
    """Yield fact, time, whether it weighed nothing from the start, and word of each outcome."""
    paid: dict[UUID, set[UUID]] = {}
    named = Interaction.objects.filter(task__outcome__in=outcomes)
    for task, initiator in named.filter(counterparty=F("task__agent")).values_list(
        "task_id", "initiator_id"
    ):
        paid.setdefault(task, set()).add(initiator)
    rows = outcomes.values_list(
        "fact",
        "finished_at",
        "vouched_inside",
        "source",
        "task__parent__agent_id",
        "task_id",
        "reporter__agents",
        "verified_by",
        "verified_quality",
    )
    for fact, at, was_met, source, above, task, speaks_for, by, quality in rows:
        paid_by = frozenset(paid.get(task, ()))
        verified = bool(by) or quality is not None
        yield fact, at, was_met, Word(source, above, paid_by, frozenset(speaks_for), verified)
