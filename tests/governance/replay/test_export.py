from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from governance.models import Task
from governance.services.refresh import fleet_refresh
from tests.escalations.people import crew_of
from tests.factories import FleetFactory
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from pathlib import Path

    from tests.clock import Clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(clock: Clock) -> Orchestrator:
    fleet = FleetFactory(slug="shop")
    return Orchestrator(fleet, crew_of(fleet))


def test_an_export_holds_outcomes_refreshes_and_policy(
    shop: Orchestrator, clock: Clock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parent = shop.ask(external_id="parent").task
    shop.report(parent)
    task = shop.ask().task
    # A task with a parent would wait for people; only the column matters here.
    Task.objects.filter(pk=task.pk).update(parent=parent)
    clock.forward(seconds=90)
    shop.report(task, "failure", cost_usd="0.5", error_code="E7")
    fleet_refresh(fleet_id=shop.fleet.pk)

    call_command("export_history", "shop", str(tmp_path / "new"))

    with (tmp_path / "new" / "outcomes.csv").open() as file:
        first, second = csv.DictReader(file)
    assert (first["task_id"], first["result"], first["parent_id"]) == ("parent", "success", "")
    assert (second["parent_id"], second["result"], second["error_code"]) == (
        "parent",
        "failure",
        "E7",
    )
    assert (second["cost_usd"], second["tool"], second["requested_by"]) == (
        "0.500000",
        "read",
        "job:nightly",
    )
    # Asked for at noon, finished 90 seconds later.
    assert second["started_at"] == "2026-03-02T12:00:00+00:00"
    assert second["finished_at"] == "2026-03-02T12:01:30+00:00"
    lines = (tmp_path / "new" / "refreshes.jsonl").read_text().splitlines()
    newest = json.loads(lines[-1])
    assert newest["classes"]["stateless:LOW"][2] == 2
    assert list(newest["shares"]) == ["shop-bot"]
    assert json.loads((tmp_path / "new" / "policy.json").read_text())["breaker"]
    assert "2 outcomes and" in capsys.readouterr().out


def test_what_was_exported_is_what_replay_reads(
    shop: Orchestrator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.load(["success"] * 12)
    call_command("export_history", "shop", str(tmp_path))
    command = capsys.readouterr().out.splitlines()[-1].split()

    call_command(*command[2:])

    assert "Rows      12 read, 0 rejected" in capsys.readouterr().out


def test_a_fleet_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no fleet nowhere"):
        call_command("export_history", "nowhere", str(tmp_path))


def test_a_place_that_cannot_be_written_is_named(shop: Orchestrator, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match="file"):
        call_command("export_history", "shop", str(tmp_path / "file"))
