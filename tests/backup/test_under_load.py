"""A back-up is taken while agents work, and the fleet goes on from it elsewhere."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from config.backup_manifest import manifest_path, manifest_read
from config.embedded import Home
from config.embedded.home import PROJECT
from tests.backup.installation import OUTSIDE, Caller, Installation
from tests.backup.shop import Load, shop_begun, task_body
from tests.config.held import comes_true

SIGNED_IN = """
from importlib import import_module
from django.conf import settings
store = import_module(settings.SESSION_ENGINE).SessionStore()
store["kept"] = 1
store.create()
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
UserSession.objects.create(
    user=get_user_model().objects.first(), session_key=store.session_key, ip="::", user_agent=""
)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("backup")


@dataclass(frozen=True)
class Taken:
    """A back-up that was taken while agents worked, and what was said and answered meanwhile."""

    site: Installation
    dump: Path
    told: str
    key: Caller
    rita: Caller
    refund: dict[str, Any]
    meanwhile: int
    refused: list[str]


@pytest.fixture(scope="module")
def taken(folder: Path) -> Taken:
    old, dump = Installation(Home(folder / "old")), folder / "shop.dump"
    with old.served(18_720) as root:
        key, rita = shop_begun(old, root)
        refund = key.send("POST", "tasks", task_body("waits", agent="bot-7", refund=True)).json()
        with Load(key) as load:
            assert comes_true(lambda: len(load.answered) > 20)
            before = len(load.answered)
            told = old.done("backup", str(dump))
            after = len(load.answered)
            assert comes_true(lambda: len(load.answered) > after)
        refused = [each.text for each in load.answered if each.status_code >= 300]
    return Taken(old, dump, told, key, rita, refund, after - before, refused)


def test_a_backup_under_load_is_restored_and_the_fleet_goes_on(folder: Path, taken: Taken) -> None:
    new, dump, refund = Installation(Home(folder / "new")), taken.dump, taken.refund

    restored = new.done("restore", str(dump))

    # Agents were answered while it ran.
    assert (taken.refused, taken.meanwhile > 0) == ([], True)
    manifest = manifest_read(dump)
    assert f"{manifest.bytes:,} bytes" in taken.told
    assert "are as its manifest says" in restored
    assert "shop: nothing was changed; " in restored
    # The refund, and audits of what ran by itself.
    assert int(restored.split("Tickets that wait: ")[1].split(".")[0]) >= 1
    assert stat.S_IMODE(dump.stat().st_mode) == stat.S_IMODE(manifest_path(dump).stat().st_mode)
    assert stat.S_IMODE(dump.stat().st_mode) == 0o600
    head = manifest.contents.heads["shop"]
    with new.served(18_730) as root:
        key, rita = replace(taken.key, root=root), replace(taken.rita, root=root)
        events = key.send("GET", f"events?after={head.seq - 1}").json()["events"]
        waiting = key.send("GET", f"tasks/{refund['id']}").json()
        ticket = f"tickets/{waiting['ticket']['id']}"
        approved = rita.send(
            "POST",
            f"{ticket}/approve",
            {"reason_code": "arguments_checked", "reason_text": "The order came back damaged."},
            If_Match='"1"',
        )
        # What was asked before is answered as it was; what is new goes on.
        again = key.send("POST", "tasks", task_body("waits", agent="bot-7", refund=True))
        fresh = key.send("POST", "tasks", task_body("fresh", agent="bot-6"))
        outcome = key.send("POST", f"tasks/{fresh.json()['id']}/outcome", {"result": "success"})
        grown = key.send("GET", f"events?after={head.seq}").json()["events"]
    assert [(each["seq"], each["hash"]) for each in events] == [(head.seq, head.hash)]
    assert (waiting["state"], approved.status_code) == ("PENDING", 200)
    assert (again.status_code, again.json()["id"]) == (200, refund["id"])
    assert (fresh.json()["state"], outcome.status_code) == ("READY", 200)
    # The chain goes on where the back-up ended.
    assert [each["seq"] for each in grown] == list(range(head.seq + 1, head.seq + 1 + len(grown)))
    assert len(grown) > 0


