"""``kill -9`` of the worker in the middle of a scan."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from governance.domain.collusion.states import ScanSlice, ScanState
from governance.domain.collusion.words import stage_phrase
from governance.models import CollusionRing, CollusionScan, Fleet
from governance.services.collusion_scans import scan_ask, scan_run, scans_due
from governance.tasks import collusion_scan
from tests.chaos.held_scan import HELD_AT
from tests.chaos.own_worker import own_worker
from tests.config.held import comes_true
from tests.dashboard.incident import words
from tests.dashboard.people import people_of_shop
from tests.governance.services.colluding import colluding

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Yield a worker that can be held, and the queue that is its alone."""
    with own_worker("tests.chaos.held_scan") as started:
        yield started


def test_a_scan_whose_worker_is_killed_is_said_to_have_failed_and_the_next_one_runs(
    worker: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, queue = worker
    people = people_of_shop()
    fleet = Fleet.objects.get(slug="shop")
    colluding(fleet)
    asked = scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan")
    collusion_scan.apply_async((str(asked.pk),), queue=queue)
    assert comes_true(lambda: CollusionScan.objects.get(pk=asked.pk).stage == HELD_AT)

    os.killpg(process.pid, signal.SIGKILL)
    process.wait()

    browser = Client()
    browser.force_login(people.rita)
    scan = CollusionScan.objects.get(pk=asked.pk)
    assert scan.state == ScanState.RUNNING
    assert f"A scan runs, {stage_phrase(HELD_AT)}: 75" in words(browser, "/f/shop/collusion/")

    # Two minutes of silence, of which nobody waits.
    heard_at = scan.heard_at - timedelta(minutes=2)
    CollusionScan.objects.update(heard_at=heard_at)
    scans_due()

    page = words(browser, "/f/shop/collusion/")
    assert "A scan runs" not in page
    assert (
        f"The last scan failed: Its worker was lost: nothing was heard of it since"
        f" {heard_at:%Y-%m-%d %H:%M:%S} UTC, at {HELD_AT}, 75% done."
    ) in page
    # The worker that takes the message up again, once the broker hands it out, changes nothing.
    assert scan_run(scan_id=asked.pk).state == ScanState.FAILED
    CollusionScan.objects.update(started_at=scan.started_at - timedelta(hours=1))
    (again,) = scans_due()
    assert scan_run(scan_id=again).state == ScanState.DONE
    assert CollusionRing.objects.count() == 1
