"""Answers that do not come, break off, or say that nothing was decided: asked for again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.simulation import wire as wire_module
from config.simulation.journal import FileJournal, NoJournal, journal_read
from config.simulation.wire import Patience, StoppedError, Wire
from examples.client import RefusedError, UnavailableError
from tests.flaky_server import Flaky, flaky_running

WHOLE = json.dumps({"stored": 1, "duplicate": 0, "rejected": 0}).encode()


@pytest.fixture
def flaky() -> Iterator[Flaky]:
    with flaky_running() as server:
        yield server


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UnavailableError, "retry_after_s", 0.0)
    monkeypatch.setattr(wire_module, "FIRST_BACK_OFF_S", 0.001)


def wire(flaky: Flaky, path: Path) -> Wire:
    return Wire(
        flaky.url, "cs_a_b", patience=Patience(threading.Event()), journal=FileJournal(path)
    )


@pytest.mark.parametrize(
    "first",
    [(503, b"{}", 2), (500, b"", 0), (200, WHOLE[:9], len(WHOLE)), (200, b"not json", 8)],
    ids=["nothing decided", "defect", "broken off", "no JSON"],
)
def test_no_answer_is_asked_for_again_and_noted_once(
    flaky: Flaky, tmp_path: Path, first: tuple[int, bytes, int]
) -> None:
    flaky.answers = [first, (200, WHOLE, len(WHOLE))]

    answer = wire(flaky, tmp_path / "journal").interactions([{"id": "x-1"}])

    noted = [entry["what"] for entry in journal_read(tmp_path / "journal")]
    assert answer == {"stored": 1, "duplicate": 0, "rejected": 0}
    assert noted == ["asked", "answered"]


def test_an_outcome_keeps_its_idempotency_key(flaky: Flaky, tmp_path: Path) -> None:
    flaky.answers = [(503, b"{}", 2), (200, b"{}", 2)]

    wire(flaky, tmp_path / "journal").outcome_told("t-1", "success")

    assert flaky.keys == ["outcome-t-1", "outcome-t-1"]


def test_a_key_in_flight_is_waited_for(flaky: Flaky, tmp_path: Path) -> None:
    busy = json.dumps({"code": "idempotency_key_in_flight"}).encode()
    flaky.answers = [(409, busy, len(busy)), (200, b"{}", 2)]

    wire(flaky, tmp_path / "journal").outcome_told("t-1", "success")

    assert flaky.answers == []


def test_a_refusal_is_final_and_noted_with_its_code(flaky: Flaky, tmp_path: Path) -> None:
    reused = json.dumps({"code": "external_id_reused", "detail": "Other content."}).encode()
    flaky.answers = [(409, reused, len(reused))]

    with pytest.raises(RefusedError, match=r"Other content\."):
        wire(flaky, tmp_path / "journal").task(external_id="t-1")

    last = list(journal_read(tmp_path / "journal"))[-1]
    assert (last["ok"], last["code"]) == (False, "external_id_reused")


def test_told_to_stop_it_no_longer_asks() -> None:
    patience = Patience(threading.Event())
    patience.stop.set()
    # Nothing listens on the discard port.
    nowhere = Wire("http://127.0.0.1:9", "cs_a_b", patience=patience, journal=NoJournal())

    with pytest.raises(StoppedError):
        nowhere.interactions([])
