"""Reports: what a caller says of one outcome, as the fact the rules fold and the row we keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from governance.domain.blast import declared_honestly
from governance.domain.money import usd
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.types import BlastLevel, TaskType
from governance.models import Outcome
from governance.services.vouching import report_vouched_inside

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from governance.models import Agent, Task
    from governance.selectors.access import KeyPrincipal
    from governance.services.folding import Fold
    from governance.services.schemas import OutcomeBody, OutcomeItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One outcome on its way into an agent's standing; ``began_s`` in epoch seconds."""

    agent: Agent
    task: Task | None
    task_external_id: str
    fact: OutcomeFact
    began_s: float
    finished_at: datetime
    error_code: str
    cost_usd: Decimal | None
    budget_usd: Decimal | None
    value_usd: Decimal | None
    verified_quality: float | None
    verified_by: str


def report_of_task(
    *,
    task: Task,
    body: OutcomeBody | OutcomeItem,
    key: KeyPrincipal,
    finished_at: datetime,
    now: datetime,
) -> Report:
    """Return the report on a governed task: class, source and budget are what the gate decided.

    Raises:
        MoneyError: for an amount that is none.
    """
    budget = task.budget_usd if task.spend_cap_usd is None else task.spend_cap_usd
    began_at = task.started_at or task.created_at
    return _report(
        agent=task.agent,
        task=task,
        task_external_id=task.external_id,
        body=body,
        key=key,
        task_type=TaskType(task.task_type),
        level=BlastLevel(task.level),
        source=task.requested_by,
        cost=_cost(task, body),
        budget=budget,
        duration_s=body.duration_s,
        began_s=began_at.timestamp(),
        finished_at=finished_at,
        received_s=now.timestamp(),
        probe=str(task.pk) if task.is_probe else None,
        honest=declared_honestly(
            reported=task.heartbeat_at is not None,
            stated=task.stated_level,
            observed=task.observed_level,
        ),
    )


def report_of_history(
    *, agent: Agent, item: OutcomeItem, key: KeyPrincipal, finished_at: datetime
) -> Report:
    """Return the report on a recorded task that this gate never saw.

    It is folded as received when it finished, so that freezes of the past are over; it cannot
    shorten a freeze of the present, because a frozen agent's breaker ignores it.

    Raises:
        MoneyError: for an amount that is none.
    """
    duration_s = item.duration_s
    began_at = item.started_at or finished_at - timedelta(seconds=duration_s or 0.0)
    if duration_s is None and item.started_at is not None:
        duration_s = max(0.0, (finished_at - item.started_at).total_seconds())
    return _report(
        agent=agent,
        task=None,
        task_external_id=item.task_id,
        body=item,
        key=key,
        task_type=item.task_type,
        level=item.level,
        source=item.requested_by,
        cost=_amount(item.cost_usd, "cost_usd"),
        budget=_amount(item.budget_usd, "budget_usd"),
        duration_s=duration_s,
        began_s=began_at.timestamp(),
        finished_at=finished_at,
        received_s=finished_at.timestamp(),
        probe=None,
        honest=None,
    )


def report_row(
    *, report: Report, fold: Fold, key: KeyPrincipal, sha256: str, now: datetime
) -> Outcome:
    """Return the unsaved row of a folded report, with what it was judged by and the score after."""
    fact = report.fact
    return Outcome(
        id=fold.outcome_id,
        fleet_id=report.agent.fleet_id,
        agent=report.agent,
        task=report.task,
        task_external_id=report.task_external_id,
        body_sha256=sha256,
        reporter_id=key.key_id,
        fact=fold.fact,
        result=fact.result.value,
        source=fact.source,
        self_report=fact.self_report,
        task_type=fact.task_type.value,
        level=fact.level.value,
        error_code=report.error_code,
        cost_usd=report.cost_usd,
        budget_usd=report.budget_usd,
        value_usd=report.value_usd,
        duration_s=fact.duration_s,
        verified_quality=report.verified_quality,
        verified_by=report.verified_by,
        late=fold.late,
        is_probe=fact.probe is not None,
        declared_honestly=fact.declared_honestly,
        vouched_inside=fact.vouched_inside,
        refresh_number=fold.judgement.refresh,
        policy_number=fold.policy,
        expected=fold.judgement.expected,
        normal=fold.judgement.normal,
        weight=fold.judgement.weight,
        trust_after=fold.points.score,
        success_after=fold.points.success,
        budget_after=fold.points.budget,
        consistency_after=fold.points.consistency,
        finished_at=report.finished_at,
        received_at=now,
    )


def _report(
    *,
    agent: Agent,
    task: Task | None,
    task_external_id: str,
    body: OutcomeBody | OutcomeItem,
    key: KeyPrincipal,
    task_type: TaskType,
    level: BlastLevel,
    source: str,
    cost: Decimal | None,
    budget: Decimal | None,
    duration_s: float | None,
    began_s: float,
    finished_at: datetime,
    received_s: float,
    probe: str | None,
    honest: bool | None,
) -> Report:
    value = _amount(body.value_usd, "value_usd")
    verified = bool(body.verified_by) or body.verified_quality is not None
    fact = OutcomeFact(
        at_s=finished_at.timestamp(),
        received_s=received_s,
        result=body.result,
        task_type=task_type,
        level=level,
        source=source,
        # A key bound to the agent speaks with the agent's own voice.
        self_report=agent.pk in key.agent_ids,
        verified=verified,
        cost_usd=None if cost is None else float(cost),
        budget_usd=None if budget is None else float(budget),
        duration_s=duration_s,
        value_usd=None if value is None else float(value),
        late=False,
        probe=probe,
        declared_honestly=honest,
        vouched_inside=report_vouched_inside(
            agent=agent, task=task, asked_by=source, speaks_for=key.agent_ids, verified=verified
        ),
    )
    return Report(
        agent=agent,
        task=task,
        task_external_id=task_external_id,
        fact=fact,
        began_s=began_s,
        finished_at=finished_at,
        error_code=body.error_code,
        cost_usd=cost,
        budget_usd=budget,
        value_usd=value,
        verified_quality=body.verified_quality,
        verified_by=body.verified_by,
    )


def _cost(task: Task, body: OutcomeBody | OutcomeItem) -> Decimal | None:
    """Return what the task cost: never less than its heartbeats said it had spent."""
    reported = _amount(body.cost_usd, "cost_usd")
    spent = task.spent_usd or None
    return reported if spent is None else max(spent, reported or spent)


def _amount(amount: Decimal | None, field: str) -> Decimal | None:
    return None if amount is None else usd(amount, field=field)
