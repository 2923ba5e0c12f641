"""What each part of an installation is, what it means when it fails, and what to do then.

The order is that of the page. Commands stand in back-ticks; under `manage.py up` the supervisor
starts what died by itself, so they are those of `docker compose`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class About:
    """The name of a part; what its failure means for agents and reviewers; what to do then."""

    name: str
    means: str
    advice: str


_SUPERVISED = (
    " Under `manage.py up` it is started again by itself: look into {log} in its log folder."
)
_WORKER = (
    "Look with `docker compose logs worker`, start it with `docker compose up -d worker`."
    + _SUPERVISED.format(log="worker.log")
)
_COURIER = (
    "Look with `docker compose logs courier`, start it with `docker compose up -d courier`."
    + _SUPERVISED.format(log="courier.log")
)
_BACKTESTER = (
    "Look with `docker compose logs backtester`, start it with `docker compose up -d backtester`."
    + _SUPERVISED.format(log="backtester.log")
)
_BEAT_OR_WORKER = (
    "Look at beat and at the queue sweep in this list, then `docker compose restart beat worker`."
)

ABOUT: Mapping[str, About] = {
    "database": About(
        "Database",
        "Nothing is decided: agents are told 503 and ask again, people cannot record a decision.",
        "Start it with `docker compose up -d postgres`; a full pool needs a smaller"
        " DATABASE_POOL_MAX or a larger max_connections.",
    ),
    "migrations": About(
        "Migrations",
        "The tables are not those of this release: calls and pages may fail.",
        "Bring them up to date with `python manage.py migrate`, then restart every process.",
    ),
    "clock": About(
        "Clocks",
        "Deadlines hold, because they go by the database's clock. Times in logs, sessions and"
        " signed webhooks go by this machine's and are off by as much.",
        "Set both machines by NTP: `timedatectl set-ntp true`, then `timedatectl status`.",
    ),
    "broker": About(
        "Broker",
        "The gate and decisions work. Pages poll every 10 s, nothing periodic runs, nobody is"
        " notified; what is due waits in its table.",
        "Start it with `docker compose up -d valkey`; nothing in it needs to be restored.",
    ),
    "beat": About(
        "Beat",
        "Nothing periodic is asked for: overdue tickets are shown late, freezes do not end,"
        " trust is not refreshed. Deadlines hold at every read and start.",
        "Start it, once and only once, with `docker compose up -d beat`."
        + _SUPERVISED.format(log="beat.log"),
    ),
    "queue-gate": About(
        "Queue gate",
        "Trust is judged by older refresh facts, so verdicts lag behind what agents did.",
        _WORKER,
    ),
    "queue-sweep": About(
        "Queue sweep",
        "Overdue tickets, ends of freezes and unsent events wait. Deadlines hold all the same.",
        _WORKER,
    ),
    "queue-scan": About(
        "Queue scan",
        "Scans for collusion, ledger and roll-ups wait: figures of months and findings are older.",
        _WORKER,
    ),
    "queue-notify": About(
        "Queue notify",
        "Reviewers are not called by mail or chat, and webhooks are not sent.",
        _COURIER,
    ),
    "queue-backtest": About(
        "Queue backtest",
        "Backtests and trials of policies wait; agents and reviewers notice nothing.",
        _BACKTESTER,
    ),
    "sweeper": About(
        "Sweeper",
        "Tickets past their deadline still look open. None of them can be approved or started.",
        _BEAT_OR_WORKER,
    ),
    "relay": About(
        "Relay of events",
        "Open pages and waiting agents hear late of what happened; pages that poll see it.",
        "Look at broker, beat and the queue sweep in this list; the relay pushes what waits.",
    ),
    "rollups": About(
        "Roll-ups",
        "Trends, matrix and service levels are older than they look. The gate does not read them.",
        "Look at the queue scan in this list, then `docker compose logs worker`.",
    ),
    "scans": About(
        "Scans for collusion",
        "Rings are found late. What was found before still acts.",
        "Start one on the fleet's page Collusion; the reason of the last failure stands there too.",
    ),
    "sockets": About(
        "Live pages",
        "Pages learn of news by asking every 10 s.",
        "Look at the broker in this list, then `docker compose logs live`.",
    ),
    "notices": About(
        "Notifications",
        "Reviewers are not told of tickets that wait, so more of them expire.",
        _COURIER,
    ),
    "webhooks": About(
        "Webhooks",
        "Receivers hear late of what happened. Each event waits in its row, in order.",
        _COURIER,
    ),
    "watch": About(
        "Watch from outside",
        "Nobody outside would notice if everything here stopped.",
        "Ask whoever runs the switch behind WATCH_URL; look with `docker compose logs courier`.",
    ),
    "seals": About(
        "Seals",
        "Decisions and outcomes since then could be changed in the database without a trace.",
        "Look at beat and queue gate in this list, then `python manage.py verify_log`. Where the"
        " key that sealed is lost for good: `python manage.py give_up_seal_key`.",
    ),
    "log-check": About(
        "Check of the log",
        "A change in the database since the last check would not be noticed.",
        "Look at beat and the queue scan in this list, then press Verify on the fleet's page"
        " Integrity.",
    ),
    "backup": About(
        "Back-up",
        "If the database were lost now, everything since the last back-up would be.",
        "Make one with `python manage.py backup`.",
    ),
    "errors": About(
        "Errors of the last hour",
        "Something failed that nobody expected; agents and people may have been told 500.",
        "Look for ERROR with `docker compose logs --since 1h`, or in the log folder of"
        " `manage.py up`.",
    ),
}

# What differs in one state: by the key of the part and the value of the state.
ABOUT_STATE: Mapping[tuple[str, str], About] = {
    ("watch", "off"): About(
        ABOUT["watch"].name,
        "If everything here stopped, nobody would be told.",
        "To be told, put the address of a dead man's switch into WATCH_URL.",
    ),
    ("webhooks", "off"): About(
        ABOUT["webhooks"].name,
        "No other system hears by itself of what happens here.",
        "To have one told, add a receiver on the fleet's page Webhooks.",
    ),
    ("log-check", "fault"): About(
        ABOUT["log-check"].name,
        "Somebody changed, removed or added rows in the database, past this product. Do not rely on"
        " what the log says of these rows until you know who it was and why.",
        "Change nothing yet and keep a copy of the database. The fleet's page Integrity names the"
        " rows; `python manage.py verify_log FLEET --all` prints every one, to be compared with"
        " the last back-up. This stands here until a later check finds nothing.",
    ),
    ("log-check", "not_yet"): About(
        ABOUT["log-check"].name,
        "The product has not yet finished a check for rows changed in the database.",
        "The first one runs by itself at 05:10 UTC; Verify on the fleet's page Integrity runs one"
        " now. What `verify_log` finds in a terminal is told there alone.",
    ),
    ("backup", "not_yet"): About(
        ABOUT["backup"].name,
        "If the database were lost now, everything would be.",
        ABOUT["backup"].advice,
    ),
}
