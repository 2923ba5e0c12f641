"""Signs of life: how one sees that what was killed is at work again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redis

from config.children import WEB_PROCESSES
from tests.chaos.victims import Victim, alive

if TYPE_CHECKING:
    from config.embedded.home import Home

SERVES = "Application startup complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What was counted at one moment: by the broker since it started, and in the web logs.

    ``sent`` are tasks that beat has put into queues, ``done`` tasks the worker has acknowledged,
    ``subscribed`` subscriptions of web processes; None without a broker.
    """

    sent: int | None
    done: int | None
    subscribed: int | None
    served: int


def signs(home: Home) -> Signs:
    """Return the signs of life of the stack of ``home`` now."""
    served = sum(_said(path) for path in (home.root / "log").glob("web-*.log"))
    with redis.Redis(unix_socket_path=str(home.valkey_socket), socket_timeout=1.0) as broker:
        try:
            counted = broker.info("commandstats")
        except (OSError, redis.RedisError):
            return Signs(sent=None, done=None, subscribed=None, served=served)
    return Signs(
        sent=_calls(counted, "lpush"),
        done=_calls(counted, "hdel"),
        subscribed=_calls(counted, "subscribe"),
        served=served,
    )


def is_recovered(victim: Victim, home: Home, since: Signs) -> bool:
    """Return whether ``victim`` works again; ``since`` was taken right after its kill."""
    now = signs(home)
    if now.sent is None or now.done is None or not now.subscribed:
        return False
    match victim:
        case Victim.WORKER:
            return now.done > (since.done or 0)
        case Victim.BEAT:
            return now.sent > (since.sent or 0)
        case Victim.WEB:
            return now.served > since.served and len(alive(victim, home)) == WEB_PROCESSES
        case Victim.COURIER | Victim.BACKTESTER:
            # They have nothing to do for as long as nobody asks for anything of theirs.
            return bool(alive(victim, home))
        case Victim.VALKEY:
            # It counts from zero: both of its clients, and a page's process, have found it.
            return now.sent > 0 and now.done > 0


def restarts_said(up_log: Path) -> int:
    """Return how often the supervisor said that it starts something again."""
    return len(re.findall(r" ended with -9; it starts again in ", up_log.read_text()))


def _calls(counted: object, command: str) -> int:
    stats = counted.get(f"cmdstat_{command}") if isinstance(counted, dict) else None
    return int(stats["calls"]) if stats else 0


def _said(path: Path) -> int:
    return path.read_text(errors="replace").count(SERVES)
