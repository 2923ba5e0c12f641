"""What docs/policy.md and docs/api.md say of backtests and trials is what the code does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from governance.domain.backtest.jobs import (
    KEPT,
    LONGEST_DAYS,
    LOST,
    LOST_READING,
    NOT_TAKEN_UP,
    WINDOW_DAYS,
    WINDOWS_DAYS,
)
from governance.domain.backtest.trials import DAYS, DAYS_LEAST, DAYS_MOST, EVERY

DOCS = Path(__file__).resolve().parents[2] / "docs"
MINUTE = timedelta(minutes=1)


def text_of(name: str) -> str:
    return " ".join((DOCS / name).read_text("utf-8").split())


POLICY = text_of("policy.md").split("## Backtests and trials ", 1)[1].split(" ## ", 1)[0]
API = text_of("api.md")


def test_the_windows_are_those_of_the_code() -> None:
    *first, last = (str(days) for days in WINDOWS_DAYS)
    assert f"the last {', '.join(first)} or {last} days" in POLICY
    assert f"at most {LONGEST_DAYS} days" in POLICY
    assert f"with `days` ({WINDOW_DAYS} unless it says otherwise)" in API


def test_the_times_are_those_of_the_code() -> None:
    assert f"nothing is heard for {LOST // MINUTE} min, or for" in POLICY
    assert f"or for {LOST_READING // MINUTE} min while it reads" in POLICY
    assert f"takes up within {NOT_TAKEN_UP // MINUTE} min" in POLICY
    assert f"every {EVERY // MINUTE} min the backtester compares" in POLICY


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"The last {KEPT} are kept" in POLICY
    assert f"lists the last {KEPT}" in API
    assert f"for {DAYS_LEAST} to {DAYS_MOST} days, {DAYS} unless" in POLICY
    assert f"with `days`, {DAYS_LEAST} to {DAYS_MOST}," in API
