from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.domain.types import Environment, Scope
from governance.management.keys import fleet_argument, fleet_living
from governance.refusals import RefusalError
from governance.selectors.clock import clock_now
from governance.selectors.keys import agents_named
from governance.services.keys import COMMAND_LINE, key_create

DAYS_MOST = 3_650


class Command(BaseCommand):
    help = "Create an API key and print it once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        fleet_argument(parser)
        parser.add_argument("name", help="what the key is for")
        parser.add_argument(
            "--environment",
            required=True,
            choices=[environment.value for environment in Environment],
        )
        parser.add_argument(
            "--scope", action="append", required=True, choices=[scope.value for scope in Scope]
        )
        parser.add_argument("--agent", action="append", default=[], help="bind to these agents")
        parser.add_argument("--days", type=int, help="end after so many days, else once revoked")
        parser.add_argument("--rate", type=int, help="let it make so many calls a minute")

    def handle(self, *args: Any, **options: Any) -> None:
        fleet = fleet_living(options["fleet"])
        days = options["days"]
        if days is not None and not 1 <= days <= DAYS_MOST:
            raise CommandError(f"--days must be 1 to {DAYS_MOST:,}, got {days:,}.")
        try:
            _, token = key_create(
                fleet=fleet,
                name=options["name"],
                environment=Environment(options["environment"]),
                scopes=[Scope(scope) for scope in options["scope"]],
                agents=agents_named(fleet=fleet, names=options["agent"]),
                created_by=COMMAND_LINE,
                expires_at=None if days is None else clock_now() + timedelta(days=days),
                rate_per_minute=options["rate"],
            )
        except RefusalError as error:
            raise CommandError(error.sentence) from error
        self.stdout.write(token)
