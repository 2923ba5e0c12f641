from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config.embedded import EmbeddedServerError
from config.reaching import NoInstallationError, database_reached, installation_require
from governance.services.transaction_numbers import transaction_numbers_raise


class Command(BaseCommand):
    help = (
        "Go on with a database that was moved to this server by other means than `restore`: what "
        "is new then stands behind what is there. Stop all processes before it."
    )
    requires_system_checks: list[str] = []

    def handle(self, **_: Any) -> None:
        try:
            with database_reached():
                installation_require()
                raised = transaction_numbers_raise()
                self.stdout.write(
                    f"Transaction numbers were raised by {raised:,}."
                    if raised
                    else "Transaction numbers stand behind all that is stored: nothing was done."
                )
                # What was written between the move and now is in no seal: this names it.
                call_command("verify_log", stdout=self.stdout)
        except (EmbeddedServerError, NoInstallationError) as error:
            raise CommandError(str(error)) from error
