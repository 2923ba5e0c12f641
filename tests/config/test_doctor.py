"""`manage.py doctor` says the same as the health page, whatever is away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from governance.domain.health_words import ABOUT
from governance.selectors.signs import BEAT_KEY
from tests.signs import PARTS, everybody_there, silent_for

ROOT = Path(__file__).resolve().parents[2]


def doctor(**away: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does, with some servers elsewhere."""
    return subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=ROOT,
        env={**os.environ, "COUNTERSIGN_TESTING": "1", **away},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.django_db
def test_it_says_that_all_is_well_and_ends_with_0() -> None:
    everybody_there()
    out = StringIO()

    call_command("doctor", stdout=out)

    assert f"No part needs a look: {PARTS - 4} of {PARTS} are well." in out.getvalue()
    assert "ok       Database: PostgreSQL" in out.getvalue()
    assert "\nnot yet  Back-up: None was made yet.\n" in out.getvalue()


@pytest.mark.django_db
def test_it_says_what_to_do_and_ends_with_1() -> None:
    everybody_there()
    silent_for(BEAT_KEY, 42)
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=out)

    assert ended.value.code == 1
    assert "away     Beat: The last beat was 42 s ago. Lag 42 s.\n" in out.getvalue()
    assert "docker compose up -d beat" in out.getvalue()
    assert f"1 of {PARTS} parts needs a look: beat." in out.getvalue()


def test_without_a_database_it_says_so_and_still_asks_the_broker() -> None:
    everybody_there()

    ended = doctor(DATABASE_URL="postgresql://nobody@127.0.0.1:1/nowhere")
    parts = {part["key"]: part for part in json.loads(ended.stdout)}

    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert (parts["database"]["state"], parts["database"]["last_error"]) == (
        "away",
        "OperationalError",
    )
    assert {parts[key]["state"] for key in ("migrations", "sweeper", "relay")} == {"unknown"}
    # A busy machine may take long to start the command: late is possible, unknown is not.
    told = {parts[key]["state"] for key in ("broker", "beat", "queue-gate")}
    assert not told & {"unknown", "away"}
    assert list(parts) == [key for key in ABOUT if key in parts]


def test_without_a_broker_it_says_so_and_still_asks_the_database() -> None:
    ended = doctor(BROKER_URL="redis://127.0.0.1:1/0")
    parts = {part["key"]: part for part in json.loads(ended.stdout)}

    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert (parts["broker"]["state"], parts["beat"]["state"]) == ("away", "unknown")
    assert parts["database"]["state"] == "ok"
