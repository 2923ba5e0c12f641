"""What callers are told about backtests and trials of draft policies."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID


class BacktestShown(TypedDict):
    """A backtest: ``values`` of the draft by path beside policy ``base``, window, state, report.

    ``share`` of the work is done, 0 to 1. ``replaced_by`` is the policy that came into force since;
    ``settings_moved`` counts the settings the open draft says otherwise by now, null without one.
    """

    id: UUID
    trial: UUID | None
    base: int
    values: dict[str, Any]
    wanted_since: datetime
    since: datetime
    until: datetime
    state: str
    stage: str
    share: float
    decisions: int
    outcomes: int
    tries: int
    asked_by: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancelled_by: str | None
    error: str | None
    replaced_by: int | None
    settings_moved: int | None
    report: dict[str, Any] | None


class BacktestsShown(TypedDict):
    """The fleet's backtests that are kept, newest first, without their reports."""

    backtests: list[BacktestShown]


class TrialShown(TypedDict):
    """A trial: ``values`` of the draft tried beside policy ``base``, since when, until when.

    ``compared`` is its latest backtest with a report, null before there is one.
    """

    id: UUID
    base: int
    values: dict[str, Any]
    reason: str
    state: str
    started_by: str
    started_at: datetime
    until: datetime
    ended_at: datetime | None
    ended_by: str | None
    end_reason: str | None
    replaced_by: int | None
    settings_moved: int | None
    compared: UUID | None


class TrialsShown(TypedDict):
    """The fleet's trials, newest first."""

    trials: list[TrialShown]
