"""Messages that nobody sends are told of, once each time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from governance.models import Event, WebhookEndpoint
from governance.selectors.courier import courier_lag
from governance.services.auditor import governance_audit
from governance.services.fleets import fleet_resume
from governance.services.webhook_sending import webhooks_fan_out
from tests.governance.services.far import Far, added, halted, sent

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def endpoint(fleet: Fleet, crew: Crew) -> WebhookEndpoint:
    """Return a webhook for which a message has just fallen due."""
    endpoint = added(fleet, crew, "fleet.*")
    halted(fleet)
    webhooks_fan_out()
    return endpoint


def told() -> list[dict[str, object]]:
    return list(Event.objects.filter(name="courier.late").values_list("payload", flat=True))


def test_a_message_that_nobody_sends_is_told_once(endpoint: WebhookEndpoint, clock: Clock) -> None:
    clock.forward(seconds=90)
    governance_audit()
    in_time = told()
    clock.forward(seconds=1)
    governance_audit()
    clock.forward(minutes=1)
    governance_audit()

    sentence = "1 message to webhooks overdue by 91 s: the courier does not send."
    assert in_time == []
    assert [
        {**each, "sentence": str(each["sentence"]).replace("\xa0", " ")} for each in told()
    ] == [{"waiting": 1, "late_s": 91, "sentence": sentence}]


def test_it_is_told_again_when_it_happens_again(
    endpoint: WebhookEndpoint, fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    clock.forward(minutes=2)
    governance_audit()
    sent(endpoint, Far())
    well = courier_lag(now=clock())
    clock.forward(minutes=10)
    fleet_resume(fleet=fleet, user=crew.mona, reason="Go.")
    webhooks_fan_out()
    clock.forward(minutes=2)
    governance_audit()

    assert (well, len(told())) == (timedelta(), 2)


@pytest.mark.parametrize(
    "state",
    [
        {"rests_until": timedelta(seconds=1)},
        {"worked_until": timedelta(seconds=1)},
        {"ended_at": timedelta()},
    ],
)
def test_a_receiver_that_rests_is_sent_to_or_has_ended_is_waited_for_by_nobody(
    endpoint: WebhookEndpoint, clock: Clock, state: dict[str, timedelta]
) -> None:
    clock.forward(minutes=5)
    WebhookEndpoint.objects.update(**{name: clock() + left for name, left in state.items()})

    assert courier_lag(now=clock()) == timedelta()


def test_what_waits_behind_others_is_overdue_since_the_last_was_taken(
    endpoint: WebhookEndpoint, clock: Clock
) -> None:
    clock.forward(minutes=5)
    WebhookEndpoint.objects.update(delivered_at=clock() - timedelta(seconds=20))

    assert courier_lag(now=clock()) == timedelta(seconds=20)


def test_an_archived_fleet_is_told_nothing(
    endpoint: WebhookEndpoint, fleet: Fleet, clock: Clock
) -> None:
    fleet.archived_at = clock()
    fleet.save(update_fields=["archived_at"])
    clock.forward(minutes=5)

    assert (courier_lag(now=clock()), governance_audit()) == (timedelta(), 0)
