"""Months of a large fleet, and how long its pages take: ``python -m tests.bench.load``.

Starts embedded PostgreSQL and Valkey in a scratch home, copies the history in, lets the services
load the newest day, roll everything up and scan for collusion, and asks the web processes of
``manage.py up`` for every page of a manager, one request at a time. Prints how long each step took
and a table page by page; returns 0 if every page keeps the targets. Options: ``--agents``,
``--days``, ``--outcomes``, ``--interactions``, ``--rounds`` requests of each page, ``--home`` to
keep the database there and ask again later, ``--pages`` to ask only (of such a home).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import contextmanager, redirect_stdout
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psycopg

from config.embedded import Home, embedded_stack, environment_complete
from tests.bench.load_pages import pages_ask, pages_print
from tests.bench.load_rows import (
    DAY,
    INTERACTION,
    OUTCOME,
    Past,
    copied,
    day_lines,
    foreign_keys_add,
    foreign_keys_drop,
    interaction_blocks,
    outcome_blocks,
)
from tests.bench.load_work import FLEET_PAST, STEPS, events_number, step_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from governance.models import Agent, Fleet
    from governance.services.schemas import OutcomeItem

TARGET_MS = 1_000.0
SEED = 20_260_302
FAILING, DRIFTING = "bench-0", "bench-1"
# So many outcomes of each agent are loaded by the service, so that each stands as it would.
NEWEST = 30


def main() -> int:
    """Load, measure, print, and return 0 if every page keeps the target."""
    options = options_read(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="cs-load-") as folder:
        home = Home(options.home or Path(folder) / "home")
        with embedded_stack(home, variables={}) as stack:
            _django(home)
            if not options.pages:
                fleet_load(stack.database_url, options)
            asked = pages_ask(home, rounds=options.rounds)
    return pages_print(asked, target_ms=TARGET_MS)


def fleet_load(database_url: str, options: argparse.Namespace) -> None:
    """Fill an empty database, and print how long each step took."""
    with _step("agents"):
        past = _prepared(options)
    with psycopg.connect(database_url, autocommit=True) as connection:
        foreign = foreign_keys_drop(connection)
        for name, table, columns, blocks, total in (
            ("outcomes", "governance_outcome", OUTCOME,
             outcome_blocks(past, options.outcomes), options.outcomes),
            ("interactions", "governance_interaction", INTERACTION,
             interaction_blocks(past, options.interactions), options.interactions),
            ("days of trust", "governance_trustday", DAY, day_lines(past),
             options.agents * options.days),
        ):  # fmt: skip
            with _step(name) as told:
                copied(connection, table, columns, blocks, _bar(name, total))
                told(f"{total:,} rows")
        with _step("newest day") as told:
            told(f"{_newest(past):,} outcomes by the service")
        for name, made in STEPS.items():
            with _step(name) as told:
                given = {"fleet": past.fleet, "days": options.days}
                told(f"{step_run(connection, made, given):,} rows")
        with _step("foreign keys"):
            foreign_keys_add(connection, foreign)
        with _step("numbers of events"):
            events_number(connection, past.fleet)
        with _step("analyze"):
            connection.execute("VACUUM ANALYZE")
        with _step("roll-up") as told:
            told(f"{_rolled_up(past):,} calls")
        with _step("fleet's past"):
            step_run(connection, FLEET_PAST, {})
        with _step("scan for collusion") as told:
            told(_scanned(past))
        with _step("analyze again"):
            connection.execute("VACUUM ANALYZE")


def _django(home: Home) -> None:
    for name in ("DATABASE_URL", "BROKER_URL"):
        os.environ.pop(name, None)
    os.environ["COUNTERSIGN_HOME"] = str(home.root)
    environment_complete(os.environ, home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    # Settings are read when Django is set up: nothing that needs them is imported before.
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    with redirect_stdout(StringIO()):
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)


def _prepared(options: argparse.Namespace) -> Past:
    """Make the demo fleet, one task that waits for people, and the agents."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    from governance.domain.engine import agent_state_new, state_to_plain  # noqa: PLC0415
    from governance.models import Agent, ApiKey, Event, Fleet, Standing  # noqa: PLC0415
    from governance.selectors.clock import clock_now  # noqa: PLC0415
    from tests.bench.waiting import ticket_seed  # noqa: PLC0415

    ticket_seed()
    now = clock_now()
    fleet = Fleet.objects.get(slug="shop")
    began = now - timedelta(days=options.days + 1)
    owners = list(get_user_model().objects.filter(username__in=["lena", "omar", "petra", "sami"]))
    agents = [
        Agent(
            fleet=fleet, external_id=f"bench-{number}", name=f"Agent {number}",
            owner=owners[number % len(owners)], template=f"template-{number % 7}",
            mandate_tools=["*"], mandate_environments=["production"], mandate_level="MEDIUM",
            budget_usd=1_000, created_at=began, last_seen_at=now,
        )
        for number in range(options.agents)
    ]  # fmt: skip
    Agent.objects.bulk_create(agents)
    plain = state_to_plain(agent_state_new())
    Standing.objects.bulk_create(
        Standing(agent=agent, state=plain, updated_at=now) for agent in agents
    )
    # They were there before everything else.
    Event.objects.filter(fleet=fleet).update(created_at=began)
    key = ApiKey.objects.filter(fleet=fleet).order_by("created_at").first()
    assert key is not None
    return Past(
        fleet=fleet.pk,
        key=key.pk,
        agents=[agent.pk for agent in agents],
        days=options.days,
        until=now - timedelta(days=1),
        rng=np.random.default_rng(SEED),
    )


