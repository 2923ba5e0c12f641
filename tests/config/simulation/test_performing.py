from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from config.simulation import asking
from config.simulation.cast import LEAD, SCOUT, WRITER
from config.simulation.journal import journal_read
from config.simulation.opening import past_load
from config.simulation.plots.behaving import preview, profile, release
from config.simulation.plots.research import research, watch
from config.simulation.reckoning import differences, expected_of
from config.simulation.wire import StoppedError
from governance.models import Fleet, Interaction, Outcome, Task
from governance.services.breakers import agent_freeze, agent_release
from tests.config.simulation.conftest import Stage
from tests.config.simulation.stored import found_in
from tests.e2e.stack import until

pytestmark = pytest.mark.django_db(transaction=True)


def results() -> list[tuple[str, str]]:
    """Return agent and result of every outcome of a task that was asked for, in order."""
    rows = (
        Outcome.objects.exclude(task=None)
        .order_by("received_at")
        .values_list("agent__external_id", "result")
    )
    return [(str(agent), str(result)) for agent, result in rows]


def stop_at_work(_seconds: float) -> None:
    raise StoppedError("told to stop")


def freeze(agent: str) -> None:
    agent_freeze(fleet=Fleet.objects.get(slug="shop"), agent_external_id=agent, actor="rita")


def test_a_coordinator_ends_after_its_helpers_and_rates_them(stage: Stage) -> None:
    stage.perform(research(1, 0), "r-0")

    tasks = {task.external_id: task for task in Task.objects.all()}
    assert results() == [(SCOUT, "success"), (WRITER, "success"), (LEAD, "success")]
    assert tasks["r-0-1"].parent_id == tasks["r-0-0"].pk
    assert tasks["r-0-2"].parent_id == tasks["r-0-1"].pk
    assert Interaction.objects.filter(initiator__external_id=LEAD).count() == 2


def test_performing_a_run_again_changes_nothing(stage: Stage) -> None:
    stage.perform(research(1, 0), "r-0")
    before = (Task.objects.count(), results(), Interaction.objects.count())

    stage.perform(research(1, 0), "r-0")

    after = (Task.objects.count(), results(), Interaction.objects.count())
    assert after == before
    assert after[0] == 3


def test_garbled_pages_spoil_what_is_made_of_them(stage: Stage) -> None:
    stage.perform(watch(1, 5), "w-5")

    assert results() == [(SCOUT, "failure"), (WRITER, "failure")]


def test_a_frozen_helper_is_not_waited_for(stage: Stage) -> None:
    freeze(SCOUT)

    stage.perform(research(1, 0), "r-0")

    assert results() == [(LEAD, "dependency_down")]
    assert Task.objects.get(external_id="r-0-1").state == "DENIED"


def test_what_needs_people_waits_and_goes_on_with_their_answer(stage: Stage) -> None:
    performance = stage.performer.perform(release(1, 0), "q-0")

    task = next(performance)
    with pytest.raises(StopIteration):
        performance.send(None)

    assert task.ticket is not None
    assert Task.objects.get(external_id="q-0-0").state == "PENDING"


def test_a_run_that_was_cut_off_while_it_worked_is_taken_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = replace(profile(1, 0), stages=(replace(profile(1, 0).stages[0], reports_at=(1,)),))
    with_rest = stage.patience.rest
    monkeypatch.setattr(stage.patience, "rest", stop_at_work)
    cut_off = stage.performer.perform(run, "p-0")
    with pytest.raises(StoppedError):
        next(cut_off)
    assert Task.objects.get(external_id="p-0-0").state == "RUNNING"
    monkeypatch.setattr(stage.patience, "rest", with_rest)

    stage.perform(run, "p-0")

    assert Task.objects.get(external_id="p-0-0").state == "FINISHED"
    assert results() == [("data-steward", "success")]


def test_a_frozen_agent_asks_again_when_a_person_released_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "LOOK_S", 0.05)
    freeze("data-steward")
    performing = threading.Thread(target=stage.perform, args=(profile(1, 0), "p-0"))

    performing.start()
    until(lambda: Task.objects.filter(external_id="p-0-0", state="DENIED").exists())
    agent_release(
        fleet=Fleet.objects.get(slug="shop"),
        agent_external_id="data-steward",
        user=User.objects.get(username="mona"),
        reason="Looked at.",
    )
    performing.join(timeout=20)

    assert Task.objects.get(external_id="p-0-0r1").state == "FINISHED"
    assert Task.objects.get(external_id="p-0-0r1").is_probe


def test_an_agent_on_probation_rehearses_before_it_asks_for_more(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze("release-deployer")
    agent_release(
        fleet=Fleet.objects.get(slug="shop"),
        agent_external_id="release-deployer",
        user=User.objects.get(username="mona"),
        reason="Looked at.",
    )
    performance = stage.performer.perform(preview(1, 0), "d-0")
    monkeypatch.setattr(stage.patience, "rest", stop_at_work)

    with pytest.raises(StoppedError):
        next(performance)

    assert stage.rehearsed == ["release-deployer"]


def test_only_the_desk_vouches_for_quality(stage: Stage) -> None:
    until_at = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)
    past_load(stage.wires, stage.access, seed=1, until=until_at, days=2)

    vouching = Interaction.objects.exclude(verified_quality=None)

    assert vouching.count() > 0
    assert set(vouching.values_list("verified_by", flat=True)) == {"quality desk"}
    assert Interaction.objects.count() == 2 * 47


def test_the_past_loaded_twice_is_there_once(stage: Stage) -> None:
    until_at = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)
    past_load(stage.wires, stage.access, seed=1, until=until_at, days=2)
    before = (Outcome.objects.count(), Interaction.objects.count())

    past_load(stage.wires, stage.access, seed=1, until=until_at, days=2)

    assert (Outcome.objects.count(), Interaction.objects.count()) == before


def test_the_journal_agrees_with_the_database(
    stage: Stage, journal_path: Path, database_url: str
) -> None:
    stage.perform(research(1, 0), "r-0")
    stage.perform(watch(1, 5), "w-5")

    expected = expected_of(journal_read(journal_path))

    assert differences(expected, found_in(database_url, fleet="shop")) == []
    assert len(expected.must) == 5 * 3 + 2
