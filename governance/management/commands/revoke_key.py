from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from governance.management.keys import fleet_argument, fleet_living, key_argument, key_of
from governance.services.keys import COMMAND_LINE, key_revoke


class Command(BaseCommand):
    help = "End an API key at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        fleet_argument(parser)
        key_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        fleet = fleet_living(options["fleet"])
        key = key_of(fleet, options["key"])
        revoked = key_revoke(fleet=fleet, key_id=key.pk, actor=COMMAND_LINE)
        at = "" if revoked.revoked_at is None else revoked.revoked_at.isoformat()
        self.stdout.write(f"The key {revoked.name} ({revoked.prefix}) is revoked since {at}.")
