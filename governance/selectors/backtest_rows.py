"""Outcomes and decisions of a window as steps of its record."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import msgspec
from django.db.models import Max, Min

from governance.backtest.record import (
    DecisionStep,
    LostStep,
    Measured,
    OutcomeStep,
    Recorded,
)
from governance.domain.backtest.answers import Ending
from governance.domain.facts import GateRequest
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.types import (
    BlastLevel,
    Preset,
    Result,
    TaskState,
    TaskType,
    Tier,
    Verdict,
)
from governance.models import Outcome, PolicyVersion
from governance.selectors.backtest_cursor import rows_of
from governance.selectors.backtest_refreshes import Refreshes
from governance.selectors.load import DEFAULT_TIME_LIMIT_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from governance.models import Fleet
    from governance.replay.facts import Kinship
    from governance.selectors.backtest_moves import Moves
    from governance.selectors.backtest_starts import FleetStart

OUTCOMES = """
    SELECT extract(epoch FROM o.received_at)::float8, o.agent_id::text, o.fact,
           extract(epoch FROM o.finished_at)::float8, o.result, o.task_type, o.level, o.source,
           o.self_report, o.verified_by <> '' OR o.verified_quality IS NOT NULL,
           o.cost_usd::float8, o.budget_usd::float8, o.duration_s, o.value_usd::float8,
           o.late, o.is_probe, o.declared_honestly, o.vouched_inside,
           o.refresh_number, o.policy_number, o.expected, o.weight, o.normal,
           o.task_id, extract(epoch FROM COALESCE(t.started_at, t.created_at))::float8,
           CASE WHEN t.observed_level <> '' THEN false WHEN t.heartbeat_at IS NOT NULL THEN true END
    FROM governance_outcome o LEFT JOIN governance_task t ON t.id = o.task_id
    WHERE o.fleet_id = %(fleet)s AND o.received_at >= %(since)s AND o.received_at < %(until)s
    ORDER BY o.received_at, o.fact
"""
DECISIONS = """
    SELECT extract(epoch FROM d.created_at)::float8, d.agent_id, d.id, d.task_id,
           d.verdict, d.would_be, d.tier, d.preset, d.level, (d.limits->>'approvals')::int,
           d.inputs::text, p.number, a.owner_id::text, t.state, t.time_limit_s, o.result
    FROM governance_decision d
    JOIN governance_policyversion p ON p.id = d.policy_id
    JOIN governance_agent a ON a.id = d.agent_id
    JOIN governance_task t ON t.id = d.task_id
    LEFT JOIN governance_outcome o ON o.task_id = d.task_id
    WHERE d.fleet_id = %(fleet)s AND d.moment = 'submit'
      AND d.created_at >= %(since)s AND d.created_at < %(until)s
    ORDER BY d.created_at, d.id
