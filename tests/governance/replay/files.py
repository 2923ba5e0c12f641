"""Small replay files, and what a replay makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from governance.domain.breaker_fold import EnginePolicy
from governance.domain.policy import policy_default
from governance.files.reading import Refused, rows_read
from governance.replay.facts import ComputedFacts
from governance.replay.history import History
from governance.replay.play import Played, history_play
from governance.replay.rows import OUTCOMES, ReplayRow

POLICY = policy_default()
# Thresholds as `tests.factories` gives a fleet, so that both are judged alike.
BREAKER = replace(POLICY.breaker, suspicion_low=6.9, suspicion_high=9.2)
ENGINE = EnginePolicy(trust=POLICY.trust, breaker=BREAKER, drift=POLICY.drift)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HEADER = "task_id,agent,finished_at,result"


def at(**after: float) -> str:
    """Return a time after noon of 2 March 2026, as files write it."""
    return (NOON + timedelta(**after)).isoformat()


def read(path: Path, content: str | bytes) -> list[tuple[int, ReplayRow | Refused]]:
    """Write a file and read it."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(rows_read(path, OUTCOMES, told=lambda _: None))


def row(task_id: str, agent: str = "bot", **columns: Any) -> ReplayRow:
    plain = {
        "task_id": task_id,
        "agent": agent,
        "finished_at": at(),
        "result": "success",
    }
    return msgspec.convert({**plain, **columns}, ReplayRow, strict=False)


def history(*rows: ReplayRow) -> History:
    loaded = History()
    refused = loaded.load(enumerate(rows, 2))
    assert not refused
    return loaded


def work(
    results: str,
    agent: str = "bot",
    *,
    start_h: float = 0.0,
    every_h: float = 1.0,
    **columns: Any,
) -> list[ReplayRow]:
    """Return one row for each letter: ``s``uccess, ``p``artial, ``f``ailure, ``c``ancelled."""
    words = {"s": "success", "p": "partial", "f": "failure", "c": "cancelled"}
    return [
        row(
            f"{agent}-{start_h:g}-{place}",
            agent,
            finished_at=at(hours=start_h + place * every_h),
            result=words[letter],
            **columns,
        )
        for place, letter in enumerate(results)
    ]


def play(*rows: ReplayRow, enforce: bool = False) -> Played:
    loaded = history(*rows)
    return history_play(loaded, ComputedFacts(ENGINE, loaded.traits()), ENGINE, enforce=enforce)


def moves(played: Played, agent: str = "bot") -> list[str]:
    """Return what alarms told of one agent."""
    return [alarm.move for alarm in played.alarms if alarm.agent == agent]
