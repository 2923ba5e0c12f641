"""Real workers and a real beat leave signs of life; whoever kills them is told by the page."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.selectors.health import parts_now
from governance.domain.health import PartState
from governance.selectors.signs import BEAT_KEY, WORKER_KEYS, signs_read
from tests.chaos.own_worker import ALONE
from tests.config.held import comes_true
from tests.signs import nobody_there, silent_for

CELERY = (sys.executable, "-m", "celery", "-A", "config")


def part(key: str) -> tuple[PartState, str]:
    return next((each.state, each.said) for each in parts_now() if each.key == key)


def started(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*CELERY, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("pool", ["prefork", "threads"])
def test_a_killed_worker_is_missed_and_one_that_was_told_to_stop_is_forgotten(pool: str) -> None:
    nobody_there()
    with started("worker", "-Q", "notify", "-n", "one@h", "-P", pool, "-c", "1", *ALONE) as killed:
        assert comes_true(lambda: part("queue-notify")[0] is PartState.OK)
        assert part("queue-gate")[0] is PartState.AWAY
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait(30)
    silent_for(f"{WORKER_KEYS}one@h", 31)

    assert part("queue-notify") == (
        PartState.AWAY,
        "0 messages wait; its worker was last heard 31 s ago.",
    )

    with started("worker", "-Q", "notify", "-n", "two@h", "-P", pool, "-c", "1", *ALONE) as told:
        assert comes_true(lambda: part("queue-notify")[0] is PartState.OK)
        told.terminate()
        assert told.wait(30) == 0
    assert [worker.name for worker in signs_read().workers] == ["one@h"]


@pytest.mark.django_db
def test_a_beat_without_a_worker_fills_queues_whose_messages_age(tmp_path: Path) -> None:
    nobody_there()
    with started("beat", "--schedule", str(tmp_path / "schedule"), "--pidfile", "") as beat:
        assert comes_true(lambda: part("beat")[0] is PartState.OK)
        assert comes_true(lambda: signs_read().queues["sweep"].depth > 0)
        os.killpg(beat.pid, signal.SIGKILL)
        beat.wait(30)
    oldest_s = signs_read().queues["sweep"].oldest_s
    silent_for(BEAT_KEY, 31)

    assert oldest_s is not None
    assert 0 <= oldest_s < 60
    assert part("beat") == (PartState.AWAY, "The last beat was 31 s ago.")
    nobody_there()
