from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from governance.services.second_factor import second_factor_reset


class Command(BaseCommand):
    help = "Take the second factor off a person who has lost phone and recovery codes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = get_user_model().objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no person {options['username']}.")
        if not second_factor_reset(user=user, actor="command line"):
            raise CommandError(f"{user.get_username()} has no second factor.")
        self.stdout.write(
            f"{user.get_username()} signs in without a code now, and is signed out everywhere."
        )
