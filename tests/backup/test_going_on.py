"""What comes in after a move to another cluster, whose own transaction numbers begin anew."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from config.backup_manifest import manifest_read
from config.embedded import Home
from tests.backup.installation import Caller, Installation
from tests.backup.shop import shop_begun, task_body

# The old cluster is far ahead of what a new one reaches by loading a dump.
AGE = """
from django.db import connection
connection.cursor().execute(
    "DO $$ BEGIN FOR i IN 1..5000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
)
"""
# What the worker does every 10 to 30 s.
WORK = """
import json
from config.celery import app
app.loader.import_default_modules()
for name in "refresh ledger rollups seals".split():
    app.tasks[f"governance.{name}"]()
from governance.models import AgentBucket, Decision, Fleet, LedgerEntry, Outcome, Seal
from escalations.models import Vote
from django.db.models import Sum
sealed = {
    kind: b"".join(bytes(seal.ids) for seal in Seal.objects.filter(kind=kind))
    for kind in ("decisions", "outcomes", "votes")
}
print(json.dumps({
    "outcomes": Outcome.objects.count(),
    "folded": Fleet.objects.get().refresh.number,
    "booked": len(set(
        LedgerEntry.objects.filter(source_kind="outcome").values_list("source_id", flat=True)
    )),
    "rolled up": AgentBucket.objects.filter(size="day").aggregate(n=Sum("outcomes"))["n"],
    "unsealed": [
        str(row.pk)
        for kind, model in (("decisions", Decision), ("outcomes", Outcome), ("votes", Vote))
        for row in model.objects.all()
        if row.pk.bytes not in sealed[kind]
    ],
    "numbers": list(Outcome.objects.order_by("received_at").values_list("transaction", flat=True)),
}))
"""
REASON = {"reason_code": "arguments_checked", "reason_text": "The order came back damaged."}


def work_done(key: Caller, rita: Caller, name: str) -> None:
    """Let a task run by itself and report, and let a person answer for another."""
    asked = key.send("POST", "tasks", task_body(name, agent="bot-1")).json()
    body = {"result": "success", "cost_usd": "0.05", "value_usd": "2"}
    assert key.send("POST", f"tasks/{asked['id']}/outcome", body).status_code == 200
    refund = key.send("POST", "tasks", task_body(f"{name}-r", agent="bot-2", refund=True)).json()
    path = f"tickets/{refund['ticket']['id']}/approve"
    assert rita.send("POST", path, REASON, If_Match='"1"').status_code == 200


def told(site: Installation) -> dict[str, Any]:
    """Return what the worker's turn leaves."""
    found: dict[str, Any] = json.loads(site.done("shell", "-v0", "-c", WORK).splitlines()[-1])
    return found


def secrets_moved(old: Installation, new: Installation) -> None:
    """Give a new home what a back-up does not hold: the key that signs."""
    new.home.root.mkdir(mode=0o700)
    shutil.copy2(old.home.root / "seal-key", new.home.root / "seal-key")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("going-on")


@dataclass(frozen=True)
class Taken:
    """A back-up of a cluster that had counted far, and what was read and sealed by then."""

    site: Installation
    dump: Path
    key: Caller
    rita: Caller
    before: dict[str, Any]


@pytest.fixture(scope="module")
def taken(folder: Path) -> Taken:
    old, dump = Installation(Home(folder / "old")), folder / "shop.dump"
    with old.served(18_760) as root:
        key, rita = shop_begun(old, root)
        old.done("shell", "-v0", "-c", AGE)
        work_done(key, rita, "before")
        before = told(old)
        old.done("backup", str(dump))
    return Taken(old, dump, key, rita, before)


def test_what_comes_in_after_a_restore_is_folded_booked_rolled_up_and_sealed(
    folder: Path, taken: Taken
) -> None:
    new, stranger = (Installation(Home(folder / name)) for name in ("new", "stranger"))
    dump, before = taken.dump, taken.before

    refused = stranger.manage("restore", str(dump))
    secrets_moved(taken.site, new)
    new.done("restore", str(dump))

    with new.served(18_765) as root:
        work_done(replace(taken.key, root=root), replace(taken.rita, root=root), "after")
        after = told(new)
    # The key that signed is asked for before anything is loaded.
    (signed_with,) = manifest_read(dump).seal_keys
    assert refused.returncode == 1
    assert f"is signed with the key {signed_with}, and this installation has " in refused.stderr
    for secret in ("seal-key", "secret-key"):
        assert str(stranger.home.root / secret) in refused.stderr
    assert not stranger.home.postgres.exists()
    assert (before["outcomes"], before["unsealed"]) == (1, [])
    assert [before[each] for each in ("folded", "booked", "rolled up")] == [1, 1, 1]
    assert [after[each] for each in ("folded", "booked", "rolled up")] == [2, 2, 2]
    assert after["unsealed"] == []
    # The old row keeps its number, which is signed.
    assert after["numbers"][0] == before["numbers"][0] < after["numbers"][1]


MOVED_BY_HAND = """
from pathlib import Path
from config.embedded.dump import dump_load, tools_find
from config.settings import ENV
from django.db import connection
major = connection.pg_version // 10_000
dump_load(tools_find(server_major=major), ENV.database, path=Path({path!r}))
"""


def test_a_move_by_hand_is_told_until_the_database_is_adopted(folder: Path, taken: Taken) -> None:
    moved, path = Installation(Home(folder / "moved")), str(taken.dump)
    secrets_moved(taken.site, moved)
    with moved.database():
        moved.done("shell", "-v0", "-c", MOVED_BY_HAND.format(path=path))
        before = seals_part(moved)
        adopted = moved.done("adopt")
        again = moved.done("adopt")
        after = seals_part(moved)

    assert (before["state"], before["said"]) == (
        "late", "Nothing new is sealed, booked or rolled up.",
    )  # fmt: skip
    assert before["last_error"].startswith("Transaction numbers went back: the next is ")
    assert before["last_error"].endswith("run: python manage.py adopt")
    assert adopted.startswith("Transaction numbers were raised by ")
    assert "shop: nothing was changed; " in adopted
    assert again.startswith("Transaction numbers stand behind all that is stored: nothing was done")
    assert (after["state"], after["last_error"]) == ("ok", None)


def seals_part(site: Installation) -> dict[str, Any]:
    """Return what `doctor` says of the seals."""
    parts: list[dict[str, Any]] = json.loads(site.manage("doctor", "--json").stdout)
    return next(part for part in parts if part["key"] == "seals")
