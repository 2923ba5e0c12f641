import json
from uuid import UUID

import pytest

from governance.domain.backtest.answers import Ending, Side
from governance.domain.backtest.plain import report_from_plain, report_to_plain
from governance.domain.policy.changes import PolicyChange
from governance.domain.types import Preset, Tier
from tests.governance.domain.backtest.answering import (
    DENIED,
    RUNS,
    SINCE_S,
    compared,
    tally_of,
)


def test_a_report_survives_json_unchanged() -> None:
    tally = tally_of(
        compared(RUNS, DENIED, Ending.FAILED, number=1),
        compared(DENIED, RUNS, Ending.DENIED, number=2, day=6),
    )
    tally.tripped(Side.DRAFT, "scout", SINCE_S, "Failed 3 of 3.")
    tally.stood("scout", Tier.HIGH, Tier.LOW)
    tally.unreplayable(UUID(int=3), "Its inputs are from an older release.")
    tally.unplayed(4)
    report = tally.report(
        base_number=7,
        changes=(
            PolicyChange("trust.level_high", 0.85, 0.9, "", "A level."),
            PolicyChange("matrix.pipeline_low", Preset.BALANCED, Preset.CONSERVATIVE, "", "A."),
            PolicyChange("audits.open_most", 25, 30, "audits", "Audits."),
        ),
        tries=2,
    )

    stored = json.loads(json.dumps(report_to_plain(report)))

    assert report_from_plain(stored) == report


def test_a_report_of_before_a_figure_was_counted_has_none_of_it() -> None:
    tally = tally_of(compared(RUNS, DENIED, Ending.FAILED, number=1))
    report = tally.report(base_number=7, changes=(), tries=2)
    stored = report_to_plain(report)
    del stored["unplayed"]

    assert report_from_plain(stored) == report


def test_a_report_without_a_figure_that_always_was_is_none() -> None:
    stored = report_to_plain(tally_of().report(base_number=7, changes=(), tries=2))
    del stored["tries"]

    with pytest.raises(KeyError):
        report_from_plain(stored)
