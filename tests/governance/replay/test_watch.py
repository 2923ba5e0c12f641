from __future__ import annotations

import pytest

from governance.domain.drift_state import DriftSignal
from governance.domain.fleet_factor import NO_WORK, WorkTotals
from governance.domain.transitions import DriftAlarmed
from governance.replay.watch import DAY_S, FleetWatch
from tests.governance.domain.outcomes import START_S
from tests.governance.replay.files import POLICY

AGENTS = [f"agent-{number}" for number in range(100)]
NOW_S = START_S + 8 * DAY_S
# As a whole the fleet fails as often as it normally does.
CALM = WorkTotals(NO_WORK, {})


def alarm(at_s: float, *, held: bool = False) -> DriftAlarmed:
    return DriftAlarmed(
        signal=DriftSignal.FAILING,
        sentence="",
        at_s=at_s,
        since_s=at_s,
        tasks=10,
        normal=0.05,
        now=0.5,
        score=8.0,
        threshold=6.5,
        factor=1.0,
        held=held,
    )


def watch() -> FleetWatch:
    """A hundred agents with twenty tasks a day for eight days, half of them of one model."""
    traits = {
        name: {"model": ["kestrel"] if place < 50 else ["heron"]}
        for place, name in enumerate(AGENTS)
    }
    watching = FleetWatch(traits, POLICY.drift)
    for hour in range(8 * 24):
        for name in AGENTS:
            watching.see(name, START_S + hour * 3600.0)
    return watching


def test_a_fleet_is_counted_over_a_week() -> None:
    watching = watch()

    assert watching.review(NOW_S, CALM) == []
    # 24/20 x 7 x 100/1000 = 0.84 false alarms a week at 4.7, and the policy accepts one:
    # 4.7 + ln(0.84) / 1.22.
    assert watching.threshold == pytest.approx(4.5571, abs=1e-4)


def test_agents_that_alarm_together_are_one_incident_that_names_what_they_share() -> None:
    watching = watch()
    for name in AGENTS[:30]:
        watching.alarmed(name, alarm(NOW_S - 60.0))

    (incident,) = watching.review(NOW_S, CALM)
    again = watching.review(NOW_S + 30.0, CALM)

    assert "30 of 100 agents" in incident.sentence
    assert "model kestrel" in incident.sentence
    assert watching.incidents == ("drift",)
    assert again == []


def test_an_incident_ends_when_its_alarms_have_passed() -> None:
    watching = watch()
    for name in AGENTS[:30]:
        watching.alarmed(name, alarm(NOW_S - 60.0))
    watching.review(NOW_S, CALM)

    watching.review(NOW_S + 3 * DAY_S, CALM)

    assert watching.incidents == ()


def test_few_alarms_are_no_incident() -> None:
    watching = watch()
    watching.alarmed(AGENTS[0], alarm(NOW_S - 60.0))

    assert watching.review(NOW_S, CALM) == []
    assert watching.incidents == ()