"""
# Words as PostgreSQL gives them: an enum looks its members up ten times as slowly.
_RESULTS = {each.value: each for each in Result}
_TYPES = {each.value: each for each in TaskType}
_LEVELS = {each.value: each for each in BlastLevel}
_TIERS = {each.value: each for each in Tier}
_PRESETS = {each.value: each for each in Preset}
_VERDICTS = {each.value: each for each in Verdict}
_ENDED = {
    Result.SUCCESS.value: Ending.SUCCEEDED,
    Result.PARTIAL.value: Ending.PARTIAL,
    Result.FAILURE.value: Ending.FAILED,
}
_question = msgspec.json.Decoder(GateRequest).decode


def outcome_steps(
    *, fleet: Fleet, since: datetime, until: datetime, start: FleetStart, of: Moves
) -> Iterator[OutcomeStep]:
    """Yield the outcomes of a window by time of receipt.

    Args:
        fleet: whose.
        since: the first moment.
        until: the moment after the last.
        start: its agents.
        of: what outcomes moved.
    """
    within = Outcome.objects.filter(fleet=fleet, received_at__gte=since, received_at__lt=until)
    named = within.aggregate(first=Min("refresh_number"), last=Max("refresh_number"))
    if named["first"] is None:
        return
    numbers = {str(pk): number for pk, number in start.numbers.items()}
    refreshes = Refreshes(fleet, first=named["first"], last=named["last"])
    version = _Versions(fleet).number
    for row in rows_of(OUTCOMES, {"fleet": fleet.pk, "since": since, "until": until}):
        received_s, agent, fact, finished_s, result, task_type, level, source, own, verified = row[
            :10
        ]
        cost, budget, duration, value, late, is_probe, honest, inside = row[10:18]
        refresh, policy, expected, weight, normal, task, began_s, unworded = row[18:]
        number = numbers[agent]
        # Recorded history is folded as received when it finished (`services.reports`).
        folded_s = finished_s if task is None else received_s
        moved = of[number].get(folded_s) if number in of else None
        yield OutcomeStep(
            received_s,
            number,
            fact,
            OutcomeFact(
                finished_s,
                folded_s,
                _RESULTS[result],
                _TYPES[task_type],
                _LEVELS[level],
                source,
                own,
                verified,
                cost,
                budget,
                duration,
                value,
                late,
                str(task) if is_probe else None,
                honest,
                inside,
            ),
            finished_s - (duration or 0.0) if began_s is None else began_s,
            refreshes.basis(refresh, _kin_at(start.kin[number], fact)),
            policy or version(received_s),
            Measured(expected, weight, normal),
            task,
            None if moved is None else moved.supervised,
            None if moved is None else moved.place,
            unworded,
        )


def decision_steps(
    *, fleet: Fleet, since: datetime, until: datetime, numbers: Mapping[UUID, int]
) -> Iterator[DecisionStep | LostStep]:
    """Yield the answers of the gate at submission in a window, by time."""
    for row in rows_of(DECISIONS, {"fleet": fleet.pk, "since": since, "until": until}):
        at_s, agent, decision, task, verdict, would_be, tier, preset, level, approvals = row[:10]
        inputs, policy, owner, state, limit_s, result = row[10:]
        number = numbers[agent]
        try:
            request = _question(inputs)
        except msgspec.MsgspecError as error:
            yield LostStep(at_s, number, decision, f"What it was decided by is unreadable: {error}")
            continue
        yield DecisionStep(
            at_s,
            number,
            decision,
            task,
            owner,
            request,
            Recorded(
                _VERDICTS[verdict],
                _VERDICTS[would_be],
                _TIERS[tier],
                _PRESETS[preset],
                _LEVELS[level],
                approvals,
            ),
            policy,
            _ending(verdict, state, result),
            float(limit_s or DEFAULT_TIME_LIMIT_S),
        )


def _ending(verdict: str, state: str, result: str | None) -> Ending:
    if result is not None:
        return _ENDED.get(result, Ending.NEUTRAL)
    if verdict == Verdict.DENY:
        return Ending.DENIED
    if state == TaskState.PENDING:
        return Ending.WAITING
    if state == TaskState.DENIED or (state == TaskState.EXPIRED and verdict == Verdict.ESCALATE):
        return Ending.REFUSED
    withdrawn = state in {TaskState.CANCELLED.value, TaskState.EXPIRED.value}
    return Ending.WITHDRAWN if withdrawn else Ending.OPEN


def _kin_at(kin: list[tuple[int | None, Kinship]], fact: int) -> Kinship:
    for until, who in kin[:-1]:
        if until is not None and fact <= until:
            return who
    return kin[-1][1]


class _Versions:
    """The versions of a fleet's policy by time, for outcomes that name none."""

    def __init__(self, fleet: Fleet) -> None:
        rows = PolicyVersion.objects.filter(fleet=fleet).order_by("number")
        found = list(rows.values_list("number", "created_at"))
        self._numbers = [number for number, _ in found]
        self._since_s = [at.timestamp() for _, at in found]

    def number(self, at_s: float) -> int:
        """Return the version in force at ``at_s``, the first one before any."""
        return self._numbers[max(0, bisect_right(self._since_s, at_s) - 1)]
