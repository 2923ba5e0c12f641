"""Messages while their sender is killed; in full: ``python -m tests.chaos.notices``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.channels import RECEIVERS
from tests.chaos.notices import LATE_AFTER_S, run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser


def test_nobody_is_left_untold_or_told_twice_whatever_is_killed(tmp_path: Path) -> None:
    report = run(tmp_path, kills=2, seed=5, broker_away_s=3.0)

    assert report.differences == []
    assert (report.kills, set(report.tallies)) == (2, set(RECEIVERS))
    assert min(tally.due for tally in report.tallies.values()) > 3
    assert max(tally.slowest_s for tally in report.tallies.values()) < LATE_AFTER_S
