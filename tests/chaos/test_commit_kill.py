"""``kill -9`` of a worker around each commit of a sweep; the next worker finishes what it began."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection

from escalations.models import Ticket
from escalations.tasks import sweep
from governance.models import Event, Fleet, Task
from governance.selectors.clock import clock_now
from governance.services import relay
from tests.escalations.asking import task_asked
from tests.escalations.invariants import broken
from tests.escalations.people import crew_of
from tests.escalations.rows import rows_read
from tests.factories import FleetFactory

pytestmark = pytest.mark.django_db(transaction=True)


def overdue(fleet: Fleet, count: int) -> None:
    """Leave tickets behind whose time is over."""
    lena = crew_of(fleet).lena
    for _ in range(count):
        task_asked(fleet, lena)
    ago = clock_now() - timedelta(seconds=1)
    Ticket.objects.update(decide_by=ago)
    Task.objects.update(answer_by=ago)


def killed(when: str, number: int) -> int:
    """Run a sweep in a process that kills itself there; return how it ended."""
    url = urlsplit(os.environ["DATABASE_URL"])
    named = url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.dying", when, str(number)],
        env={**os.environ, "DATABASE_URL": named, "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=False,
    )
    return done.returncode


@pytest.mark.parametrize(
    ("when", "number", "expired"),
    [("before", 1, 0), ("after", 1, 1), ("before", 2, 1), ("after", 2, 2)],
)
def test_a_sweep_killed_around_any_commit_expires_each_ticket_once(
    when: str, number: int, expired: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet: Fleet = FleetFactory(slug="shop")
    overdue(fleet, 3)

    assert killed(when, number) == -signal.SIGKILL
    assert Ticket.objects.filter(state="EXPIRED").count() == expired
    assert broken(rows_read(fleet)) == []

    sweep()
    sweep()
    monkeypatch.setattr(relay, "WAIT", timedelta())
    relay.events_relay()

    assert Ticket.objects.filter(state="EXPIRED").count() == 3
    assert Task.objects.filter(state="EXPIRED").count() == 3
    assert Event.objects.filter(name="ticket.expired").count() == 3
    assert not Event.objects.filter(pushed_at=None).exists()
    assert broken(rows_read(fleet)) == []
