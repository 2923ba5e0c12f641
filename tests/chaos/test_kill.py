"""A stack that is killed piece by piece under load; in full: ``python -m tests.chaos.kill``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.kill import IN_TURN, run

pytestmark = pytest.mark.browser

# What an open page promises (the light in its bar): it is live again within 15 s, or says so.
CAUGHT_UP_WITHIN_S = 15.0


def test_nothing_is_lost_or_doubled_whatever_is_killed(tmp_path: Path) -> None:
    report = run(tmp_path, kills=len(IN_TURN), seed=3)

    assert report.differences == []
    assert set(report.kills) == set(IN_TURN)
    assert report.restarts_said == len(report.kills)
    assert report.calls > 100
    assert report.slowest_news_s < CAUGHT_UP_WITHIN_S
    assert report.longest_away_s < CAUGHT_UP_WITHIN_S
