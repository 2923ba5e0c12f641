from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.management.people import person_of
from governance.services.second_factor import second_factor_reset


class Command(BaseCommand):
    help = "Take the second factor off a person who has lost phone and recovery codes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = person_of(options["username"])
        if not second_factor_reset(user=user, actor="command line"):
            raise CommandError(f"{user.get_username()} has no second factor.")
        self.stdout.write(
            f"{user.get_username()} signs in without a code now, and is signed out everywhere."
        )
