from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.management.people import person_of
from governance.refusals import RefusalError
from governance.selectors.people import fleets_of
from governance.services.reactivating import user_reactivate


class Command(BaseCommand):
    help = "Let a person sign in again who was deactivated, with the roles they had."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", default=None, help="said in the log of each fleet")

    def handle(self, *args: Any, **options: Any) -> None:
        user = person_of(options["username"])
        try:
            back = user_reactivate(user=user, actor="command line", reason=options["reason"])
        except RefusalError as refusal:
            raise CommandError(str(refusal)) from refusal
        seats = ", ".join(f"{role.value} of {fleet.slug}" for fleet, role in fleets_of(user=back))
        self.stdout.write(f"{back.get_username()} can sign in again: {seats or 'in no fleet'}.")
