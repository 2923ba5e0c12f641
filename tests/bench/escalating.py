"""How late each level is called: ``python -m tests.bench.escalating``.

Starts embedded PostgreSQL and Valkey in a scratch home, lets the demo fleet's agent ask the gate
once, copies that ticket, and runs the sweeper's step every 2 s, as beat does, while the second
level of all of them falls due: all at one moment, then spread over 20 s. Options: ``--tickets N``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psycopg

from config.embedded import Home, embedded_stack
from tests.bench.waiting import _copies, _prepared

TARGET_S, SWEEP_S, AHEAD_S = 5.0, 2.0, 3.0
# Deadlines are such that half of the time is over at the moment wanted.
DUE = """
UPDATE escalations_ticket SET
    opened_at = now() - interval '10 min', escalation_level = 1, escalated_at = NULL,
    decide_by = now() + interval '10 min'
        + 2 * make_interval(secs => %(ahead)s + %(spread)s * random()),
    escalated_to = '{}', escalation_reason = ''
WHERE number > 1;
"""
NEXT = """
UPDATE escalations_ticket SET escalate_at = opened_at + (decide_by - opened_at) * 0.5
WHERE number > 1
"""
LATE = """
SELECT extract(epoch FROM escalated_at - (opened_at + (decide_by - opened_at) * 0.5))
FROM escalations_ticket WHERE number > 1 AND escalation_level = 2
"""


class Called(NamedTuple):
    """How late each escalation was, in seconds, and how long the longest sweep took."""

    name: str
    late_s: list[float]
    sweep_s: float


def main() -> int:
    """Measure, print, and return 0 if no escalation was later than the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000)
    tickets = parser.parse_args().tickets
    with tempfile.TemporaryDirectory(prefix="cs-escalating-") as folder:
        home = Home(Path(folder) / "home")
        with embedded_stack(home, variables={}) as stack:
            _prepared(home)
            _copies(stack.database_url, 1, tickets)
            called = [
                _called(stack.database_url, name, spread, tickets)
                for name, spread in (("at one moment", 0.0), ("over 20 s", 20.0))
            ]
    return _print(called, tickets)


def _called(database_url: str, name: str, spread: float, tickets: int) -> Called:
    from escalations.services.escalating import tickets_escalate_due  # noqa: PLC0415

    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(DUE, {"ahead": AHEAD_S, "spread": spread})
        connection.execute(NEXT)
        moved, longest, begun = 0, 0.0, time.monotonic()
        while moved < tickets and time.monotonic() - begun < AHEAD_S + spread + 60:
            started = time.monotonic()
            moved += tickets_escalate_due()
            took = time.monotonic() - started
            longest = max(longest, took)
            time.sleep(max(0.0, SWEEP_S - took))
        late = [float(row[0]) for row in connection.execute(LATE)]
    return Called(name, sorted(late), longest)


def _print(called: list[Called], tickets: int) -> int:
    print(f"{tickets} pending tickets; target: no escalation later than {TARGET_S:g} s")
    print(f"{'due':<16}{'escalated':>10}{'median s':>10}{'p99 s':>8}{'worst s':>9}{'sweep s':>9}")
    for name, late, sweep in called:
        median, p99 = late[len(late) // 2], late[int(len(late) * 0.99)]
        print(f"{name:<16}{len(late):>10}{median:>10.2f}{p99:>8.2f}{late[-1]:>9.2f}{sweep:>9.2f}")
    is_met = all(len(late) == tickets and late[-1] <= TARGET_S for _, late, _ in called)
    print("met" if is_met else "NOT met")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
