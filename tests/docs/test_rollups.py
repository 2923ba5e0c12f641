"""What docs/architecture.md says of roll-ups is what the code does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from governance.domain.rollup import CELLS_KEPT, KEPT, BucketSize
from governance.services.auditor import LEDGER_LATE
from governance.services.rollup_cells import ASKED_AGAIN
from governance.services.rollup_outcomes import OUTCOMES_AT_ONCE
from governance.services.rollups import BATCHES_AT_ONCE
from tests.bench.load import options_read

ROOT = Path(__file__).resolve().parents[2]
TEXT = " ".join((ROOT / "docs" / "architecture.md").read_text("utf-8").split())


def test_the_sizes_of_batches_are_the_codes() -> None:
    assert "in batches of 10,000 outcomes, at most 50 in a row" in TEXT
    assert (OUTCOMES_AT_ONCE, BATCHES_AT_ONCE) == (10_000, 50)


def test_the_buckets_are_kept_as_long_as_the_code_keeps_them() -> None:
    assert "buckets of 5 min, an hour and a day, kept 3, 32 and 400 days" in TEXT
    assert "of the matrix into hours, kept 400 days" in TEXT
    assert [KEPT[size].days for size in BucketSize] == [3, 32, 400]
    assert CELLS_KEPT.days == 400


def test_the_waits_are_the_codes() -> None:
    assert "counted again in whole hours, from 15 min before the last time" in TEXT
    assert timedelta(minutes=15) == ASKED_AGAIN
    assert "outcomes that wait for 120 s the auditor rolls up" in TEXT
    assert timedelta(seconds=120) == LEDGER_LATE


def test_the_bench_loads_what_the_documentation_says() -> None:
    said = " ".join((ROOT / "CONTRIBUTING.md").read_text("utf-8").split())
    given = options_read([])

    assert "copies 90 days of 1,000 agents into an embedded database" in said
    assert "5,000,000 outcomes and 2,000,000 interactions" in said
    assert (given.days, given.agents) == (90, 1_000)
    assert (given.outcomes, given.interactions) == (5_000_000, 2_000_000)
    assert options_read(["--home", "kept", "--pages"]).pages
