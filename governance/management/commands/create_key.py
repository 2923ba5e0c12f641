from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.domain.types import Environment, Scope
from governance.models import Agent, Fleet
from governance.selectors.clock import clock_now
from governance.services.keys import key_create


class Command(BaseCommand):
    help = "Create an API key and print it once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fleet", help="slug of the fleet")
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
        parser.add_argument("--days", type=int, help="expire after so many days")

    def handle(self, *args: Any, **options: Any) -> None:
        fleet = Fleet.objects.filter(slug=options["fleet"]).first()
        if fleet is None:
            raise CommandError(f"There is no fleet {options['fleet']}.")
        if fleet.archived_at is not None:
            living = Fleet.objects.filter(archived_at=None).values_list("slug", flat=True)
            names = ", ".join(living.order_by("slug")) or "none"
            raise CommandError(f"Fleet {fleet.slug} is archived. Fleets that live: {names}.")
        days = options["days"]
        if days is not None and days < 1:
            raise CommandError(f"--days must be at least 1, got {days}.")
        _, token = key_create(
            fleet=fleet,
            name=options["name"],
            environment=Environment(options["environment"]),
            scopes=[Scope(scope) for scope in options["scope"]],
            agents=_agents(fleet, options["agent"]),
            created_by="command line",
            expires_at=None if days is None else clock_now() + timedelta(days=days),
        )
        self.stdout.write(token)


def _agents(fleet: Fleet, names: list[str]) -> list[Any]:
    found = dict(
        Agent.objects.filter(fleet=fleet, external_id__in=names).values_list("external_id", "pk")
    )
    unknown = sorted(set(names) - set(found))
    if unknown:
        raise CommandError(f"Fleet {fleet.slug} has no agent {', '.join(unknown)}.")
    return list(found.values())
