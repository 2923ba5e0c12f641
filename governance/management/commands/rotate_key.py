from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.management.keys import fleet_argument, fleet_living, key_argument, key_of
from governance.refusals import RefusalError
from governance.services.keys import COMMAND_LINE, key_rotate


class Command(BaseCommand):
    help = "Make the successor of an API key and print it once; the former one ends later."

    def add_arguments(self, parser: ArgumentParser) -> None:
        fleet_argument(parser)
        key_argument(parser)
        parser.add_argument(
            "--hours",
            type=int,
            default=24,
            help="how long the former key signs in beside it, 0 to 720, 24 unless given",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fleet = fleet_living(options["fleet"])
        hours = options["hours"]
        if not 0 <= hours <= 720:
            raise CommandError(f"--hours must be 0 to 720, got {hours}.")
        former = key_of(fleet, options["key"])
        try:
            _, token = key_rotate(
                fleet=fleet,
                user=COMMAND_LINE,
                key_id=former.pk,
                overlap=timedelta(hours=hours),
            )
        except RefusalError as error:
            raise CommandError(error.sentence) from error
        self.stdout.write(token)
