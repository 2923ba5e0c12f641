from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from governance.domain.types import Enforcement
from governance.refusals import RefusalError
from governance.services.fleets import fleet_create


class Command(BaseCommand):
    help = "Create a fleet with the default policy and one admin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="short name in addresses, such as payments")
        parser.add_argument("--name", help="name for people (default: the slug)")
        parser.add_argument("--admin", required=True, help="user name of its first admin")
        parser.add_argument(
            "--enforcement",
            choices=[mode.value for mode in Enforcement],
            default=Enforcement.ENFORCE.value,
        )

    def handle(self, *args: Any, **options: Any) -> None:
        admin = get_user_model().objects.filter(username=options["admin"]).first()
        if admin is None:
            raise CommandError(f"There is no person {options['admin']}; create_user makes one.")
        try:
            fleet = fleet_create(
                slug=options["slug"],
                name=options["name"] or options["slug"],
                admin=admin,
                enforcement=Enforcement(options["enforcement"]),
            )
        except RefusalError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Fleet {fleet.slug} is ready; {admin.get_username()} is its admin.")
