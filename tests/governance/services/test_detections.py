"""What detectors found, counted by what was published about it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.domain.detectors import Detector
from governance.events import (
    BreakerOverflow,
    BreakerWouldTrip,
    CascadeDetected,
    CascadeTruncated,
    DriftFound,
    DriftHeld,
)
from governance.models import BreakerTransition, Event, Fleet, Standing
from governance.selectors.detections import detections_between, findings_open
from governance.services.breakers import agent_freeze, agent_release
from tests.clock import NOON
from tests.factories import FleetFactory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from governance.events import FleetEvent
    from governance.selectors.detections import Detections
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

pytestmark = pytest.mark.django_db


def tell(fleet: Fleet, kind: type[FleetEvent], **fields: Any) -> None:
    ids = {
        "agent_id": uuid4(), "transition_id": uuid4(), "cascade_id": uuid4(),
        "root_task_id": uuid4(), "outcome_id": uuid4(),
    }  # fmt: skip
    plain = {
        "sentence": f"{kind.wire_name} told.", "reason": "suspicion", "enforced": True,
        "needs_release": False, "critical": False, "level": 1, "before": "CLOSED",
        "after": "OPEN", "frozen_until": None, "policy_version": 1, "evidence": {},
        "signal": "failing",
    }  # fmt: skip
    names = kind.__dataclass_fields__
    given = {name: value for name, value in {**ids, **plain, **fields}.items() if name in names}
    event = kind(fleet_id=fleet.pk, actor="detector", **given)
    # As published, but that nobody hears it: tickets are not what is counted here.
    Event.objects.create(
        fleet=fleet,
        seq=Event.objects.filter(fleet=fleet).count() + 1,
        name=kind.wire_name,
        ids=event.ids(),
        payload=event.payload(),
        actor="detector",
        created_at=NOON,
    )


def found(fleet: Fleet) -> Mapping[Detector, Detections]:
    return detections_between(fleet=fleet, since=NOON - timedelta(days=1), until=NOON)


def counts(each: Detections) -> tuple[int, int, int, int]:
    return (each.detected, each.enforced, each.noted, each.over_cap)


def test_what_a_breaker_found_is_told_apart_by_what_followed(clock: Clock) -> None:
    fleet = FleetFactory()
    tell(fleet, BreakerOverflow, reason="frozen_share_cap")
    tell(fleet, BreakerWouldTrip, enforced=False)
    tell(fleet, DriftFound, enforced=False)
    tell(fleet, DriftFound, signal="dearer")
    tell(fleet, DriftHeld)

    by = found(fleet)

    assert counts(by[Detector.BREAKER]) == (1, 0, 0, 1)
    assert counts(by[Detector.RULES]) == (1, 0, 1, 0)
    assert counts(by[Detector.DRIFT]) == (2, 0, 1, 1)
    assert counts(by[Detector.COST_DRIFT]) == (1, 1, 0, 0)
    assert counts(by[Detector.AUDIT]) == (0, 0, 0, 0)


def test_a_cascade_that_was_contained_in_part_is_found_once(clock: Clock) -> None:
    fleet = FleetFactory()
    cascade_id = uuid4()
    tell(fleet, CascadeDetected, cascade_id=cascade_id)
    tell(fleet, CascadeTruncated, cascade_id=cascade_id, beyond=7)

    cascade = found(fleet)[Detector.CASCADE]

    assert counts(cascade) == (1, 1, 0, 0)
    assert (cascade.truncated, cascade.beyond) == (1, 7)
    assert cascade.last is not None
    assert cascade.last.ids["cascade"] == str(cascade_id)
    assert cascade.last.sentence == "cascade.detected told."


def test_other_fleets_and_other_times_do_not_count(clock: Clock) -> None:
    fleet, other = FleetFactory(), FleetFactory()
    tell(other, BreakerOverflow)

    assert found(fleet)[Detector.BREAKER].detected == 0
    later = detections_between(fleet=other, since=NOON, until=NOON + timedelta(days=1))
    assert later[Detector.BREAKER].detected == 0


def test_a_trip_is_counted_and_open_until_its_agent_is_free(shop: Orchestrator) -> None:
    shop.load(["success"] * 100)
    for _ in range(4):
        shop.work("failure")

    breaker = found(shop.fleet)[Detector.BREAKER]

    assert counts(breaker) == (1, 1, 0, 0)
    assert breaker.last is not None
    assert breaker.last.sentence == BreakerTransition.objects.get().reason
    assert findings_open(fleet=shop.fleet)[Detector.BREAKER] == 1


def test_a_freeze_by_hand_is_no_find_of_a_detector(shop: Orchestrator) -> None:
    shop.load(["success"] * 100)
    for _ in range(4):
        shop.work("failure")
    agent_freeze(fleet=shop.fleet, agent_external_id="shop-bot", actor="rita", reason="Odd.")

    by_hand = findings_open(fleet=shop.fleet)[Detector.BREAKER]
    agent_release(
        fleet=shop.fleet, agent_external_id="shop-bot", user=shop.crew.mona, reason="Looked at."
    )

    assert Standing.objects.get(agent__external_id="shop-bot").breaker_state == "HALF_OPEN"
    assert (by_hand, findings_open(fleet=shop.fleet)[Detector.BREAKER]) == (0, 0)


def test_more_of_everything_costs_no_more_queries(clock: Clock) -> None:
    fleet = FleetFactory()
    tell(fleet, CascadeDetected)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            found(fleet)
            findings_open(fleet=fleet)
        return len(queries)

    few = asked()
    for _ in range(5):
        tell(fleet, BreakerOverflow)
        tell(fleet, DriftFound)

    assert asked() == few == 12
