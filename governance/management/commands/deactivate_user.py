from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.management.people import person_of
from governance.refusals import RefusalError
from governance.services.fleets import user_deactivate


class Command(BaseCommand):
    help = "Let a person no longer sign in; open pages of the person close at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = person_of(options["username"])
        try:
            user_deactivate(user=user, actor="command line")
        except RefusalError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user.get_username()} can no longer sign in.")
