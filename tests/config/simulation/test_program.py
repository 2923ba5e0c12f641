"""The whole program against a real server, at fifty times its pace."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from config.simulation import reviewer
from config.simulation.access import Access
from config.simulation.journal import FileJournal, journal_read
from config.simulation.program import Options, simulate
from config.simulation.reckoning import Kind, differences, expected_of
from escalations.models import Vote
from examples.client import RefusedError
from governance.models import Outcome, Task
from tests.config.simulation.stored import found_in
from tests.e2e.stack import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(
    live_server: LiveServer, access: Access, journal_path: Path
) -> Callable[[Callable[[], bool]], None]:
    """Run the program until something holds, and stop it as Ctrl-C does."""

    def run(holds: Callable[[], bool]) -> None:
        stop, journal = threading.Event(), FileJournal(journal_path)
        options = Options(url=live_server.url, pace=0.02, history_days=3, reviewer=True)
        program = threading.Thread(
            target=simulate, args=(access, options), kwargs={"journal": journal, "stop": stop}
        )
        program.start()
        try:
            until(holds, within_s=120)
        finally:
            stop.set()
            program.join(timeout=60)
        assert not program.is_alive()

    return run


@pytest.fixture
def _quick_people(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_S", "SECOND_S", "LEAST_S", "MOST_S"):
        monkeypatch.setattr(reviewer, name, 0.1)


@pytest.mark.usefixtures("_quick_people")
def test_two_runs_of_one_story_lose_and_double_nothing(
    told: Callable[[Callable[[], bool]], None], journal_path: Path, database_url: str
) -> None:
    told(lambda: Vote.objects.exists() and Task.objects.filter(state="FINISHED").count() > 40)
    before = Task.objects.count()

    told(lambda: Task.objects.count() > before + 20)

    expected = expected_of(journal_read(journal_path))
    assert differences(expected, found_in(database_url, fleet="shop")) == []
    assert {Kind.TICKET, Kind.VOTE, Kind.INTERACTION} <= {fact.kind for fact in expected.must}
    assert Outcome.objects.filter(task=None).count() == 3 * 74 + 9


def test_a_key_that_does_not_sign_in_ends_the_program(
    live_server: LiveServer, journal_path: Path
) -> None:
    access = Access(keys={"production": "cs_none_such"})
    options = Options(url=live_server.url)

    with pytest.raises(RefusedError, match="No key has this prefix and secret"):
        simulate(access, options, journal=FileJournal(journal_path), stop=threading.Event())
