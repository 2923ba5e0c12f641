"""Every table of records has its files, and docs/running.md lists them all."""

from __future__ import annotations

import re
from pathlib import Path

from django.urls import get_resolver

from tests.dashboard.sheets import ADMIN_TABLES, FLEET_TABLES, MANAGER_TABLES

ROOT = Path(__file__).resolve().parents[2]
RUNNING = (ROOT / "docs" / "running.md").read_text("utf-8")
SECTION = RUNNING.split("## Files of tables\n", 1)[1].split("\n## ", 1)[0]

TEMPLATES = ROOT / "templates"
LINKS = ("components/files.html", "files_of")
# Tables without files of their own, and why.
WITHOUT = {
    "agent/trust.html": "how one score is made up: no records",
    "agent/limits.html": "the limits of one agent: no records",
    "api/problems.html": "the reference of the API, which is a document",
    "api/call.html": "the reference of the API, which is a document",
    "tools/pending.html": "one description, line by line; the file of tools has it",
    "ticket/decisions.html": "an extract of the log of decisions, which is a file",
    "ticket/agent.html": "how one score is made up: no records",
    "ticket/blast.html": "how one level is made up: no records",
    "ticket/arguments.html": "the arguments of one task; the API has them exactly",
    "retention/run.html": "sums of what would go; its archive has every row",
    "evidence/group.html": "figures beside a claim; the file of the page has all of them",
    "policy/grid.html": "fields to choose in; the API and the command have the policy whole",
    "policies/back.html": "what a roll-back would change, line by line",
    "backtest/groups.html": "sums of decisions, by level and by owner: no records",
    "policies/index.html": "what each version of the policy changed, line by line",
    "trends/agent_body.html": "figures of two agents: no records; their chart saves its table",
    "events/page.html": "the fields of one event; the file of events has them",
    "fleet/row_piece.html": "one row, for the script of the list",
    "shadow/counts.html": "sums of the tasks of shadow, each of which is in their file",
    "rights/index.html": "what one person may do at one moment; the API has it",
    "people/rights.html": "the table of permissions, which is code: no records",
    "decided/unstarted_table.html": "its page has them once for both tables",
}
# Lists that show records and are no tables.
LISTS = (
    "cascade/list.html",
    "cascade/body.html",
    "incident/list.html",
    "collusion/list.html",
    "collusion/teams_list.html",
    "rules/list.html",
    "retention/body.html",
    "integrity/body.html",
    "webhooks/list.html",
    "keys/list.html",
    "webhooks/body.html",
    "overview/body.html",
    "agent/audits.html",
    "decided/unstarted.html",
)


def test_every_table_has_its_files_or_a_reason() -> None:
    tables = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if "<table" in path.read_text("utf-8")
    }

    linked = {name for name in (*tables, *LISTS) if has_links(name)}

    assert tables - linked == set(WITHOUT)
    assert set(LISTS) <= linked


def has_links(name: str) -> bool:
    text = (TEMPLATES / name).read_text("utf-8")
    return any(link in text for link in LINKS)


def test_every_file_of_the_routes_is_among_those_that_are_tested() -> None:
    routes = {
        re.sub(r"<\w+:(\w+)_id>", r"{\1}", str(each.pattern))
        for each in get_resolver("dashboard.urls").url_patterns
        if str(each.pattern).endswith(".csv")
    }

    assert routes == {
        "queue/decided.csv",
        "queue/unstarted.csv",
        *(
            f"f/<slug:fleet>/{table}.csv"
            for table in (*FLEET_TABLES, *MANAGER_TABLES, *ADMIN_TABLES)
        ),
    }


def test_every_file_of_a_table_is_documented() -> None:
    documented = re.findall(r"`/f/FLEET/([^`]+)\.csv`", SECTION)

    assert sorted(documented) == sorted((*FLEET_TABLES, *MANAGER_TABLES, *ADMIN_TABLES))
