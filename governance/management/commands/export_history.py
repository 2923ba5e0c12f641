import csv
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.domain.policy import policy_to_plain
from governance.models import Fleet
from governance.selectors.history import HISTORY_COLUMNS, history_rows, refresh_lines
from governance.selectors.policies import policy_in_force


class Command(BaseCommand):
    help = "Write a fleet's outcomes, refresh facts and policy as the files that replay reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fleet", help="slug of the fleet")
        parser.add_argument("directory", type=Path, help="where to write; made if it is not there")

    def handle(self, *args: Any, **options: Any) -> None:
        fleet = Fleet.objects.filter(slug=options["fleet"]).first()
        if fleet is None:
            raise CommandError(f"There is no fleet {options['fleet']}.")
        directory: Path = options["directory"]
        try:
            directory.mkdir(parents=True, exist_ok=True)
            # Outcomes first: every refresh that one of them names is there to be read then.
            outcomes = _outcomes_write(fleet, directory / "outcomes.csv")
            refreshes = _refreshes_write(fleet, directory / "refreshes.jsonl")
            plain = json.dumps(policy_to_plain(policy_in_force(fleet=fleet)[1]), indent=2)
            (directory / "policy.json").write_text(plain + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        self.stdout.write(f"{outcomes:,} outcomes and {refreshes:,} refreshes of {fleet.slug}.")
        self.stdout.write(
            f"python manage.py replay {directory / 'outcomes.csv'}"
            f" --refreshes {directory / 'refreshes.jsonl'} --policy {directory / 'policy.json'}"
        )


def _outcomes_write(fleet: Fleet, path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HISTORY_COLUMNS)
        for row in history_rows(fleet=fleet):
            writer.writerow(row)
            count += 1
    return count


def _refreshes_write(fleet: Fleet, path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for line in refresh_lines(fleet=fleet):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count
