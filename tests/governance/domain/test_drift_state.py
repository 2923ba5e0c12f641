from __future__ import annotations

import json

import pytest

from governance.domain.agent_state import agent_state_new, state_from_plain, state_to_plain
from governance.domain.drift_state import (
    NO_DRIFT,
    AmountRun,
    AmountWatch,
    Drift,
    DriftKind,
    DriftSignal,
    OpenAlarm,
    OutcomeRun,
    OutcomeWatch,
)


@pytest.mark.parametrize(
    ("signal", "kind"),
    [
        (DriftSignal.FAILING, DriftKind.OUTCOMES),
        (DriftSignal.DEARER, DriftKind.COST),
        (DriftSignal.CHEAPER, DriftKind.COST),
        (DriftSignal.SLOWER, DriftKind.DURATION),
        (DriftSignal.FASTER, DriftKind.DURATION),
    ],
)
def test_each_change_belongs_to_what_is_watched(signal: DriftSignal, kind: DriftKind) -> None:
    assert signal.kind is kind


def test_a_stored_watch_reads_back_the_same() -> None:
    drift = Drift(
        OutcomeWatch(1.25, 60, 3.0, 2.5, 60.0, OutcomeRun(4, 2, 1, 0.2, 1000.0)),
        AmountWatch(AmountRun(2.0, 3, 4.0, 5.0, 6.0), AmountRun()),
        AmountWatch(AmountRun(), AmountRun(7.5, 1, 1.0, 1.0, 1.0)),
        (OpenAlarm(DriftSignal.DEARER, 999.5),),
    )

    assert Drift.from_plain(json.loads(json.dumps(drift.to_plain()))) == drift


def test_a_state_stored_before_drift_was_watched_still_loads() -> None:
    plain = state_to_plain(agent_state_new())
    del plain["drift"]

    assert state_from_plain(plain).drift == NO_DRIFT
