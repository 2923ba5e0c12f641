"""How long a backtest takes: ``python -m tests.bench.backtest``.

Starts embedded PostgreSQL and Valkey in a scratch home, lets 500 agents live 30 days by the live
rules, and copies what that leaves into the tables: outcomes, refreshes with the agents' shares,
breaker moves, and tasks with the gate's answers. Then the real selector and the real engine play
it in this one process under three drafts. Prints seconds, processor seconds and steps of each,
beside a bare read of the same rows, and the peak of memory; returns 0 if each draft is within the
target. Options: ``--outcomes``, ``--agents``, ``--days``, ``--every``: one outcome in so many has
a decision.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from config.embedded import Home, embedded_stack
from tests.bench.backtest_fleet import FleetMade, tables_filled
from tests.bench.load import _django

if TYPE_CHECKING:
    from collections.abc import Iterator

    from governance.domain.policy import Policy
    from governance.models import Fleet

TARGET_S = 120.0


def main() -> int:
    """Make a fleet, play it, and return 0 if each draft is within the target."""
    options = _options(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="cs-backtest-") as folder:
        home = Home(Path(folder) / "home")
        with embedded_stack(home, variables={}) as stack:
            _django(home)
            with (
                _clocked("the fleet lives"),
                psycopg.connect(stack.database_url, autocommit=True) as connection,
            ):
                made = FleetMade(options)
                tables_filled(made, stack.database_url, connection)
            print(f"  {made.counts()}")
            return 0 if max(_played(made)) <= TARGET_S else 1


def _played(made: FleetMade) -> Iterator[float]:
    from governance.domain.types import Approval  # noqa: PLC0415

    base = made.policy
    breaker, trust, table = base.breaker, base.trust, base.approvals
    stricter = replace(table.conservative, medium=Approval.TWO, high=Approval.TWO_WITH_MANAGER)
    drafts = {
        "gate only: approvals": replace(base, approvals=replace(table, conservative=stricter)),
        "engine: breaker": replace(base, breaker=replace(breaker, suspicion_low=5.5)),
        "engine: trust": replace(base, trust=replace(trust, level_high=0.9)),
    }
    yield _bare_read(made)
    for name, draft in drafts.items():
        yield _backtest(made, name, draft)


def _backtest(made: FleetMade, name: str, draft: Policy) -> float:
    from governance.backtest.run import backtest_run  # noqa: PLC0415
    from governance.domain.backtest.tally import BacktestTally  # noqa: PLC0415
    from governance.domain.policy.changes import policy_changes  # noqa: PLC0415
    from governance.selectors.backtest_record import record_open  # noqa: PLC0415

    shares: list[float] = []
    with _clocked(name) as took:
        record = record_open(fleet=_fleet(made), since=_at(made.since_s), until=_at(made.until_s))
        tally = BacktestTally(since_s=record.since_s, until_s=record.until_s)
        backtest_run(record, base=made.policy, draft=draft, tally=tally, told=shares.append)
        report = tally.report(base_number=1, changes=policy_changes(made.policy, draft), tries=1)
    whole, coverage = report.whole, report.coverage
    print(
        f"  {coverage.decisions:,} decisions, {coverage.compared:,} compared, {whole.changed:,}"
        f" changed; {len(shares):,} steps of progress; peak {_peak_mb():,.0f} MB"
    )
    assert coverage.compared == coverage.decisions, coverage.left_out
    return took[0]


def _bare_read(made: FleetMade) -> float:
    from governance.selectors.backtest_cursor import rows_of  # noqa: PLC0415
    from governance.selectors.backtest_refreshes import FLEETS, SHARES  # noqa: PLC0415
    from governance.selectors.backtest_rows import DECISIONS, OUTCOMES  # noqa: PLC0415

    values = {
        "fleet": _fleet(made).pk,
        "since": _at(made.since_s),
        "until": _at(made.until_s),
        "first": 0,
        "last": 10**9,
    }
    rows = 0
    with _clocked("bare read") as took:
        for sql in (OUTCOMES, DECISIONS, FLEETS, SHARES):
            rows += sum(1 for _ in rows_of(sql, values))
    print(f"  {rows:,} rows")
    return took[0]


def _fleet(made: FleetMade) -> Fleet:
    from governance.models import Fleet  # noqa: PLC0415

    return Fleet.objects.get(pk=made.fleet_id)


def _at(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


@contextmanager
def _clocked(name: str) -> Iterator[list[float]]:
    took: list[float] = []
    began, spent = time.perf_counter(), time.process_time()
    yield took
    took.append(time.perf_counter() - began)
    print(f"{name:<24}{took[0]:8.1f} s, {time.process_time() - spent:8.1f} s of processor")


def _options(arguments: list[str]) -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outcomes", type=int, default=1_000_000)
    parser.add_argument("--agents", type=int, default=500)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--every", type=int, default=10)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
