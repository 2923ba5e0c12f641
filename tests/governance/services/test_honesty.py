from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.agent_state import state_from_plain
from governance.models import Outcome, Standing, Task

if TYPE_CHECKING:
    from tests.governance.services.orchestrator import Orchestrator


def test_words_below_the_registry_are_remembered_with_the_task(shop: Orchestrator) -> None:
    shop.ask("refund", blast={"U": "T", "W": "N", "R": "A", "X": "N", "D": "N"})

    assert Task.objects.get().stated_level == "LOW"


def test_a_task_that_outgrows_its_level_is_dishonest(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    shop.start(task)
    shop.beat(task, steps=30, agents_spawned=12)
    shop.beat(task, steps=30, agents_spawned=12)

    outcome = shop.report(task)

    assert Task.objects.get().observed_level == "MEDIUM"
    assert outcome.declared_honestly is False


def test_a_task_that_stays_within_its_words_is_honest(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    shop.start(task)
    shop.beat(task, steps=1)

    shop.report(task)

    assert Outcome.objects.get().declared_honestly is True
    assert state_from_plain(Standing.objects.get(agent=shop.agent).state).trust.consistencies == 1


def test_a_task_that_never_reports_is_not_judged(shop: Orchestrator) -> None:
    shop.work()

    assert Outcome.objects.get().declared_honestly is None
    assert state_from_plain(Standing.objects.get(agent=shop.agent).state).trust.consistencies == 0
