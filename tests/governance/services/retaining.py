"""A fleet with records past their time, and a removal of them as far as a test wants it."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from governance.domain.policy import policy_default, policy_to_plain
from governance.models import Event, Fleet, RetentionRun
from governance.selectors.clock import clock_now
from governance.services.cancelling import task_cancel
from governance.services.retention import (
    retention_agree,
    retention_ask,
    retention_propose,
    retention_work,
)
from governance.services.retention_archive import retention_export
from governance.services.rollups import fleet_roll_up
from tests.factories import PolicyVersionFactory

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

KEPT_DAYS = 200


def policy_keeps(fleet: Fleet, **days: int) -> None:
    """Put a policy in force that keeps tasks, interactions and events as long as it says."""
    plain = policy_to_plain(policy_default())
    plain["retention"] |= days
    version = PolicyVersionFactory(fleet=fleet, body=plain)
    Fleet.objects.filter(pk=fleet.pk).update(policy=version)
    fleet.refresh_from_db()


def lived(shop: Orchestrator, clock: Clock, *, days: float = 300) -> None:
    """Let a fleet work, be asked and load a history; then, days later, work once more."""
    shop.load(["success"] * 30 + ["failure"] * 2)
    for result in ("success", "failure", "success"):
        shop.work(result)
    asked = shop.ask("refund").task
    task_cancel(key=shop.key, task_id=asked.pk, reason="Not needed.")
    clock.forward(days=days)
    shop.work()
    fleet_roll_up(fleet_id=shop.fleet.pk)
    Event.objects.update(pushed_at=clock_now())
    shop.fleet.refresh_from_db()


def prepared(fleet: Fleet, user: User) -> RetentionRun:
    run = retention_ask(fleet=fleet, user=user)
    retention_work(run_id=run.pk)
    run.refresh_from_db()
    return run


def archive_of(fleet: Fleet, user: User, run: RetentionRun) -> dict[str, Any]:
    """Send the archive whole; return its manifest and the rows of each kind."""
    sent = b"".join(retention_export(fleet=fleet, user=user, number=run.number))
    with zipfile.ZipFile(io.BytesIO(sent)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        rows = {
            name.removesuffix(".jsonl"): [
                json.loads(line) for line in archive.read(name).splitlines()
            ]
            for name in archive.namelist()
            if name.endswith(".jsonl")
        }
    return {"manifest": manifest, "rows": rows, "bytes": sent}


def agreed(fleet: Fleet, adam: User, anna: User) -> RetentionRun:
    """Prepare, export, propose and agree to a removal; a worker has not begun yet."""
    run = prepared(fleet, adam)
    archive_of(fleet, adam, run)
    retention_propose(fleet=fleet, user=adam, number=run.number, reason="Past its time.")
    retention_agree(fleet=fleet, user=anna, number=run.number)
    run.refresh_from_db()
    return run
