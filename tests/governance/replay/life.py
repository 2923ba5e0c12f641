"""A small fleet that lives through freezes, probation and drift, told over HTTP in its own time."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from governance.models import Standing
from governance.services.probation import breakers_sweep
from governance.services.refresh import fleet_refresh
from tests.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tests.clock import Clock
    from tests.governance.api.http import Api

SWEEP_S, REFRESH_S, NEVER = 2.0, 30.0, math.inf
STEADY = [f"steady-{n}" for n in range(4)]
CRASHING = [f"crash-{n}" for n in range(3)]
AGENTS = [*STEADY, *CRASHING]
CRASH_H, SILENT_H, HOURS = 20, 30, 52


def life() -> list[dict[str, Any]]:
    """Return seven agents' outcomes over two days, in the order of time.

    Three of them fail together after 20 hours: two are frozen, one is supervised. The first goes
    on failing whenever it may work, the second falls silent for longer than probation waits.
    """
    draw = random.Random(7)
    told = []
    for minute in range(0, HOURS * 60, 45):
        for agent in AGENTS:
            after = minute >= CRASH_H * 60
            if agent == "crash-1" and CRASH_H * 60 <= minute < (CRASH_H + SILENT_H) * 60:
                continue
            fails = 0.8 if agent == "crash-0" and after else 0.03
            told.append((minute * 60 + draw.randrange(1, 2500), agent, draw.random() < fails))
    for second in range(0, 1200, 100):
        crash = [(CRASH_H * 3600 + second + draw.randrange(100), agent) for agent in CRASHING]
        told += [(at, agent, draw.random() < 0.9) for at, agent in crash]
    told.sort()
    return [
        {
            "task_id": f"t-{place}",
            "agent": agent,
            "finished_at": (NOON + timedelta(seconds=second)).isoformat(),
            "result": "failure" if failed else draw.choice(["success"] * 30 + ["partial"]),
            "requested_by": f"person:{draw.randrange(5)}",
            "task_type": draw.choice(["stateless", "pipeline"]),
            "level": draw.choice(["LOW", "MEDIUM"]),
            "cost_usd": f"{draw.lognormvariate(-1.0, 0.2):.6f}",
            "budget_usd": "1",
            "value_usd": f"{draw.lognormvariate(2.0, 0.5):.2f}",
            "duration_s": round(draw.lognormvariate(1.0, 0.3), 3),
        }
        for place, (second, agent, failed) in enumerate(told)
    ]


class Told:
    """Tells a fleet its life: each outcome when it finished, refresh and sweeper at their beats."""

    def __init__(self, api: Api, clock: Clock, fleet_id: UUID) -> None:
        self.api, self.clock, self.fleet_id = api, clock, fleet_id
        self.refresh_s = self.sweep_s = NEVER

    def tell(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            finished_s = datetime.fromisoformat(row["finished_at"]).timestamp()
            self._advance(finished_s)
            self._to(finished_s)
            answer = self.api.post("outcomes", {"items": [row]}).json()
            assert answer["stored"] == 1, answer
            self.refresh_s = min(self.refresh_s, (finished_s // REFRESH_S + 1) * REFRESH_S)
            self.sweep_s = min(self._sweeps_due(finished_s), default=NEVER)

    def _advance(self, until_s: float) -> None:
        while (next_s := min(self.refresh_s, self.sweep_s)) <= until_s:
            self._to(next_s)
            if self.refresh_s == next_s:
                assert fleet_refresh(fleet_id=self.fleet_id)
                self.refresh_s = NEVER
            else:
                breakers_sweep()
                self.sweep_s = min(self._sweeps_due(next_s), default=NEVER)

    def _sweeps_due(self, now_s: float) -> Iterator[float]:
        standings = Standing.objects.exclude(breaker_state="CLOSED", hold="none")
        for each in standings.filter(awaits_release=False):
            if each.hold == "SUPERVISED":
                yield _beat(now_s + SWEEP_S / 2.0)
            elif each.hold == "none" and each.frozen_until and each.breaker_state == "OPEN":
                yield _beat(each.frozen_until.timestamp())
            elif each.half_open_since:
                yield _beat((each.half_open_since + timedelta(hours=24)).timestamp())

    def _to(self, at_s: float) -> None:
        self.clock.now = datetime.fromtimestamp(at_s, UTC)


def _beat(at_s: float) -> float:
    return math.ceil(at_s / SWEEP_S) * SWEEP_S
