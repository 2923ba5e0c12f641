from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from governance.domain.types import Tier
from governance.models import Agent, DriftAlarm, Event, FleetIncident, Outcome, Refresh, Standing
from governance.refusals import ConflictError
from governance.selectors.drift import alarms_open, drift_is_open, incidents_open
from governance.services.drift import drift_acknowledge_step
from governance.services.events import events_publish
from governance.services.refresh import fleet_refresh

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

# One in twenty fails for 200 tasks, then one in four: too rarely for the breaker.
SOUND = ["failure" if n % 20 == 10 else "success" for n in range(200)]
DRIFTED = ["failure" if n % 4 == 0 else "success" for n in range(60)]

# A refresh reads what other transactions have committed: these tests really commit.
pytestmark = pytest.mark.django_db(transaction=True)


def drifted(shop: Orchestrator, name: str = "shop-bot", *, for_times: int = 1) -> Agent:
    """Return an agent that has drifted, with its standing."""
    if name != "shop-bot":
        shop.agent_new(name, template="clerk", model="large-3")
    shop.load(SOUND + DRIFTED * for_times, agent=name, days=10.0)
    return Agent.objects.select_related("standing", "fleet").get(external_id=name)


def acknowledged(agent: Agent, *, rebaseline: bool, clock: Clock) -> None:
    with transaction.atomic():
        events = drift_acknowledge_step(
            agent=agent, rebaseline=rebaseline, actor="rita", now=clock()
        )
        events_publish(*events, now=clock())


def test_an_alarm_is_stored_with_its_numbers_and_the_outcome_that_raised_it(
    shop: Orchestrator,
) -> None:
    agent = drifted(shop)

    (alarm,) = DriftAlarm.objects.filter(agent=agent)
    assert (alarm.kind, alarm.signal, alarm.held) == ("drift", "failing", False)
    assert alarm.evidence["normal"] == pytest.approx(0.06, abs=0.02)
    assert alarm.evidence["now"] == pytest.approx(0.25, abs=0.05)
    assert alarm.evidence["score"] >= alarm.evidence["threshold"] > 7.2
    assert alarm.since_at < alarm.raised_at == alarm.outcome.finished_at
    assert Outcome.objects.get(pk=alarm.outcome_id).result == "failure"


def test_an_alarm_demotes_at_once_and_is_published(shop: Orchestrator) -> None:
    agent = drifted(shop)

    found = Event.objects.get(name="drift.found")
    assert found.ids["agent"] == str(agent.pk)
    assert "tasks failed" in found.payload["sentence"]
    fell = Event.objects.filter(name="tier.changed", payload__sentence=found.payload["sentence"])
    assert fell.get().payload["before"] != fell.get().payload["after"]
    assert drift_is_open(agent)


def test_each_outcome_keeps_what_was_normal_for_its_agent(shop: Orchestrator) -> None:
    drifted(shop)

    first, last = Outcome.objects.order_by("fact").first(), Outcome.objects.order_by("fact").last()

    assert first is not None
    assert last is not None
    # As the class by its prior, 3 in 30; then what 200 outcomes taught, and 29 of those that followed
    # before it looked suspicious: 18 failures where 22.9 were expected, each with the prior's 2.
    assert first.normal == pytest.approx(0.1)
    assert last.normal == pytest.approx(0.1 * 20.0 / 24.9)


def test_people_who_look_close_the_alarm_and_say_what_is_normal(
    shop: Orchestrator, clock: Clock
) -> None:
    agent = drifted(shop)
    facts = agent.standing.facts

    acknowledged(agent, rebaseline=True, clock=clock)

    agent.refresh_from_db()
    assert not drift_is_open(Agent.objects.select_related("standing").get(pk=agent.pk))
    assert list(alarms_open(agent=agent)) == []
    (alarm,) = DriftAlarm.objects.filter(agent=agent)
    assert (alarm.acknowledged_by, alarm.rebaselined) == ("rita", True)
    assert alarm.acknowledged_fact == facts + 1
    told = Event.objects.get(name="drift.acknowledged")
    assert told.payload == {"signals": ["failing"], "rebaselined": True}


