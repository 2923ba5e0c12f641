"""docs/health.md lists every part with the threshold that it is judged by."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard.selectors.health import OF_BROKER, READERS
from governance.domain.health import AWAY_AFTER_S, LATE_AFTER_S
from governance.domain.health_words import ABOUT
from governance.selectors.health import CONNECTIONS_SHORT_SHARE

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
