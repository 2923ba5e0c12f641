"""Interactions: exchanges between two agents, as callers report them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from governance.domain.money import MoneyError, usd
from governance.models import Agent, Interaction, Outcome, Task
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError, RefusalError
from governance.selectors.clock import clock_now
from governance.selectors.collusion import agents_lock
from governance.services.asked import asked_lock
from governance.services.audits import jobs_named_step
from governance.services.batch_results import (
    DUPLICATE,
    REJECTED,
    STORED,
    ItemResult,
    raced_once,
    refusal_of,
)
from governance.services.events import events_publish
from governance.services.verification import time_check, verification_check

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from governance.events import FleetEvent
    from governance.selectors.access import KeyPrincipal
    from governance.services.schemas import InteractionItem


Given = TypeVar("Given")


class _Batch:
    """What a batch looks up once: agents, tasks and stored interactions by id."""

    def __init__(self, key: KeyPrincipal, items: Sequence[InteractionItem], now: datetime) -> None:
        self.key, self.now = key, now
        names = {name for item in items for name in (item.initiator, item.counterparty)}
        self.agents: dict[str, UUID] = dict(
            Agent.objects.filter(fleet=key.fleet, external_id__in=names).values_list(
                "external_id", "pk"
            )
        )
        task_names = {item.task_id for item in items if item.task_id}
        self.tasks: dict[str, UUID] = dict(
            Task.objects.filter(fleet=key.fleet, external_id__in=task_names).values_list(
                "external_id", "pk"
            )
        )
        self.known: dict[str, str] = dict(
            Interaction.objects.filter(
                fleet=key.fleet, external_id__in={item.id for item in items}
            ).values_list("external_id", "body_sha256")
        )

    def row(self, item: InteractionItem) -> Interaction | None:
        """Return the item as an unsaved row, None for one that is stored already.

        Raises:
            RefusalError, MoneyError: if the item must be rejected.
        """
        sha256 = hashlib.sha256(msgspec.json.encode(item)).hexdigest()
        if self.known.setdefault(item.id, "") == sha256:
            return None
        if self.known[item.id]:
            raise ConflictError(
                f"Interaction {item.id} exists with other content.",
                code="id_reused",
                field="id",
                value=item.id,
            )
        row = self._checked(item, sha256)
        self.known[item.id] = sha256
        return row

    def _checked(self, item: InteractionItem, sha256: str) -> Interaction:
        verification_check(
            key=self.key, verified_quality=item.verified_quality, verified_by=item.verified_by
        )
        if item.initiator == item.counterparty:
            raise InvalidFieldError(
                "An interaction needs two agents.",
                field="counterparty",
                value=item.counterparty,
                allowed="another agent than the initiator",
            )
        return Interaction(
            fleet=self.key.fleet,
            external_id=item.id,
            body_sha256=sha256,
            reporter_id=self.key.key_id,
            initiator_id=self._agent("initiator", item.initiator, speaks=True),
            counterparty_id=self._agent("counterparty", item.counterparty, speaks=False),
            task_id=self._task(item.task_id),
            value_usd=_amount(item.value_usd, "value_usd"),
            cost_usd=_amount(item.cost_usd, "cost_usd"),
            rating=item.rating,
            verified_quality=item.verified_quality,
            verified_by=item.verified_by,
            accepted=item.accepted,
            payoff_initiator=_given(item.payoff_initiator),
            payoff_counterparty=_given(item.payoff_counterparty),
            team=_given(item.team) or "",
            occurred_at=time_check(field="occurred_at", moment=item.occurred_at, now=self.now),
            received_at=self.now,
        )

    def _agent(self, field: str, name: str, *, speaks: bool) -> UUID:
        agent_id = self.agents.get(name)
        if agent_id is None:
            raise InvalidFieldError(
                f"Fleet {self.key.fleet.slug} has no agent {name}.",
                code="agent_unknown",
                field=field,
                value=name,
                allowed="an agent registered with PUT agents/{external_id}",
            )
        if speaks and self.key.agent_ids and agent_id not in self.key.agent_ids:
            raise ForbiddenError(
                f"This key is not for agent {name}.",
                code="agent_not_of_key",
                field=field,
                value=name,
            )
        return agent_id

    def _task(self, name: str | None) -> UUID | None:
        if not name:
            return None
        if name not in self.tasks:
            raise InvalidFieldError(
                f"Fleet {self.key.fleet.slug} has no task {name}.",
                code="task_unknown",
                field="task_id",
                value=name,
                allowed="absent, or the external_id of a task of this fleet",
            )
        return self.tasks[name]


def interactions_load(
    *, key: KeyPrincipal, items: Sequence[InteractionItem | RefusalError]
) -> list[ItemResult]:
    """Store many interactions; a bad item never loses the others.

    Args:
        key: the reporter.
        items: in order; one that could not be read comes as its refusal.

    Returns:
        One result for each item, by index.
    """
    return raced_once(lambda: _interactions_load(key, items))


def _interactions_load(
    key: KeyPrincipal, items: Sequence[InteractionItem | RefusalError]
) -> list[ItemResult]:
    readable = [item for item in items if not isinstance(item, RefusalError)]
    batch = _Batch(key, readable, clock_now())
    results, rows = [], []
    for index, item in enumerate(items):
        if isinstance(item, RefusalError):
            results.append(ItemResult(index, REJECTED, item))
            continue
        try:
            row = batch.row(item)
        except (RefusalError, MoneyError) as error:
            results.append(ItemResult(index, REJECTED, refusal_of(error)))
            continue
        results.append(ItemResult(index, DUPLICATE if row is None else STORED))
        if row is not None:
            rows.append(row)
    Interaction.objects.bulk_create(rows)
    events_publish(*_jobs_named(rows, batch.now), now=batch.now)
    return results


def _jobs_named(rows: Sequence[Interaction], now: datetime) -> list[FleetEvent]:
    """Put finished tasks before people whose customer they asked to see checked."""
    named = {row.task_id: row.counterparty_id for row in rows if row.task_id is not None}
    asked = Agent.objects.filter(pk__in=named.values(), tie_checked=True)
    told: list[FleetEvent] = []
    agents = agents_lock(asked)
    asked_lock([agent.pk for agent in agents])
    for agent in agents:
        outcomes = Outcome.objects.filter(agent=agent, task__in=named, audit=None)
        ordered = list(outcomes.select_related("task").order_by("fact"))
        told += jobs_named_step(agent=agent, outcomes=ordered, now=now)
    return told


def _amount(amount: Decimal | None, field: str) -> Decimal | None:
    return None if amount is None else usd(amount, field=field)


def _given(value: Given | UnsetType) -> Given | None:
    return None if value is UNSET else value