def _newest(past: Past) -> int:
    """Let the service load each agent's newest day; one fails until it is frozen, one drifts."""
    from config.demo import demo_prepare  # noqa: PLC0415
    from governance.models import Agent, Standing  # noqa: PLC0415
    from governance.selectors.access import key_authenticate  # noqa: PLC0415
    from governance.selectors.clock import clock_now  # noqa: PLC0415
    from governance.services.batches import outcomes_load  # noqa: PLC0415
    from governance.services.refresh import fleets_refresh  # noqa: PLC0415
    from tests.escalations.finding import drifting  # noqa: PLC0415

    for agent_id, facts in zip(past.agents, past.facts.tolist(), strict=True):
        Standing.objects.filter(agent=agent_id).update(facts=facts)
    key = key_authenticate(demo_prepare().key, now=clock_now())
    told, loaded = _bar("newest day", len(past.agents)), 0
    agents = Agent.objects.filter(pk__in=past.agents).order_by("pk")
    for number, agent in enumerate(agents):
        items = drifting(DRIFTING) if agent.external_id == DRIFTING else _day(past, agent)
        for first in range(0, len(items), 100):
            outcomes_load(key=key, items=items[first : first + 100])
        loaded += len(items)
        told(number + 1)
    fleets_refresh()
    return loaded


def _day(past: Past, agent: Agent) -> list[OutcomeItem]:
    from governance.domain.types import Result  # noqa: PLC0415
    from governance.services import schemas  # noqa: PLC0415

    failing = 1.0 if agent.external_id == FAILING else past.failing[past.agents.index(agent.pk)]
    # Enough that went well before, so that failing is no habit.
    return [
        schemas.OutcomeItem(
            task_id=f"n-{agent.external_id}-{number}",
            agent=agent.external_id,
            finished_at=past.until + timedelta(hours=23.5 * number / NEWEST),
            result=Result.FAILURE
            if number > NEWEST // 2 and past.rng.random() < failing
            else Result.SUCCESS,
            requested_by=f"job:{number % 4}",
        )
        for number in range(NEWEST)
    ]


def _rolled_up(past: Past) -> int:
    from django.db.models import Sum  # noqa: PLC0415

    from governance.models import AgentBucket, Outcome  # noqa: PLC0415
    from governance.selectors.rollups import waiting_since  # noqa: PLC0415
    from governance.services.rollups import fleet_roll_up  # noqa: PLC0415

    calls = 0
    while waiting_since(fleet_id=past.fleet) is not None:
        calls += 1
        fleet_roll_up(fleet_id=past.fleet)
    days = AgentBucket.objects.filter(fleet=past.fleet, size="day")
    summed = days.aggregate(summed=Sum("outcomes"))["summed"]
    stored = Outcome.objects.filter(fleet=past.fleet).count()
    if summed != stored:
        raise RuntimeError(f"{stored:,} outcomes were rolled up into {summed:,}")
    return calls


def _scanned(past: Past) -> str:
    from governance.domain.collusion.states import ScanSlice  # noqa: PLC0415
    from governance.models import Fleet  # noqa: PLC0415
    from governance.services.collusion_scans import scan_ask, scan_run  # noqa: PLC0415

    fleet: Fleet = Fleet.objects.get(pk=past.fleet)
    scan = scan_run(scan_id=scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="bench").pk)
    return f"{scan.interactions:,} interactions: {scan.state}"


@contextmanager
def _step(name: str) -> Iterator[Callable[[str], None]]:
    """Print how long a step took, with what the step says of itself."""
    began, said = time.perf_counter(), [""]
    yield lambda words: said.__setitem__(0, words)
    print(f"{name:<20}{time.perf_counter() - began:>8.1f} s  {said[0]}", flush=True)


def _bar(name: str, total: int) -> Callable[[int], None]:
    from django.core.management.base import OutputWrapper  # noqa: PLC0415

    from governance.management.progress import bar_on  # noqa: PLC0415

    return bar_on(OutputWrapper(sys.stderr), name, total)


def options_read(words: list[str]) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--agents", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--outcomes", type=int, default=5_000_000)
    parser.add_argument("--interactions", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=20, help="requests of each page")
    parser.add_argument("--home", type=Path, help="keep the database in this folder")
    parser.add_argument("--pages", action="store_true", help="ask the pages of a kept home only")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