def test_nobody_is_signed_in_by_a_copy(folder: Path, taken: Taken) -> None:
    site, path = taken.site, folder / "sessions.dump"
    count = (
        "from django.contrib.sessions.models import Session as S;"
        "from allauth.usersessions.models import UserSession as U;"
        "print(S.objects.count(), U.objects.count())"
    )
    with site.database():
        site.done("shell", "-v0", "-c", SIGNED_IN)
        before = site.done("shell", "-v0", "-c", count)
        site.done("backup", str(path))
    copy = Installation(Home(folder / "copy"))
    copy.done("restore", str(path))
    with copy.database():
        after = copy.done("shell", "-v0", "-c", count)

    assert (before.strip(), after.strip()) == ("1 1", "0 0")


def test_a_backup_is_refused_where_it_would_take_the_place_of_another(taken: Taken) -> None:
    dump = taken.dump
    before = dump.read_bytes()

    again = taken.site.manage("backup", str(dump))

    assert again.returncode == 1
    assert f"{dump} is there already, and no back-up is overwritten." in again.stderr
    assert dump.read_bytes() == before
    assert [each.name for each in dump.parent.glob(".*")] == []


def test_a_database_in_use_is_never_restored_into(taken: Taken) -> None:
    refused = taken.site.manage("restore", str(taken.dump))

    assert refused.returncode == 1
    assert "The database countersign is not empty: it has " in refused.stderr


def test_a_file_that_was_changed_is_refused_before_anything_is_done(
    folder: Path, taken: Taken
) -> None:
    dump, changed = taken.dump, folder / "changed.dump"
    whole = bytearray(dump.read_bytes())
    whole[len(whole) // 2] ^= 1
    changed.write_bytes(whole)
    manifest_path(changed).write_bytes(manifest_path(dump).read_bytes())
    empty = Installation(Home(folder / "empty"))

    refused = empty.manage("restore", str(changed))

    assert not empty.home.postgres.exists()
    assert refused.returncode == 1
    assert "is not the file that was written: its SHA-256 is " in refused.stderr
    assert "There is no " in empty.manage("restore", str(folder / "absent.dump")).stderr


def test_a_manifest_that_counts_otherwise_is_not_believed(folder: Path, taken: Taken) -> None:
    dump, other = taken.dump, folder / "other.dump"
    other.write_bytes(dump.read_bytes())
    plain = json.loads(manifest_path(dump).read_text())
    plain["contents"]["rows"]["governance_task"] += 1
    manifest_path(other).write_text(json.dumps(plain))

    refused = Installation(Home(folder / "third")).manage("restore", str(other))

    assert refused.returncode == 1
    assert "What was loaded is not what the manifest says: governance_task has " in refused.stderr


def test_nothing_is_written_where_there_is_no_installation(folder: Path) -> None:
    nowhere, target = folder / "nowhere", str(folder / "never.dump")
    named = {name: each for name, each in os.environ.items() if name not in OUTSIDE}
    wrong = subprocess.run(
        [sys.executable, "manage.py", "backup", target],
        cwd=PROJECT,
        env={**named, "COUNTERSIGN_HOME": str(nowhere)},
        capture_output=True,
        text=True,
        check=False,
    )
    site = Installation(Home(folder / "bare"))
    with site.database():
        elsewhere = site.manage("backup", target, COUNTERSIGN_HOME=str(nowhere))
        adopted = site.manage("adopt")

    assert f"There is no installation in {nowhere}: name its folder in" in wrong.stderr
    told = "The database countersign holds no installation of Countersign"
    assert [told in each.stderr for each in (elsewhere, adopted)] == [True, True]
    assert [each.returncode for each in (wrong, elsewhere, adopted)] == [1, 1, 1]
    assert "Traceback" not in wrong.stderr + elsewhere.stderr + adopted.stderr
    assert (nowhere.exists(), list(folder.glob("*never*"))) == (False, [])
