from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from tests.bench.load_rows import OUTCOME, Past, day_lines, interaction_blocks, outcome_blocks
from tests.clock import NOON

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def past() -> Past:
    """Six agents over four days."""
    return Past(
        fleet=UUID(int=1),
        key=UUID(int=2),
        agents=[UUID(int=number) for number in range(11, 17)],
        days=4,
        until=NOON,
        rng=np.random.default_rng(7),
    )


def column(lines: list[str], name: str) -> list[str]:
    return [line.split("\t")[OUTCOME.index(name)] for line in lines]


def test_outcomes_arrive_in_order_and_each_agents_facts_have_no_gap(past: Past) -> None:
    lines = [line for block in outcome_blocks(past, 1_000) for line in block]

    assert len(lines) == 1_000
    times = [datetime.fromisoformat(at) for at in column(lines, "finished_at")]
    assert times == sorted(times)
    assert NOON - timedelta(days=4) <= times[0].astimezone(UTC) <= times[-1] <= NOON
    first = str(past.agents[0])
    facts = [
        int(fact)
        for fact, agent in zip(column(lines, "fact"), column(lines, "agent_id"), strict=True)
        if agent == first
    ]
    assert facts == list(range(1, past.facts[0] + 1))
    assert len(set(column(lines, "id"))) == 1_000


def test_as_many_interactions_and_days_are_made_as_asked_for(past: Past) -> None:
    assert sum(len(block) for block in interaction_blocks(past, 250)) == 250
    assert sum(len(block) for block in day_lines(past)) == 6 * 4


def test_a_small_fleet_is_loaded_rolled_up_and_every_page_asked() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load", "--agents", "20", "--days", "4",
         "--outcomes", "6000", "--interactions", "3000", "--rounds", "2"],
        cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    # How long pages take is measured with care elsewhere; here that each answers.
    assert done.returncode in (0, 1), done.stderr[-2000:]
    assert "6,000 rows" in done.stdout
    assert "3,000 rows" in done.stdout
    assert "/f/shop/overview/" in done.stdout
    assert "/f/shop/service/?range=90d" in done.stdout
    assert "targets: 1000 ms at p95, 1,500 points a trace; " in done.stdout
