"""docs/health.md lists every part with the threshold that it is judged by."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from config.measured import request_measured
from dashboard.selectors.health import OF_BROKER, READERS
from governance.domain.health import AWAY_AFTER_S, LATE_AFTER_S
from governance.domain.health_words import ABOUT
from governance.selectors.health import CONNECTIONS_SHORT_SHARE
from governance.services.counted import counted_add, decided_counted, told_counted
from governance.services.fleets import fleet_create, user_create
from tests.signs import everybody_there

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "health.md").read_text("utf-8")
PARTS = TEXT.split("| part | what is read | late after |\n| --- | --- | --- |\n", 1)[1]


def test_every_part_is_documented_in_its_order_with_its_threshold() -> None:
    table = PARTS.split("\n\n", 1)[0]
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in table.splitlines()]
    read = {*READERS, "broker", *OF_BROKER}

    told = {name: late for name, _, late in rows}
    assert list(told) == [about.name for key, about in ABOUT.items() if key in read]
    for key in read:
        late_after_s = LATE_AFTER_S.get(key)
        assert told[ABOUT[key].name] == ("" if late_after_s is None else f"{late_after_s:.0f} s")


def test_the_other_figures_are_those_of_the_code() -> None:
    assert f"was not heard for {AWAY_AFTER_S:.0f} s is away" in TEXT
    assert f"short of them above {CONNECTIONS_SHORT_SHARE:.0%}".replace("%", " %") in TEXT
    every_ms = re.search(
        r"TAKE_EVERY_MS = ([\d_]+)", (ROOT / "static/js/pages/health.js").read_text()
    )
    assert every_ms is not None
    assert f"it reads itself again every {int(every_ms.group(1)) // 1000} s" in TEXT


METRIC = re.compile(r"^\| `(countersign_\w+)` \|([^|]*)\|", flags=re.MULTILINE)


@pytest.fixture
def scraped(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a scrape says of an installation in which everything has happened once."""
    monkeypatch.setattr(settings, "METRICS_TOKEN", "m" * 16)
    everybody_there()
    admin = user_create(username="ada", first_name="A", last_name="D", password="a long password 1")
    fleet_create(slug="shop", name="Shop", admin=admin)
    told_counted("mail", taken=True)
    counted_add({**decided_counted(45.0), "tickets_ended|how=expired": 1})
    facts = {"verdict": "deny", "denied_for": "breaker_open"}
    request_measured(method="POST", route="tasks", status=201, took_s=0.01, facts=facts)
    answer = Client().get("/metrics", headers={"Authorization": "Bearer " + "m" * 16})
    return answer.content.decode()


def test_every_metric_is_documented_with_its_labels_and_exists(scraped: str) -> None:
    found: dict[str, set[str]] = {}
    for name, labels in re.findall(
        r"^(countersign_\w+?)(?:\{(.*)\})? ", scraped, flags=re.MULTILINE
    ):
        if not name.endswith("_created"):
            family = re.sub(r"_(bucket|sum|count)$", "", name)
            named = set(re.findall(r"(\w+)=", labels)) - {"le"}
            found[family] = found.get(family, set()) | named

    told = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in METRIC.findall(TEXT)}
    assert told == found


def test_the_rules_name_metrics_that_exist() -> None:
    told = {name for name, _ in METRIC.findall(TEXT)}
    rules = TEXT.split("```yaml\n", 1)[1].split("```", 1)[0]
    used = {
        re.sub(r"_(bucket|sum|count)$", "", name)
        for line in re.findall(r"expr: (.*)", rules)
        for name in re.findall(r"countersign_\w+", line)
    }

    assert used
    assert used <= told
