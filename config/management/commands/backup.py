from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup_manifest import NOT_HELD, BackupRefusedError, manifest_path
from config.backups import backup_take
from config.embedded import EmbeddedServerError
from config.embedded.dump import DumpError
from config.reaching import NoInstallationError, database_reached, installation_require
from governance.domain.phrases import count_words
from governance.selectors.clock import clock_now


class Command(BaseCommand):
    help = (
        "Write the whole database to a file, with a manifest beside it. People and agents may go "
        "on meanwhile; a stopped embedded server is started for it. Old back-ups are never "
        "deleted: that is for whoever keeps them."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "target",
            type=Path,
            help="a file that is not there yet, or a folder: the file is then named by the time",
        )

    def handle(self, *, target: Path, **_: Any) -> None:
        try:
            with database_reached(any_version=True):
                installation_require()
                path, manifest = backup_take(target, now=clock_now())
        except (BackupRefusedError, DumpError, EmbeddedServerError, NoInstallationError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        rows = count_words(sum(manifest.contents.rows.values()), "row")
        fleets = count_words(len(manifest.contents.heads), "fleet")
        self.stdout.write(
            f"{path}: {manifest.bytes:,} bytes, {rows} of {len(manifest.contents.rows)} "
            f"tables, {fleets}, as of {manifest.taken_at:%H:%M:%S} "
            f"UTC. Its manifest is {manifest_path(path)}."
        )
        self.stdout.write("It holds secrets of webhooks and people: keep it as you keep those.")
        self.stdout.write(f"It does not hold {NOT_HELD}")
