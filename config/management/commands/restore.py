from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config.backup_keys import seal_keys_missing, seal_keys_require
from config.backup_manifest import BackupRefusedError
from config.backups import backup_check, backup_restore
from config.embedded import EmbeddedServerError
from config.embedded.dump import DumpError
from config.reaching import database_reached
from escalations.selectors.resuming import questions_open
from governance.selectors.clock import clock_now
from governance.selectors.resuming import work_interrupted

if TYPE_CHECKING:
    from config.backup_manifest import Manifest


class Command(BaseCommand):
    help = (
        "Load a back-up into an empty database, compare it with its manifest, bring it up to date "
        "and check the log. A stopped embedded server is started for it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `backup` wrote, its manifest beside it")
        parser.add_argument(
            "--without-seal-key",
            action="store_true",
            help="load it though the key that signed its log is lost: nobody can check it then",
        )

    def handle(self, *, file: Path, without_seal_key: bool, **_: Any) -> None:
        try:
            manifest = backup_check(file)
            if not without_seal_key:
                seal_keys_require(manifest)
            with database_reached():
                backup_restore(file, manifest)
                self._tell(manifest)
                self._verify(manifest)
        except (BackupRefusedError, DumpError, EmbeddedServerError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error

    def _tell(self, manifest: Manifest) -> None:
        """Say what is there again, and what nobody but people and agents can make good."""
        taken, now = manifest.taken_at, clock_now()
        rows = sum(manifest.contents.rows.values())
        found, (waiting, overdue) = work_interrupted(now=now), questions_open(now=now)
        hours = (now - taken).total_seconds() / 3600
        self.stdout.write(
            f"Restored {rows:,} rows of {len(manifest.contents.rows)} tables, as of "
            f"{taken:%Y-%m-%d %H:%M:%S} UTC, {hours:.1f} h ago; counts and the last event of each "
            "fleet are as its manifest says.\n"
            f"- Tickets that wait: {waiting}. They keep their deadlines: {overdue} of them past "
            "theirs, to expire once a worker runs.\n"
            f"- Tasks that run: {found.running}, as far as is known here. Agents report their "
            "outcomes as before; one reported since then is not here: report it again.\n"
            f"- Approvals that are not started: {found.granted}, {found.lapsed} of them past their "
            "time, which lapse.\n"
            "- What was asked, reported or decided since then is not here. Orchestrators repeat it "
            "with the same external_id: what is here already is answered as it was and not "
            "doubled.\n"
            "- Keys, tokens and people that were revoked or deactivated since then are valid "
            "again: revoke them again. Those made since then are unknown.\n"
            "- Whoever follows `GET events` has numbers from the lost time: begin again at the "
            "fleet's last event.\n"
            "- Everybody signs in again. With another SECRET_KEY than before, second factors are "
            "set up anew: python manage.py reset_second_factor."
        )

    def _verify(self, manifest: Manifest) -> None:
        """Check the log, which a back-up that was changed before its hash was taken fails."""
        missing = seal_keys_missing(manifest)
        if missing:
            self.stdout.write(
                f"The log was not checked: its key {', '.join(missing)} is missing, and until it "
                "is back nothing more is sealed. Where it is lost for good: python manage.py "
                "give_up_seal_key --all"
            )
            return
        call_command("verify_log", stdout=self.stdout)
