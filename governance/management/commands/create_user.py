from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.domain.types import Role
from governance.models import Fleet
from governance.refusals import RefusalError
from governance.services.fleets import membership_set
from governance.services.people import person_add


class Command(BaseCommand):
    help = "Create a person, and make the person a member of a fleet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument("--email", default="")
        parser.add_argument("--fleet", help="slug of the fleet to join")
        parser.add_argument("--role", choices=[role.value for role in Role])

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["fleet"]) != bool(options["role"]):
            raise CommandError("Give both --fleet and --role, or neither.")
        fleet = _fleet(options["fleet"])
        password = _password()
        try:
            user = person_add(
                username=options["username"],
                first_name=options["first_name"],
                last_name=options["last_name"],
                email=options["email"],
                password=password,
            )
        except RefusalError as refusal:
            raise CommandError(str(refusal)) from refusal
        if fleet is not None:
            membership_set(fleet=fleet, user=user, role=Role(options["role"]), actor="command line")
        self.stdout.write(f"{user.get_username()} can sign in.")


def _password() -> str:
    try:
        return getpass("Password: ")
    except EOFError as error:
        raise CommandError(
            "No password was given: type it at a terminal, or send it as a line of standard input."
        ) from error


def _fleet(slug: str | None) -> Fleet | None:
    if slug is None:
        return None
    fleet = Fleet.objects.filter(slug=slug).first()
    if fleet is None:
        raise CommandError(f"There is no fleet {slug}.")
    return fleet
