"""Move tickets at random from many real connections at once, and look for harm.

``python -m tests.chaos.tickets --seconds 60 --connections 32`` runs a database of its own, lets
every connection claim, vote, undo, start, withdraw and expire the same twelve tickets as fast as
it can, and checks the invariants of `tests.escalations.invariants` meanwhile and at the end.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

from config.embedded import Home, embedded_stack


def main() -> int:
    """Run as a program; the exit code says whether anything was harmed."""
    given = _options()
    with (
        tempfile.TemporaryDirectory(prefix="countersign-tickets-") as folder,
        embedded_stack(Home(Path(folder)), variables={}, durable=False) as stack,
    ):
        os.environ |= {
            "DATABASE_URL": stack.database_url,
            "BROKER_URL": stack.broker_url,
            "COUNTERSIGN_TESTING": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        django.setup()
        call_command("migrate", verbosity=0)
        # Models may be imported only once their settings are chosen.
        from tests.chaos.ticket_storm import storm  # noqa: PLC0415

        report = storm(seconds=given.seconds, connections=given.connections, seed=given.seed)
    print("\n".join(report.lines()))
    return 1 if report.deadlocks or report.defects or report.broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long they move")
    parser.add_argument("--connections", type=int, default=32, help="how many move at once")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
