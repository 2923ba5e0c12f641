"""What docs/running.md says of events and marks is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard.display.mark_kinds import MarkKind
from dashboard.forms.events import events_read, names_wanted
from dashboard.pages import event_log, marks_card, trend_marks
from governance.events import REGISTRY

ROOT = Path(__file__).resolve().parents[2]
RUNNING = (ROOT / "docs" / "running.md").read_text("utf-8")
SECTION = RUNNING.split("## Events and marks\n", 1)[1].split("\n## ", 1)[0]
CLUSTERS = (ROOT / "static" / "js" / "lib" / "clusters.js").read_text("utf-8")


def in_script(name: str) -> str:
    found = re.search(rf"export const {name} = (\d+);", CLUSTERS)
    assert found is not None
    return found[1]


def test_the_sizes_are_those_of_the_code() -> None:
    assert f"{event_log.PAGE_SIZE} a page" in SECTION
    assert f"The latest {trend_marks.MARKS_MOST:,} of a period" in SECTION
    assert f"the latest {marks_card.LISTED_MOST}, and" in SECTION
    assert f"more than {in_script('ALONE_MOST')} in view" in SECTION
    assert f"{in_script('APART_PX')} px are drawn" in SECTION


def test_every_kind_of_mark_is_named() -> None:
    listed = SECTION.split("Charts of trends carry marks: ", 1)[1].split(";", 1)[0]

    assert set(re.findall(r"`(\w+)`", listed)) == {kind.value for kind in MarkKind}


def test_the_fields_of_the_address_are_those_that_are_read() -> None:
    assert "breaker.tripped" in REGISTRY
    assert "task.started" in names_wanted("task.*")
    form = events_read({"kind": "trip", "name": "task.*", "agent": "a", "from": "2026-03-01"})
    assert form.misread == ()
    for field in ("kind", "name", "agent", "from", "to"):
        assert f"`{field}`" in SECTION
