"""What sealing costs: bytes, seconds, and the calls beside it: ``python -m tests.bench.seals``.

Copies outcomes into an embedded database of its own, seals them, checks them, and works tasks
through the services with and without a sealer beside. Options: ``--outcomes``, ``--tasks``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from config.embedded import Home, embedded_stack, environment_complete

if TYPE_CHECKING:
    from tests.governance.services.orchestrator import Orchestrator

MILLION = 1_000_000
LOADED = 1_000
COPY = """
INSERT INTO governance_outcome ({columns})
SELECT gen_random_uuid(), {values} FROM governance_outcome, generate_series(1, %s) AS copy
"""
OTHER = {
    "task_external_id": "task_external_id || '-' || copy",
    "fact": "fact + copy * 1000000",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--outcomes", type=int, default=100_000)
    parser.add_argument("--tasks", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cs-seals-") as folder:
        home = Home(Path(folder) / "home")
        os.environ |= {"COUNTERSIGN_TESTING": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
        environment_complete(os.environ, home)
        with embedded_stack(home):
            measure(options.outcomes, options.tasks)


def measure(outcomes: int, tasks: int) -> None:
    """Print what was measured, scaled to a million outcomes where it grows with them."""
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    shop = shop_new()
    alone_ms = works(shop, tasks)
    copied(outcomes)
    rows, seal_s, kilobytes, check_s = sealed(shop)
    beside_ms = beside(shop, tasks, outcomes)
    scale = MILLION / rows
    print(f"{rows:,} rows sealed in {seal_s:.1f} s: {rows / seal_s:,.0f} a second")
    print(
        f"1,000,000 outcomes: sealed in {seal_s * scale:.0f} s, checked in {check_s * scale:.0f} s,"
    )
    print(f"  seals of {kilobytes * scale / 1024:.0f} MiB")
    print(f"a task from question to outcome: {alone_ms:.1f} ms in the median without a sealer,")
    print(f"  {beside_ms:.1f} ms with one at work beside it")


def shop_new() -> Orchestrator:
    from tests.escalations.people import crew_of  # noqa: PLC0415
    from tests.factories import FleetFactory  # noqa: PLC0415
    from tests.governance.services.orchestrator import Orchestrator  # noqa: PLC0415

    fleet = FleetFactory(slug="shop")
    shop = Orchestrator(fleet, crew_of(fleet))
    shop.load(["success"] * LOADED)
    return shop


def works(shop: Orchestrator, tasks: int) -> float:
    """Return the median time of a task from the question to its outcome, in milliseconds."""
    took = []
    for _ in range(tasks):
        began = time.perf_counter()
        shop.work()
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def copied(outcomes: int) -> None:
    from django.db import connection  # noqa: PLC0415

    from governance.models import Outcome  # noqa: PLC0415

    names = [
        field.column
        for field in Outcome._meta.concrete_fields
        if field.column not in {"id", "transaction", "task_id"}
    ]
    values = ", ".join(OTHER.get(str(name), f'"{name}"') for name in names)
    columns = ", ".join(["id", *(f'"{name}"' for name in names)])
    with connection.cursor() as cursor:
        cursor.execute(COPY.format(columns=columns, values=values), [max(1, outcomes // LOADED)])


def sealed(shop: Orchestrator) -> tuple[int, float, float, float]:
    """Return rows, seconds of sealing, kilobytes of seals and seconds of a check."""
    from django.db import connection  # noqa: PLC0415

    from governance.models import Seal  # noqa: PLC0415
    from governance.selectors.log_checking import LogRun  # noqa: PLC0415
    from governance.services.sealing import fleet_seal  # noqa: PLC0415

    began = time.perf_counter()
    assert fleet_seal(fleet_id=shop.fleet.pk, turn_s=3600.0)
    seal_s = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('governance_seal') / 1024.0")
        kilobytes = float(cursor.fetchone()[0])
    began = time.perf_counter()
    assert not list(LogRun(fleet_id=shop.fleet.pk).findings())
    rows = sum(Seal.objects.values_list("rows", flat=True))
    return rows, seal_s, kilobytes, time.perf_counter() - began


def beside(shop: Orchestrator, tasks: int, outcomes: int) -> float:
    """Return the same median as `works` while another thread seals a copy of the history."""
    from django.db import connection  # noqa: PLC0415

    from governance.models import Seal, SealHead  # noqa: PLC0415
    from governance.services.sealing import fleet_seal  # noqa: PLC0415

    Seal.objects.all().delete()
    SealHead.objects.all().delete()

    def seal() -> None:
        try:
            fleet_seal(fleet_id=shop.fleet.pk, turn_s=3600.0)
        finally:
            connection.close()

    sealer = threading.Thread(target=seal)
    sealer.start()
    took = works(shop, tasks)
    sealer.join()
    return took


if __name__ == "__main__":
    main()
