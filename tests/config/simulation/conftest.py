from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from config.demo import DemoAccess, demo_prepare, prepare
from config.embedded import Home
from config.simulation.access import DESK, KEY_SCOPES, REGISTRY, Access
from config.simulation.asking import Asker
from config.simulation.journal import FileJournal
from config.simulation.opening import cast_register
from config.simulation.performing import Performer
from config.simulation.runs import Run
from config.simulation.wire import Patience, Wire


@dataclass(frozen=True, slots=True)
class Stage:
    """A real server with the demo's fleet and the story's agents, whose past is not loaded."""

    url: str
    access: Access
    wires: dict[str, Wire]
    patience: Patience
    performer: Performer
    rehearsed: list[str]

    def perform(self, run: Run, name: str) -> None:
        """Perform a run to its end; people are not there, so nothing in it may wait for them."""
        assert list(self.performer.perform(run, name)) == []


@pytest.fixture
def demo(
    live_server: LiveServer, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> DemoAccess:
    # The shop's past is not needed here, and folding it takes longer than most of these tests.
    monkeypatch.setattr(prepare, "PASTS", ())
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return demo_prepare(Home(tmp_path))


@pytest.fixture
def access(demo: DemoAccess) -> Access:
    passwords = {one.username: one.password for one in demo.sign_ins}
    return Access(keys=demo.keys, fleet=demo.fleet, passwords=passwords)


@pytest.fixture
def stage(live_server: LiveServer, access: Access, tmp_path: Path) -> Iterator[Stage]:
    patience = Patience(threading.Event())
    journal = FileJournal(tmp_path / "journal")
    wires = {
        name: Wire(live_server.url, access.key(name), patience=patience, journal=journal)
        for name in KEY_SCOPES
    }
    cast_register(wires[REGISTRY], owners={})
    rehearsed: list[str] = []
    asker = Asker(wires, patience, pace=0.0, rehearse=rehearsed.append)
    performer = Performer(wires, asker, patience, pace=0.0, desk=DESK)
    yield Stage(live_server.url, access, wires, patience, performer, rehearsed)
    journal.close()


@pytest.fixture
def journal_path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def database_url() -> str:
    """Return the address of the database the tests use, which is not the one of the settings."""
    at = django_settings.DATABASES["default"]
    return f"host={at['HOST']} port={at['PORT']} user={at['USER']} password={at['PASSWORD']} dbname={at['NAME']}"
