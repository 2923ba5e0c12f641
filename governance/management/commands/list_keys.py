from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand

from governance.domain.keys import KeyState
from governance.management.keys import fleet_argument, fleet_living
from governance.models import ApiKey
from governance.selectors.clock import clock_now
from governance.selectors.key_calls import keys_usage
from governance.selectors.keys import keys_of, states_of


class Command(BaseCommand):
    help = "Print the API keys of a fleet, one a line, fields parted by tabs; never a secret."

    def add_arguments(self, parser: ArgumentParser) -> None:
        fleet_argument(parser)
        parser.add_argument("--ended", action="store_true", help="those that have ended, too")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock_now()
        keys = keys_of(fleet_living(options["fleet"]))
        states = states_of(keys, now=now)
        usage = keys_usage([key.pk for key in keys], now=now)
        self.stdout.write(
            "prefix\tname\tstate\tenvironment\tscopes\tagents\tper_minute\tlast_hour\tlast_used\texpires"
        )
        for key in keys:
            state = states[key.pk]
            if state in {KeyState.LIVE, KeyState.ROTATED} or options["ended"]:
                hour = "unknown" if usage is None else str(usage[key.pk].hour)
                self.stdout.write("\t".join(_fields(key, state, hour)))


def _fields(key: ApiKey, state: KeyState, hour: str) -> list[str]:
    return [
        key.prefix,
        key.name,
        state.value,
        key.environment,
        ",".join(key.scopes),
        str(len(key.agents)) if key.agents else "all",
        str(key.rate_per_minute or "none"),
        hour,
        _when(key.last_used_at),
        _when(key.expires_at),
    ]


def _when(at: datetime | None) -> str:
    return "never" if at is None else at.isoformat(timespec="minutes")
