from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from governance import feed
from governance.events import (
    REGISTRY,
    AgentPaused,
    FleetHalted,
    FleetResumed,
    SessionEnded,
    TaskOverdue,
)
from governance.models import Event
from governance.services import events as service
from governance.services.auditor import governance_audit
from governance.services.events import (
    GENESIS,
    UnheardEventError,
    event_hash,
    event_subscribe,
    events_publish,
)
from governance.services.relay import events_relay

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[Any, list[Any]]:
    """The listeners of this test alone."""
    own: dict[Any, list[Any]] = defaultdict(list)
    monkeypatch.setattr(service, "_handlers", own)
    return own


@pytest.fixture
def pushed(monkeypatch: pytest.MonkeyPatch) -> list[feed.Notice]:
    """What left the process; the broker is the one part that is not the machine's own."""
    notices: list[feed.Notice] = []
    monkeypatch.setattr(service, "notices_push", notices.extend)
    return notices


def halted(fleet: Fleet, reason: str = "Drill.") -> FleetHalted:
    return FleetHalted(fleet_id=fleet.pk, actor="rita", reason=reason)


def test_events_are_numbered_without_a_gap(fleet: Fleet, clock: Clock) -> None:
    with transaction.atomic():
        events_publish(halted(fleet), halted(fleet), now=clock())
        events_publish(halted(fleet), now=clock())

    assert [event.seq for event in Event.objects.order_by("seq")] == [1, 2, 3]


def test_a_rolled_back_event_leaves_no_gap(fleet: Fleet, clock: Clock) -> None:
    with transaction.atomic():
        events_publish(halted(fleet), now=clock())
        transaction.set_rollback(True)
    with transaction.atomic():
        events_publish(halted(fleet), now=clock())

    assert Event.objects.get().seq == 1


def test_each_event_names_the_hash_of_the_one_before(fleet: Fleet, clock: Clock) -> None:
    with transaction.atomic():
        events_publish(halted(fleet), halted(fleet, "Again."), now=clock())

    first, second = Event.objects.order_by("seq")
    assert first.previous_hash == GENESIS
    assert second.previous_hash == first.hash
    assert [first.hash, second.hash] == [event_hash(first), event_hash(second)]


def test_a_changed_event_no_longer_has_its_hash(fleet: Fleet, clock: Clock) -> None:
    with transaction.atomic():
        events_publish(halted(fleet), now=clock())
    event = Event.objects.get()

    event.payload["reason"] = "Something else."

    assert event_hash(event) != event.hash


def test_a_cause_is_recorded_before_its_effects(
    fleet: Fleet, clock: Clock, handlers: dict[Any, list[Any]]
) -> None:
    resumed = FleetResumed(fleet_id=fleet.pk, actor="mona", reason="Over.")
    event_subscribe(FleetHalted, lambda event, now: [resumed])

    with transaction.atomic():
        events_publish(halted(fleet), now=clock())

    assert [event.name for event in Event.objects.order_by("seq")] == [
        "fleet.halted",
        "fleet.resumed",
    ]


def test_a_listener_is_subscribed_once(handlers: dict[Any, list[Any]]) -> None:
    def listener(event: object, now: object) -> list[Any]:
        return []

    event_subscribe(FleetHalted, listener)
    event_subscribe(FleetHalted, listener)

    assert handlers[FleetHalted] == [listener]


def test_a_required_event_without_a_listener_writes_nothing(
    fleet: Fleet, clock: Clock, handlers: dict[Any, list[Any]]
) -> None:
    overdue = TaskOverdue(fleet_id=fleet.pk, actor="gate", task_id=fleet.pk, agent_id=fleet.pk)

    with pytest.raises(UnheardEventError, match=r"task\.overdue has no listener"):
        events_publish(overdue, now=clock())

    assert not Event.objects.exists()


def test_nothing_is_pushed_before_the_commit(
    fleet: Fleet,
    clock: Clock,
    pushed: list[feed.Notice],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        events_publish(halted(fleet), now=clock())

    assert (len(callbacks), pushed) == (1, [])


def test_a_notice_carries_ids_and_never_state(
    fleet: Fleet,
    clock: Clock,
    pushed: list[feed.Notice],
    django_capture_on_commit_callbacks: Any,
) -> None:
    paused = AgentPaused(fleet_id=fleet.pk, actor="rita", agent_id=fleet.pk, reason="Secret.")
    with django_capture_on_commit_callbacks(execute=True):
        events_publish(paused, now=clock())

    assert pushed == [
        {"fleet": "shop", "seq": 1, "name": "agent.paused", "ids": {"agent": str(fleet.pk)}}
    ]


def test_the_end_of_a_session_names_the_person() -> None:
    ended = SessionEnded(fleet_id=None, actor="rita", user_key="7")  # type: ignore[arg-type]

    assert ended.ids() == {"user": "7"}


def test_the_relay_pushes_what_was_left_behind(
    fleet: Fleet, clock: Clock, pushed: list[feed.Notice]
) -> None:
    events_publish(halted(fleet), now=clock())
    clock.forward(seconds=3)

    relayed = events_relay(), events_relay()

    assert relayed == (1, 0)
    assert [notice["seq"] for notice in pushed] == [1]


def test_a_missing_broker_loses_no_event(
    fleet: Fleet, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(notices: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(service, "notices_push", away)
    events_publish(halted(fleet), now=clock())
    clock.forward(seconds=3)

    events_relay()

    assert Event.objects.get().pushed_at is None


def test_the_auditor_says_what_it_had_to_push(
    fleet: Fleet, clock: Clock, pushed: list[feed.Notice]
) -> None:
    events_publish(halted(fleet), now=clock())
    clock.forward(seconds=45)

    found = governance_audit()

    assert found == 1
    assert Event.objects.get(name="auditor.mended").payload == {
        "sentence": "Events were pushed up to 45 s late."
    }


def test_the_auditor_claims_no_push_while_the_broker_is_away(
    fleet: Fleet, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(notices: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(service, "notices_push", away)
    events_publish(halted(fleet), now=clock())
    clock.forward(seconds=45)

    found = governance_audit()

    assert found == 0
    assert not Event.objects.filter(name="auditor.mended").exists()


def test_the_auditor_finds_nothing_where_all_is_well(fleet: Fleet, clock: Clock) -> None:
    clock.now += timedelta(hours=1)

    assert governance_audit() == 0


@pytest.mark.parametrize("wire_name", sorted(REGISTRY))
def test_every_event_has_a_name_of_two_words_and_a_meaning(wire_name: str) -> None:
    kind = REGISTRY[wire_name]

    subject, _, fact = wire_name.partition(".")
    assert subject.isidentifier()
    assert fact.isidentifier()
    assert kind.__doc__
