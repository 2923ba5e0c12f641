"""A fleet's recorded outcomes and refresh facts in the form that ``replay`` reads."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from governance.domain.drift_state import DriftKind
from governance.models import FleetIncident, Outcome, Refresh, RefreshShare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from decimal import Decimal

    from governance.models import Fleet

# What replay reads of an outcome, in the order of the columns.
HISTORY_COLUMNS = (
    "task_id",
    "agent",
    "finished_at",
    "result",
    "requested_by",
    "parent_id",
    "task_type",
    "level",
    "started_at",
    "cost_usd",
    "budget_usd",
    "value_usd",
    "duration_s",
    "error_code",
    "reporter",
    "verified",
    "owner",
    "template",
    "model",
    "tool",
    "refresh",
    "agent_id",
)
_AT_ONCE = 2000


def history_rows(*, fleet: Fleet) -> Iterator[tuple[Any, ...]]:
    """Yield the fleet's outcomes as rows of `HISTORY_COLUMNS`, in the order a replay folds them.

    ``owner`` is the number of the owner's account, by which refresh facts name groups.
    """
    outcomes = (
        Outcome.objects.filter(fleet=fleet)
        .select_related("agent", "task__parent", "reporter")
        .order_by("finished_at", "transaction", "agent_id", "fact")
    )
    for outcome in outcomes.iterator(chunk_size=_AT_ONCE):
        yield _row(outcome)


def refresh_lines(*, fleet: Fleet) -> Iterator[dict[str, Any]]:
    """Yield the fleet's refreshes as JSON values, in order, each with the shares it changed."""
    begun: dict[datetime, dict[str, str]] = {}
    for incident in FleetIncident.objects.filter(fleet=fleet, kind__in=list(DriftKind)):
        begun.setdefault(incident.raised_at, {})[incident.kind] = incident.sentence
    shares = (
        RefreshShare.objects.filter(refresh__fleet=fleet)
        .select_related("agent")
        .order_by("number", "agent__external_id")
    )
    by_number = groupby(shares.iterator(chunk_size=_AT_ONCE), key=lambda share: share.number)
    next_number, next_shares = next(by_number, (None, iter(())))
    for refresh in Refresh.objects.filter(fleet=fleet).order_by("number").iterator():
        own: list[RefreshShare] = []
        if next_number == refresh.number:
            own = list(next_shares)
            next_number, next_shares = next(by_number, (None, iter(())))
        yield _line(refresh, own, begun.get(refresh.created_at, {}))


def _row(outcome: Outcome) -> tuple[Any, ...]:
    agent, task = outcome.agent, outcome.task
    began_at = None if task is None else task.started_at or task.created_at
    parent = None if task is None else task.parent
    return (
        outcome.task_external_id,
        agent.external_id,
        outcome.finished_at.isoformat(),
        outcome.result,
        outcome.source,
        "" if parent is None else parent.external_id,
        outcome.task_type,
        outcome.level,
        "" if began_at is None else began_at.isoformat(),
        _amount(outcome.cost_usd),
        _amount(outcome.budget_usd),
        _amount(outcome.value_usd),
        "" if outcome.duration_s is None else repr(outcome.duration_s),
        outcome.error_code,
        agent.external_id if outcome.self_report else f"key:{outcome.reporter.prefix}",
        "true" if outcome.verified_by or outcome.verified_quality is not None else "",
        agent.owner_id,
        agent.template,
        agent.model,
        "" if task is None else task.tool,
        outcome.refresh_number,
        agent.pk,
    )


def _line(refresh: Refresh, shares: list[RefreshShare], begun: dict[str, str]) -> dict[str, Any]:
    line = {
        "number": refresh.number,
        "at": refresh.created_at.isoformat(),
        "sources_30d": refresh.sources_30d,
        "classes": refresh.totals,
        "groups": refresh.groups,
        "value_medians": refresh.value_medians,
        "drift_threshold": refresh.drift_threshold,
        "incidents": refresh.incidents,
        "begun": begun,
        "shares": {share.agent.external_id: _share(share) for share in shares},
    }
    # A refresh from before drift was watched has none.
    return {**line, "work": refresh.work} if refresh.work else line


def _share(share: RefreshShare) -> dict[str, Any]:
    plain = {"classes": share.classes, "groups": share.groups}
    return {**plain, "work": share.work} if share.work else plain


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else format(amount, "f")
