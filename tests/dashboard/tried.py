"""A draft of the shop's policy, and what was tried with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from governance.domain.backtest.jobs import Window
from governance.selectors.clock import clock_now
from governance.services.backtest_running import backtest_carry_out
from governance.services.backtests import backtest_store, draft_tried
from governance.services.trials import trial_start
from tests.governance.services.trying import drafted

if TYPE_CHECKING:
    from governance.models import Backtest, PolicyTrial
    from tests.dashboard.people import People


def waiting_new(people: People) -> Backtest:
    """Return a backtest of the last week that waits for its worker."""
    now = clock_now()
    base, body, values = draft_tried(people.fleet)
    return backtest_store(
        fleet=people.fleet,
        base=base,
        body=body,
        values=values,
        window=Window(now - timedelta(days=7), now, now - timedelta(days=14)),
        actor="adam",
        now=now,
    )


def backtest_new(people: People) -> Backtest:
    """Return one that is done."""
    drafted(people.fleet, people.adam)
    return backtest_carry_out(backtest_id=waiting_new(people).pk)


def trial_new(people: People) -> PolicyTrial:
    """Return a trial of the open draft that has just begun."""
    return trial_start(fleet=people.fleet, user=people.adam, days=7, reason="See the summer.")
