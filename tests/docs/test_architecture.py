"""What docs/architecture.md says in numbers is what the code does."""

from __future__ import annotations

from pathlib import Path

from dashboard.pages.ties import DRAWN_MOST
from governance.domain.plain_rules import KEPT
from governance.domain.policy import policy_default
from governance.domain.types import Tier
from governance.services.ledger import BATCHES_AT_ONCE, SOURCES_AT_ONCE
from governance.services.nightly import FACTS_A_SHARD, SNAPSHOT_EVERY
from tests.governance.backtest.test_feedback import MISSES_MOST, SEEDS, TIGHTENING

ROOT = Path(__file__).resolve().parents[2]
# One line, so that a sentence is found wherever its lines break.
TEXT = " ".join((ROOT / "docs" / "architecture.md").read_text("utf-8").split())


def test_the_worlds_that_hold_a_backtests_bounds_are_the_tests() -> None:
    assert "in 20 worlds for each of two drafts, and allows one miss each" in TEXT
    assert (len(SEEDS), len(TIGHTENING), MISSES_MOST) == (20, 2, 1)


def test_the_limits_on_audits_are_the_policys() -> None:
    policy = policy_default()

    assert "At most 25 audits wait and 100 are put before people a day" in TEXT
    assert (policy.audits.open_most, policy.audits.day_most) == (25, 100)
    assert "three times that while a drift alarm" in TEXT
    assert policy.drift.audit_factor == 3.0


def test_the_sizes_of_graphs_are_the_codes() -> None:
    assert f"at most {DRAWN_MOST} agents and {DRAWN_MOST} pairs are drawn" in TEXT


def test_the_sizes_of_nightly_work_are_the_codes() -> None:
    assert "States are kept every 500 facts" in TEXT
    assert "shards of about 50,000 facts" in TEXT
    assert (SNAPSHOT_EVERY, FACTS_A_SHARD) == (500, 50_000)


def test_the_sizes_of_the_ledgers_batches_are_the_codes() -> None:
    assert "in batches of 1,000 outcomes and 1,000 interactions" in TEXT
    assert "at most ten in a row" in TEXT
    assert (SOURCES_AT_ONCE, BATCHES_AT_ONCE) == (1_000, 10)


def test_the_thresholds_of_the_breaker_are_the_policys() -> None:
    breaker = policy_default().breaker

    assert "freezes at 8 log odds, 3,000 to 1, in every tier" in TEXT
    assert {breaker.threshold(tier) for tier in Tier} == {8.0}
    assert "Detectors freeze at most 30 % of the fleet" in TEXT
    assert breaker.frozen_share_cap == 0.3
    assert "Where 20 % are frozen within 5 minutes, two agents at least" in TEXT
    assert (breaker.alarm_share, breaker.alarm_window_min, breaker.alarm_agents) == (0.2, 5.0, 2)
    assert "the last 50 outcomes as bits" in TEXT
    assert KEPT == 50
