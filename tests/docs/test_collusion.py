"""What the documents say of collusion is what the code does."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from governance.domain.policy.collusion import CollusionPolicy
from governance.management.commands.scan_collusion import Command
from governance.scanning.rows import INTERACTIONS, RATINGS
from governance.services.collusion_scans import LOST, NOT_TAKEN_UP
from governance.services.teams import MEMBERS_LEAST, MEMBERS_MOST

ROOT = Path(__file__).resolve().parents[2]
RUNNING = (ROOT / "docs" / "running.md").read_text("utf-8")
ARCHITECTURE = " ".join((ROOT / "docs" / "architecture.md").read_text("utf-8").split())


def _section() -> str:
    return RUNNING.split("## Scanning for collusion\n", 1)[1].split("\n## ", 1)[0]


def test_every_column_of_a_scan_is_documented() -> None:
    columns = set(re.findall(r"`([a-z_]+)`", _section().split("| option |")[0]))

    assert columns - {"scan_collusion", "python"} == set(INTERACTIONS.columns)


def test_every_option_of_a_scan_is_documented() -> None:
    parser = Command().create_parser("manage.py", "scan_collusion")
    ours = {"--json", "--ratings", "--policy"}

    assert ours <= {option for action in parser._actions for option in action.option_strings}
    assert set(re.findall(r"^\| `(--[a-z]+) ", _section(), flags=re.MULTILINE)) == ours


def test_the_columns_of_ratings_are_documented() -> None:
    assert all(f"`{column}`" in _section() for column in RATINGS.columns)


def test_the_numbers_of_the_policy_are_those_of_the_document() -> None:
    policy = CollusionPolicy()

    assert f"{policy.window_days} days or, where agents have fewer than" in ARCHITECTURE
    assert f"fewer than {policy.quiet_interactions} interactions each, {policy.quiet_days};" in (
        ARCHITECTURE
    )
    assert f"the whole window each {policy.full_every_h} h" in ARCHITECTURE
    assert f"the newest {policy.most_interactions:,} interactions at most" in ARCHITECTURE
    assert "silent for 2 min has lost its worker, one that no worker took up is given 15" in (
        ARCHITECTURE
    )
    assert timedelta(minutes=2) == LOST
    assert timedelta(minutes=15) == NOT_TAKEN_UP
    assert f"tier low for {policy.penal_days} days, half of the budget" in ARCHITECTURE
    assert policy.penal_budget_share == 0.5
    assert f"has the next {policy.verify_jobs} jobs between two agents checked" in ARCHITECTURE
    assert f"or after {policy.verify_days} days without them" in ARCHITECTURE
    assert f"a declared team for {policy.team_days} days" in ARCHITECTURE
    assert f"{MEMBERS_LEAST} to {MEMBERS_MOST} agents, the workflow" in ARCHITECTURE