def test_looking_does_not_give_the_tier_back(shop: Orchestrator, clock: Clock) -> None:
    agent = drifted(shop)
    before = agent.standing.tier

    acknowledged(agent, rebaseline=False, clock=clock)

    assert Standing.objects.get(pk=agent.pk).tier == before != Tier.HIGH.value


def test_there_is_nothing_to_acknowledge_where_nothing_drifts(
    shop: Orchestrator, clock: Clock
) -> None:
    agent = Agent.objects.select_related("standing", "fleet").get(external_id="shop-bot")

    with pytest.raises(ConflictError) as refused:
        acknowledged(agent, rebaseline=False, clock=clock)

    assert refused.value.code == "no_drift"


def refreshed(fleet: Fleet) -> Refresh:
    fleet_refresh(fleet_id=fleet.pk)
    return Refresh.objects.latest("number")


def test_a_refresh_counts_the_fleet_and_sets_the_threshold(shop: Orchestrator) -> None:
    shop.load(["success"] * 70, days=7.0)

    refresh = refreshed(shop.fleet)

    assert refresh.agents_active == 1
    assert refresh.tasks_a_day == pytest.approx(10.0, rel=0.05)
    # One agent raises so few false alarms that the least threshold serves.
    assert refresh.drift_threshold == 3.8
    failures, expected, events = refresh.work
    assert (failures, events) == (0.0, 70)
    assert 0.0 < expected < 7.0


def test_the_fleet_is_not_counted_at_every_refresh(shop: Orchestrator, clock: Clock) -> None:
    shop.load(["success"] * 10)
    first = refreshed(shop.fleet)
    clock.forward(minutes=5)
    shop.agent_new("other")
    shop.load(["success"] * 10, agent="other")
    second = refreshed(shop.fleet)
    clock.forward(minutes=6)
    shop.work()
    third = refreshed(shop.fleet)

    assert (first.agents_active, second.agents_active, third.agents_active) == (1, 1, 2)


def test_a_few_agents_that_drift_are_no_incident(shop: Orchestrator) -> None:
    for number in range(3):
        drifted(shop, f"clerk-{number}")

    assert refreshed(shop.fleet).incidents == []
    assert incidents_open(fleet=shop.fleet) == []


def test_many_agents_that_drift_on_one_day_share_one_incident(
    shop: Orchestrator, clock: Clock
) -> None:
    for number in range(6):
        drifted(shop, f"clerk-{number}")
    clock.forward(hours=1)

    refresh = refreshed(shop.fleet)

    (incident,) = incidents_open(fleet=shop.fleet)
    assert refresh.incidents == ["drift"]
    assert len(incident.agents) == 6
    assert incident.shared[0]["dimension"] in {"model", "template"}
    raised = Event.objects.get(name="fleet.incident_raised")
    assert raised.payload["sentence"] == incident.sentence
    assert raised.payload["agents"] == incident.agents


def test_during_an_incident_further_alarms_are_held(shop: Orchestrator, clock: Clock) -> None:
    for number in range(6):
        drifted(shop, f"clerk-{number}")
    refreshed(shop.fleet)

    # What the rest of the fleet suffers is allowed for, so that it takes longer to be sure.
    late = drifted(shop, "clerk-late", for_times=2)

    (alarm,) = DriftAlarm.objects.filter(agent=late)
    assert alarm.held
    assert not drift_is_open(late)
    assert Event.objects.filter(name="drift.held").count() == 1
    assert FleetIncident.objects.count() == 1


def test_an_incident_ends_once_no_more_change_than_chance_allows(
    shop: Orchestrator, clock: Clock
) -> None:
    for number in range(6):
        drifted(shop, f"clerk-{number}")
    refreshed(shop.fleet)
    clock.now += timedelta(hours=30)
    for number in range(3):
        shop.agent_new(f"sound-{number}")
        shop.load(SOUND * 5, agent=f"sound-{number}", days=0.1)

    refresh = refreshed(shop.fleet)

    assert refresh.incidents == []
    incident = FleetIncident.objects.get()
    assert incident.ended_at == clock.now
    assert Event.objects.filter(name="fleet.incident_ended").count() == 1
