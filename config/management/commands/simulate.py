from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from config.embedded import home_named
from config.simulation.access import Access, AccessError, access_read
from config.simulation.journal import FileJournal, NoJournal
from config.simulation.program import Options, simulate
from examples.client import RefusedError

if TYPE_CHECKING:
    from argparse import ArgumentParser

# Nobody in the cast has a longer past.
HISTORY_MOST_DAYS = 30
SLOWEST_PACE = 1000.0


class Command(BaseCommand):
    help = (
        "Run a fleet of simulated agents against the HTTP API: thirty days of history first, then"
        " work without end, the same for the same seed. Ctrl-C stops it; started again, it goes on."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="which story; default: 1")
        parser.add_argument(
            "--url",
            default=os.environ.get("COUNTERSIGN_URL", "http://127.0.0.1:8000"),
            help="default: COUNTERSIGN_URL or http://127.0.0.1:8000",
        )
        parser.add_argument(
            "--key-file",
            type=Path,
            help="demo.json of a demo, or a file with one key; default: the demo's of this home",
        )
        parser.add_argument(
            "--owner",
            help="user name of a member who owns the agents, in a fleet without the demo's people",
        )
        parser.add_argument("--journal", type=Path, help="append every call and its answer here")
        parser.add_argument(
            "--reviewer",
            action="store_true",
            help="let the demo's people decide tickets by themselves, after a while",
        )
        parser.add_argument(
            "--pace",
            type=_pace,
            default=1.0,
            help=f"stretch every wait; 0.5 is twice as fast; at most {SLOWEST_PACE:g}",
        )
        parser.add_argument(
            "--history-days",
            type=_days,
            default=HISTORY_MOST_DAYS,
            help=f"days to load first, at most {HISTORY_MOST_DAYS}; 0 for none",
        )

    def handle(self, *_args: Any, **given: Any) -> None:
        path = given["key_file"] or home_named().root / "demo.json"
        access = _access(path)
        if given["reviewer"] and not access.passwords:
            raise CommandError(f"{path} names no people who could decide.")
        logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s")
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        options = Options(
            url=given["url"],
            seed=given["seed"],
            pace=given["pace"],
            history_days=given["history_days"],
            owner=given["owner"] or "",
            reviewer=given["reviewer"],
        )
        journal = FileJournal(given["journal"]) if given["journal"] else NoJournal()
        try:
            simulate(access, options, journal=journal, stop=stop)
        except RefusedError as error:
            raise CommandError(f"Countersign refused the call itself: {error}") from error


def _pace(text: str) -> float:
    try:
        pace = float(text)
    except ValueError:
        pace = 0.0
    if not 0 < pace <= SLOWEST_PACE:
        raise ArgumentTypeError(f"must be above 0, at most {SLOWEST_PACE:g}, got {text!r}")
    return pace


def _days(text: str) -> int:
    if not text.isdecimal() or int(text) > HISTORY_MOST_DAYS:
        raise ArgumentTypeError(f"must be 0 to {HISTORY_MOST_DAYS}, got {text!r}")
    return int(text)


def _access(path: Path) -> Access:
    try:
        return access_read(path)
    except FileNotFoundError:
        raise CommandError(f"{path} does not exist; name a file with --key-file.") from None
    except AccessError as error:
        raise CommandError(str(error)) from error
