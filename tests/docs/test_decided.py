"""What docs/running.md says of the log of decisions and its files is what they are."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from dashboard.forms.decided import decided_read
from dashboard.pages.unstarted import LAPSED_SHOWN
from escalations.domain.aftermath import Aftermath
from escalations.selectors.ended import EVERYTHING
from escalations.selectors.ended_records import FIELDS
from governance.domain.policy.pace import PacePolicy
from governance.selectors.grants import UNUSED_SHOWN

ROOT = Path(__file__).resolve().parents[2]
RUNNING = (ROOT / "docs" / "running.md").read_text("utf-8")
SECTION = RUNNING.split("## The log of decisions\n", 1)[1].split("\n## ", 1)[0]


def _first_column(heading: str) -> list[str]:
    table = SECTION.split(heading, 1)[1].split("\n\n", 1)[0]
    firsts = re.findall(r"^\| (`[^|]+) \|", table, flags=re.MULTILINE)
    return re.findall(r"`([a-z_]+)`", " ".join(firsts))


def test_the_fields_of_a_file_are_documented_in_their_order() -> None:
    assert tuple(_first_column("| field | holds |\n")) == FIELDS


def test_every_parameter_narrows_as_documented() -> None:
    cell = ["pipeline", "low"]
    values = ["approved", "task", "LOW", *cell, "rita", "bot", "2026-03-02", "2026-03-02", "words"]
    names = _first_column("| parameter | narrows to |\n")
    form = decided_read(dict(zip(names, values, strict=True)))

    assert form.misread == ()
    narrowed = [getattr(form.query, each.name) for each in fields(EVERYTHING)]
    assert all(narrowed)


def test_what_an_approval_can_become_is_documented() -> None:
    (row,) = re.findall(r"^\| `became`.*$", SECTION, flags=re.MULTILINE)

    assert set(re.findall(r"`([a-z_]+)`", row)) - {"became", "became_at"} == set(Aftermath)


def test_how_long_and_how_many_never_started_are_listed_is_documented() -> None:
    assert f"for {UNUSED_SHOWN.days} days,\nthe newest {LAPSED_SHOWN}," in SECTION


def test_what_counts_as_hasty_is_documented() -> None:
    policy = PacePolicy()
    words = " ".join(SECTION.split())

    assert f"in the last {policy.window_min:g} min" in words
    assert f"From {policy.approvals_many} approvals on" in words
    assert (
        f"a median under {policy.median_least_s:g} s over at least {policy.decisions_least}"
        " answers" in words
    )
