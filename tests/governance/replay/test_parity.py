"""The same history and refresh facts, live over HTTP and in a replay, come to the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from governance.domain.agent_state import state_to_plain
from governance.files.reading import rows_read
from governance.models import BreakerTransition, DriftAlarm, Event, Outcome, Standing
from governance.replay.facts import ComputedFacts, Facts
from governance.replay.history import History
from governance.replay.play import Played, history_play
from governance.replay.recorded import RecordedFacts, refreshes_read
from governance.replay.rows import OUTCOMES
from tests.escalations.people import crew_of
from tests.factories import FleetFactory
from tests.governance.api.http import key_api
from tests.governance.domain.ledger import flat
from tests.governance.replay.files import ENGINE
from tests.governance.replay.life import AGENTS, Told, life
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.clock import Clock

pytestmark = pytest.mark.django_db(transaction=True)

ALARMING = ["tripped", "overflow", "latched", "probation_failed", "starved"]


def recorded(history: History, directory: Path) -> Facts:
    return RecordedFacts(refreshes_read(directory / "refreshes.jsonl"), ENGINE)


def computed(history: History, directory: Path) -> Facts:
    return ComputedFacts(ENGINE, history.traits())


def played(directory: Path, facts: Callable[[History, Path], Facts]) -> Played:
    """Export the fleet and replay what was exported."""
    call_command("export_history", "shop", str(directory))
    history = History()
    refused = history.load(rows_read(directory / "outcomes.csv", OUTCOMES, told=lambda _: None))
    assert refused == []
    return history_play(history, facts(history, directory), ENGINE)


def told_live() -> list[tuple[str, str, int]]:
    """Return the alarms of the live fleet: agent, move, time."""
    trips = BreakerTransition.objects.filter(move__in=ALARMING).select_related("agent")
    drifts = DriftAlarm.objects.select_related("agent")
    return sorted(
        [(each.agent.external_id, each.move, _ms(each.created_at.timestamp())) for each in trips]
        + [
            (
                each.agent.external_id,
                each.signal + (", held" if each.held else ""),
                _ms(each.raised_at.timestamp()),
            )
            for each in drifts
        ]
    )


def told_by_replay(replayed: Played) -> list[tuple[str, str, int]]:
    return sorted(
        (alarm.agent or "", alarm.move, _ms(alarm.at_s))
        for alarm in replayed.alarms
        if alarm.kind not in {"tier", "fleet_incident"}
    )


def _ms(at_s: float) -> int:
    return round(at_s * 1000.0)


def tiers_live() -> list[tuple[str, str]]:
    names = dict(Standing.objects.values_list("agent_id", "agent__external_id"))
    changes = Event.objects.filter(name="tier.changed").order_by("seq")
    by_id = {str(pk): name for pk, name in names.items()}
    return sorted(
        (by_id[each.ids["agent"]], f"{each.payload['before']} -> {each.payload['after']}")
        for each in changes
    )


@pytest.fixture
def directory(clock: Clock, tmp_path: Path) -> Path:
    """A fleet that has lived, and where to export it."""
    fleet = FleetFactory(slug="shop")
    shop = Orchestrator(fleet, crew_of(fleet))
    for name in AGENTS:
        shop.agent_new(name, template="clerk")
    Told(key_api(fleet), clock, fleet.pk).tell(life())
    return tmp_path / "export"


def test_live_and_replay_end_in_the_same_states_alarms_and_trips(directory: Path) -> None:
    for facts in (recorded, computed):
        replayed = played(directory, facts)

        assert told_by_replay(replayed) == told_live()
        assert (
            sorted((alarm.agent, alarm.move) for alarm in replayed.alarms if alarm.kind == "tier")
            == tiers_live()
        )
        standings = {
            each.agent.external_id: each
            for each in Standing.objects.select_related("agent").exclude(outcomes=0)
        }
        assert {agent.name for agent in replayed.agents} == set(standings)
        for agent in replayed.agents:
            live = standings[agent.name]
            numbers, words = flat(live.state)
            again, words_again = flat(state_to_plain(agent.state))
            assert numbers == pytest.approx(again, rel=1e-9, abs=1e-9), agent.name
            assert words == words_again
            assert (live.facts, live.awaits_release) == (agent.facts, agent.awaits_release)

    # The life had what makes this worth something.
    assert {move for _, move, _ in told_live()} >= {
        "tripped",
        "overflow",
        "probation_failed",
        "starved",
    }
    assert tiers_live()
    assert Outcome.objects.filter(late=True).exists()
