import json
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.domain.collusion.scan import STAGES, scan
from governance.files.reading import Refused, UnreadableFileError, rows_read
from governance.management.progress import bar_on, folder_check, policy_read, refused_list
from governance.scanning.loading import Recorded
from governance.scanning.report import scan_plain, summary
from governance.scanning.rows import INTERACTIONS, RATINGS


class Command(BaseCommand):
    help = "Search recorded interactions for collusion; no database is needed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="interactions: CSV with a header or JSON Lines")
        parser.add_argument("--ratings", type=Path, help="ratings of items by third parties")
        parser.add_argument("--policy", type=Path, help="a policy as JSON (default: a new fleet's)")
        parser.add_argument("--json", type=Path, dest="out", help="write what was found here")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._scan(options)
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error

    def _scan(self, options: dict[str, Any]) -> None:
        path, ratings = options["file"], options["ratings"]
        folder_check(options["out"])
        policy = policy_read(options["policy"])
        recorded = Recorded()
        reading = bar_on(self.stderr, "Reading", path.stat().st_size)
        refused = recorded.load(rows_read(path, INTERACTIONS, told=reading))
        if ratings:
            reading = bar_on(self.stderr, "Reading", ratings.stat().st_size)
            of_ratings = recorded.load_ratings(rows_read(ratings, RATINGS, told=reading))
            refused = [*_of_file(path, refused), *_of_file(ratings, of_ratings)]
        refused_list(self.stderr, refused)
        if refused and not len(recorded):
            message = f"{path}: all {len(refused):,} rows were rejected, so nothing was scanned"
            raise CommandError(message)
        scanning = bar_on(self.stderr, "Scanning", len(STAGES))
        work = recorded.interactions()
        found = scan(work, policy.collusion, told=lambda stage: scanning(STAGES.index(stage) + 1))
        bar_on(self.stderr, "", 0)(0)
        plain = scan_plain(found, recorded.agents, recorded.teams, refused)
        for line in summary(plain):
            self.stdout.write(line)
        if options["out"]:
            options["out"].write_text(json.dumps(plain, ensure_ascii=False) + "\n", "utf-8")


def _of_file(path: Path, refused: Sequence[Refused]) -> Iterator[Refused]:
    return (replace(row, file=path.name) for row in refused)
