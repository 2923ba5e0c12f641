"""What callers of the calls about backtests and trials send."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from governance.domain.backtest.jobs import LONGEST_DAYS
from governance.domain.backtest.trials import DAYS, DAYS_LEAST, DAYS_MOST
from governance.services.schemas import Body, Moment, Reason


class BacktestBody(Body):
    """``POST fleet/backtests``: the last ``days``, or from ``since`` to ``until``."""

    days: Annotated[int, Meta(ge=1, le=LONGEST_DAYS)] | None = None
    since: Moment | None = None
    until: Moment | None = None


class TrialBody(Body):
    """``POST fleet/trials``: how long the open draft is tried, and why."""

    reason: Reason
    days: Annotated[int, Meta(ge=DAYS_LEAST, le=DAYS_MOST)] = DAYS
