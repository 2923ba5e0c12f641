"""The example as people start it: a program that is stopped, killed and started again."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.e2e.desk import Desk
from tests.e2e.stack import PROJECT, Stack, until

pytestmark = pytest.mark.browser

REFUNDS = "SELECT task_id FROM refunds WHERE order_number = ?"


class Loop:
    """The program and the shop it works on."""

    def __init__(self, url: str, key: str, folder: Path) -> None:
        self._url, self._key = url, key
        self._shop = folder / "shop.sqlite3"
        self._log = folder / "loop.log"

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run the program; it may end by itself, else it is killed."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "examples/langgraph/loop.py", "--pace", "0.2"],
                cwd=PROJECT,
                env={
                    **os.environ,
                    "COUNTERSIGN_URL": self._url,
                    "COUNTERSIGN_KEY": self._key,
                    "COUNTERSIGN_SHOP": str(self._shop),
                },
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def said(self) -> str:
        """Return everything any run of it has said."""
        return self._log.read_text()

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Return rows of its shop."""
        with closing(sqlite3.connect(self._shop)) as shop:
            return shop.execute(query, values).fetchall()


@pytest.fixture
def loop(stack: Stack, tmp_path: Path) -> Loop:
    return Loop(stack.url, stack.key, tmp_path)


def test_it_ends_cleanly_when_told_to(loop: Loop) -> None:
    with loop.running() as process:
        until(lambda: "waits for ticket" in loop.said())
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=10) == 0

    assert "Traceback" not in loop.said()


def test_a_refund_that_waited_through_a_kill_is_written_once(
    loop: Loop, desk: Callable[[str], Desk]
) -> None:
    with loop.running() as process:
        until(lambda: "waits for ticket" in loop.said())
        process.kill()
    ((order,),) = loop.rows("SELECT order_number FROM drafts ORDER BY rowid LIMIT 1")
    number = loop.said().partition("waits for ticket #")[2].split()[0]
    rita = desk("rita")
    rita.open_ticket(f"/f/shop/tickets/{number}/")
    rita.decide("Approve", reason="The arguments are right", words="Order and amount match.")

    with loop.running():
        until(lambda: bool(loop.rows(REFUNDS, order)))

    assert len(loop.rows(REFUNDS, order)) == 1


def test_a_wrong_key_ends_it_with_a_sentence(stack: Stack, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "examples/langgraph/loop.py", "--shop", str(tmp_path / "s.sqlite3")],
        cwd=PROJECT,
        env={**os.environ, "COUNTERSIGN_URL": stack.url, "COUNTERSIGN_KEY": "cs_none_such"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode == 2
    assert "No key has this prefix and secret." in done.stdout


def test_without_countersign_it_waits_and_writes_nothing(tmp_path: Path) -> None:
    # Nothing listens on the discard port.
    nowhere = Loop("http://127.0.0.1:9", "cs_a_b", tmp_path)
    with nowhere.running():
        until(lambda: nowhere.said().count("trying again") >= 2)

    assert nowhere.rows("SELECT count(*) FROM journal") == [(0,)]
