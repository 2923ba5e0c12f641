"""Batches of outcomes: up to 1,000 at once, each stored or refused on its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from governance.domain.critical import cap_broken
from governance.domain.money import MoneyError
from governance.domain.types import Result
from governance.models import Outcome, Task
from governance.refusals import InvalidFieldError, RefusalError
from governance.selectors.agents import agents_lock
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_in_force
from governance.selectors.refreshes import refresh_in_force, refresh_views_of
from governance.services.asked import asked_lock
from governance.services.audits import audits_draw_step
from governance.services.batch_results import (
    DUPLICATE,
    REJECTED,
    STORED,
    ItemResult,
    raced_once,
    refusal_of,
)
from governance.services.critical import critical_latch_step
from governance.services.events import events_publish
from governance.services.folding import outcomes_fold
from governance.services.lineages import Ended, lineages_fold_step, lineages_lock
from governance.services.outcomes import (
    outcome_critical,
    outcome_repeated,
    task_finish,
    task_finished,
)
from governance.services.own_tasks import agent_require, environment_require
from governance.services.reports import Report, report_of_history, report_of_task, report_row
from governance.services.standing import agent_seen
from governance.services.verification import time_check, verification_check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from governance.domain.class_rates import RefreshView
    from governance.domain.critical import Critical
    from governance.events import FleetEvent
    from governance.models import Agent, Lineage
    from governance.selectors.access import KeyPrincipal
    from governance.services.schemas import OutcomeItem


@dataclass(frozen=True, slots=True)
class _Entry:
    """An item that passed its own checks and waits to be folded."""

    index: int
    report: Report
    sha256: str


class _Batch:
    """What a batch looks up once: agents, tasks and outcomes by the ids its items name."""

    def __init__(self, key: KeyPrincipal, items: Sequence[OutcomeItem], now: datetime) -> None:
        self.key, self.now = key, now
        names = {item.task_id for item in items}
        self.agents = {
            agent.external_id: agent
            for agent in agents_lock(fleet=key.fleet, names={item.agent for item in items})
        }
        tasks = Task.objects.filter(fleet=key.fleet, external_id__in=names)
        own = tasks.filter(agent__in=self.agents.values()).select_for_update(no_key=True)
        self.tasks = {task.external_id: task for task in own.order_by("pk")}
        # Only read: a task is locked under its agent's lock or not at all.
        foreign = tasks.exclude(agent__in=self.agents.values())
        self.tasks |= {task.external_id: task for task in foreign}
        stored = Outcome.objects.filter(fleet=key.fleet, task_external_id__in=names)
        self.stored = {outcome.task_external_id: outcome for outcome in stored}
        self.taken: dict[str, str] = {}
        self.freed: list[FleetEvent] = []
        self.critical: dict[str, Critical] = {}

    def entry(self, index: int, item: OutcomeItem) -> _Entry | None:
        """Return the item ready to fold, None for one that is stored already.

        Raises:
            RefusalError, MoneyError: if the item must be rejected.
        """
        sha256 = hashlib.sha256(msgspec.json.encode(item)).hexdigest()
        agent = self._agent(item.agent)
        if item.task_id in self.stored:
            outcome_repeated(self.stored[item.task_id], sha256)
            return None
        if self.taken.get(item.task_id) == sha256:
            return None
        if item.task_id in self.taken:
            raise InvalidFieldError(
                f"Task {item.task_id} comes twice in this batch with different content.",
                code="twice_in_batch",
                field="task_id",
                value=item.task_id,
                allowed="one outcome for each task",
            )
        report = self._report(agent, item)
        self.taken[item.task_id] = sha256
        return _Entry(index, report, sha256)

    def _agent(self, name: str) -> Agent:
        agent = self.agents.get(name)
        if agent is None:
            raise InvalidFieldError(
                f"Fleet {self.key.fleet.slug} has no agent {name}.",
                code="agent_unknown",
                field="agent",
                value=name,
                allowed="an agent registered with PUT agents/{external_id}",
            )
        agent_require(key=self.key, agent=agent)
        return agent

    def _report(self, agent: Agent, item: OutcomeItem) -> Report:
        task = self.tasks.get(item.task_id)
        verification_check(
            key=self.key,
            verified_quality=item.verified_quality,
            verified_by=item.verified_by,
            asked_by=None if task is None else task.key_id,
        )
        finished_at = time_check(field="finished_at", moment=item.finished_at, now=self.now)
        if task is None:
            return report_of_history(agent=agent, item=item, key=self.key, finished_at=finished_at)
        if task.agent_id != agent.pk:
            raise InvalidFieldError(
                f"Task {item.task_id} belongs to another agent.", field="agent", value=item.agent
            )
        environment_require(key=self.key, task=task)
        task.agent = agent
        critical = outcome_critical(task, item)
        if critical is not None:
            # Kept whether the item is stored or refused: what was not allowed was done.
            self.critical.setdefault(agent.external_id, critical)
        report = report_of_task(
            task=task, body=item, key=self.key, finished_at=finished_at, now=self.now
        )
        self.freed.extend(task_finish(task, self.now))
        return report


def outcomes_load(
    *, key: KeyPrincipal, items: Sequence[OutcomeItem | RefusalError]
) -> list[ItemResult]:
    """Store many outcomes: of governed tasks, or recorded ones that this gate never saw.

    Args:
        key: the reporter.
        items: in order of arrival; one that could not be read comes as its refusal.

    Returns:
        One result for each item, by index. A bad item never loses the others.
    """
    return raced_once(lambda: _outcomes_load(key, items))


def _outcomes_load(
    key: KeyPrincipal, items: Sequence[OutcomeItem | RefusalError]
) -> list[ItemResult]:
    now = clock_now()
    results = {
        index: ItemResult(index, REJECTED, item)
        for index, item in enumerate(items)
        if isinstance(item, RefusalError)
    }
    readable = [
        (index, item) for index, item in enumerate(items) if not isinstance(item, RefusalError)
    ]
    batch = _Batch(key, [item for _, item in readable], now)
    entries: list[_Entry] = []
    for index, item in readable:
        try:
            entry = batch.entry(index, item)
        except (RefusalError, MoneyError) as error:
            results[index] = ItemResult(index, REJECTED, refusal_of(error))
            continue
        results[index] = ItemResult(index, DUPLICATE if entry is None else STORED)
        if entry is not None:
            entries.append(entry)
    events = _store(batch, entries)
    events.extend(_latched(batch, entries))
    events_publish(*events, now=now)
    return [results[index] for index in range(len(items))]


def _latched(batch: _Batch, entries: Sequence[_Entry]) -> Iterator[FleetEvent]:
    """Freeze the agents whose items told of a critical event, the first of each."""
    for entry in entries:
        task, agent = entry.report.task, entry.report.agent
        if task is None:
            continue
        policy = policy_in_force(fleet=agent.fleet)[1].breaker
        broken = cap_broken(entry.report.cost_usd, task.spend_cap_usd, policy)
        if broken is not None:
            batch.critical.setdefault(agent.external_id, broken)
    for name, critical in batch.critical.items():
        agent = batch.agents[name]
        yield from critical_latch_step(
            agent=agent, fleet=agent.fleet, critical=critical, now=batch.now
        )


def _store(batch: _Batch, entries: Sequence[_Entry]) -> list[FleetEvent]:
    """Fold and store the entries agent by agent, each agent's in order of arrival."""
    if not entries:
        return []
    by_agent: dict[str, list[_Entry]] = {}
    for entry in entries:
        by_agent.setdefault(entry.report.agent.external_id, []).append(entry)
    views = _views(batch)
    lineages = _lineages(batch, entries)
    # Now for all: by the turn of the second agent the first one may have needed the fleet.
    asked_lock({agent.pk for agent in batch.agents.values()})
    events: list[FleetEvent] = list(batch.freed)
    rows: list[Outcome] = []
    ended: list[Ended] = []
    for name, own in by_agent.items():
        agent = batch.agents[name]
        folds, moved = outcomes_fold(
            agent=agent,
            fleet=agent.fleet,
            facts=[(entry.report.fact, entry.report.began_s) for entry in own],
            view=views[agent.pk],
            now=batch.now,
        )
        for entry, fold in zip(own, folds, strict=True):
            row = report_row(
                report=entry.report, fold=fold, key=batch.key, sha256=entry.sha256, now=batch.now
            )
            rows.append(row)
            if entry.report.task is not None:
                ended.append(Ended(entry.report.task, row, fold.judgement.usual))
        events.extend(moved)
        agent_seen(agent=agent, now=batch.now)
    Outcome.objects.bulk_create(rows)
    ended.sort(key=lambda each: each.outcome.finished_at)
    fleet = entries[0].report.agent.fleet
    events.extend(lineages_fold_step(rows=lineages, ended=ended, fleet=fleet, now=batch.now))
    for entry in entries:
        if entry.report.task is not None:
            result = entry.report.fact.result.value
            events.extend(task_finished(entry.report.task, result, batch.key.actor))
    events.extend(_audited(batch, rows))
    return events


def _audited(batch: _Batch, rows: Sequence[Outcome]) -> Iterator[FleetEvent]:
    """Draw audits of what was stored, after everything else was locked."""
    for agent in batch.agents.values():
        yield from audits_draw_step(
            agent=agent,
            fleet=agent.fleet,
            outcomes=[row for row in rows if row.agent_id == agent.pk],
            now=batch.now,
        )


def _lineages(batch: _Batch, entries: Sequence[_Entry]) -> dict[UUID, Lineage]:
    """Lock what the batch's failures are counted in, before folding, which may lock the fleet."""
    reports = [entry.report for entry in entries]
    failing = {
        report.task.pk
        for report in reports
        if report.task is not None and report.fact.result is Result.FAILURE
    }
    tasks = [report.task for report in reports if report.task is not None]
    return lineages_lock(tasks=tasks, failing=failing, now=batch.now)


def _views(batch: _Batch) -> dict[UUID, RefreshView]:
    agents = list(batch.agents.values())
    # As read under the locks: policy and refresh may have moved while this waited.
    fleet = agents[0].fleet
    return refresh_views_of(
        agents=agents,
        refresh=refresh_in_force(fleet=fleet),
        policy=policy_in_force(fleet=fleet)[1],
    )
