"""A fleet with a history and a draft that changes one setting."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from governance.domain.policy.paths import plain_at
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_in_force
from governance.services.backtests import backtest_ask
from governance.services.policy_drafts import draft_change

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.models import Backtest, Fleet, PolicyDraft
    from tests.governance.services.orchestrator import Orchestrator

PATH, VALUE, OTHER = "breaker.suspicion_low", 5.5, 6.0


def drafted(
    fleet: Fleet, user: User, value: object = VALUE, *, path: str = PATH, seen: object = None
) -> PolicyDraft:
    """Return the fleet's draft once ``user`` put ``value`` in it."""
    in_force = plain_at(policy_in_force(fleet=fleet)[1], path)
    before = in_force if seen is None else seen
    return draft_change(fleet=fleet, user=user, values={path: value}, seen={path: before})


def lived(shop: Orchestrator, *, tasks: int = 3) -> None:
    """Let the shop's agent ask for and report some tasks that run at once."""
    for _ in range(tasks):
        shop.work()


def asked(fleet: Fleet, user: User, *, days: int = 14) -> Backtest:
    """Return a backtest of the draft over the last days."""
    now = clock_now()
    return backtest_ask(fleet=fleet, user=user, since=now - timedelta(days=days))
