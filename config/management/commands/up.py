from __future__ import annotations

import os
import shutil
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config.children import loop_program, queue_programs, simulation_program, web_programs
from config.embedded import (
    EmbeddedServerError,
    Home,
    answer_await,
    home_erase,
    home_locked,
    home_named,
    home_release,
    stack_prepare,
)
from config.listening import NoFreePortError, listen
from config.processes import log_tail
from config.supervisor import StopRequestedError, Supervisor
from config.welcome_link import welcome_link

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from config.demo import DemoAccess
    from config.processes import Program

FIRST_PAGE_S = 60.0
# Beside the simulation the shop asks less often: a laptop should stay calm.
SHOP_PACE_S, SHOP_PACE_BESIDE_S = 2.0, 5.0
# The shop asks people with its first errand; the story waits until that ticket is on screen.
QUEUE_AFTER_S, STORY_AFTER_S = 2.0, 4.0
# Straight to this machine, whatever proxy the environment names; redirects lead to the sign-in.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to run beside the stack itself."""

    demo: bool
    simulation: bool
    fresh: bool
    reviewer: bool


class Command(BaseCommand):
    help = (
        "Run Countersign on this machine: embedded PostgreSQL and Valkey (unless DATABASE_URL and "
        "BROKER_URL name others), web, worker, beat and example agents. Ctrl-C stops all of it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=os.environ.get("PORT", "8000"), help="default: PORT or 8000"
        )
        parser.add_argument("--no-demo", action="store_true", help="no demo fleet, no agents")
        parser.add_argument(
            "--no-simulation", action="store_true", help="only the shop's agents, no story"
        )
        parser.add_argument(
            "--same-fleet",
            action="store_true",
            help="go on with the fleet of the last run; without it a new one begins",
        )
        parser.add_argument(
            "--reviewer",
            action="store_true",
            help="let the demo's people decide the story's tickets by themselves, after a while",
        )
        parser.add_argument("--stop", action="store_true", help="stop a stack that runs elsewhere")
        parser.add_argument(
            "--erase", action="store_true", help="stop a running stack and delete its data"
        )

    def handle(self, *, port: int, stop: bool, erase: bool, **given: Any) -> None:
        home = home_named()
        wanted = Wanted(
            demo=not given["no_demo"],
            simulation=not given["no_simulation"],
            fresh=not given["same_fleet"],
            reviewer=given["reviewer"],
        )
        try:
            if erase:
                home_erase(home)
            elif stop:
                home_release(home)
            else:
                self._run(home, wanted, port=port)
        except (EmbeddedServerError, NoFreePortError, PermissionError) as error:
            raise CommandError(str(error)) from error
        except FileNotFoundError as error:
            if home.root.exists():
                raise
            raise CommandError(f"{home.root} was deleted: everything was stopped.") from error

    def _run(self, home: Home, wanted: Wanted, *, port: int) -> None:
        # The lock is the outermost: it is free again only when every child is gone.
        with home_locked(home), suppress(StopRequestedError), self._supervisor() as supervisor:
            self._start_servers(supervisor, home)
            access = self._prepare(supervisor, wanted)
            with listen(port) as listener:
                url = f"http://127.0.0.1:{listener.getsockname()[1]}"
                if not url.endswith(f":{port}"):
                    self._say(f"Port {port} is taken by another program: using {url}")
                # Messages of the children link to where this stack answers.
                os.environ.setdefault("CONSOLE_URL", url)
                # Its logs are files on this machine, and agents ask many times a second.
                os.environ.setdefault("ACCESS_LOG", "0")
                shutil.rmtree(home.metrics, ignore_errors=True)
                os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(home.metrics))
                # The page first, with all processors to itself: a person waits for it.
                supervisor.start(*web_programs(home, listener=listener.fileno()))
                self._await_first_page(supervisor, url, home)
                self._say(welcome(url, access, home, first_link=self._first_link(url, access)))
                if access is not None:
                    # A first ticket takes neither worker nor beat, and they would hold it up.
                    supervisor.start(shop_program(home, url, access, wanted))
                    self._wait(supervisor, QUEUE_AFTER_S)
                supervisor.start(*queue_programs(home))
                if access is not None and wanted.simulation:
                    self._wait(supervisor, STORY_AFTER_S)
                    supervisor.start(simulation_program(home, url, reviewer=wanted.reviewer))
                supervisor.watch()

    @contextmanager
    def _supervisor(self) -> Iterator[Supervisor]:
        try:
            with Supervisor(self._say) as supervisor:
                try:
                    yield supervisor
                finally:
                    self._say("Stopping ...")
        finally:
            self._say("Stopped.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _start_servers(self, supervisor: Supervisor, home: Home) -> None:
        with supervisor.interruptible():
            stack = stack_prepare(home, variables=os.environ)
        processes = supervisor.start(*(server.program for server in stack.servers))
        with supervisor.interruptible():
            for server, process in zip(stack.servers, processes, strict=True):
                answer_await(server, process)

    def _prepare(self, supervisor: Supervisor, wanted: Wanted) -> DemoAccess | None:
        """Bring tables, static files and the demo fleet up to date."""
        with supervisor.interruptible():
            call_command("migrate", verbosity=0, interactive=False)
            call_command("collectstatic", verbosity=0, interactive=False)
            access = None
            if wanted.demo:
                # Not every installation has the demo, and only this line needs it.
                from config.demo import demo_prepare  # noqa: PLC0415

                access = demo_prepare(fresh=wanted.fresh)
        connections.close_all()
        return access

    def _first_link(self, url: str, access: DemoAccess | None) -> str:
        """Return the link of the first run; empty with the demo, and once there are people."""
        link = welcome_link(url) if access is None else ""
        connections.close_all()
        return link

    def _wait(self, supervisor: Supervisor, seconds: float) -> None:
        until = time.monotonic() + seconds
        supervisor.watch(until=lambda: time.monotonic() >= until, every_s=0.5)

    def _await_first_page(self, supervisor: Supervisor, url: str, home: Home) -> None:
        deadline = time.monotonic() + FIRST_PAGE_S

        def answered() -> bool:
            if time.monotonic() > deadline:
                tail = log_tail(home.log("web-1"))
                message = f"{url} does not answer after {FIRST_PAGE_S:.0f} s:\n{tail}"
                raise CommandError(message)
            return page_answers(url)

        supervisor.watch(until=answered, every_s=0.1)


def shop_program(home: Home, url: str, access: DemoAccess, wanted: Wanted) -> Program:
    """Return the shop's agents, who ask less often where a story is told beside them."""
    pace_s = SHOP_PACE_BESIDE_S if wanted.simulation else SHOP_PACE_S
    return loop_program(home, access.environ(url), pace_s=pace_s)


def page_answers(url: str) -> bool:
    """Return whether ``url``, or the page it leads to, answers 200."""
    try:
        with opener.open(url, timeout=3.0) as page:
            return bool(page.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def welcome(url: str, access: DemoAccess | None, home: Home, *, first_link: str = "") -> str:
    """Return what a person reads when everything runs."""
    lines = ["", f"Countersign runs at {url}", ""]
    if access is not None:
        lines += [f"  {'sign in as':<12}{'password':<24}role"]
        lines += [f"  {one.username:<12}{one.password:<24}{one.role}" for one in access.sign_ins]
        lines += [
            "",
            "Example agents ask for permission; their tickets appear in the queue.",
            f"This run's fleet is {access.fleet}: name it where a command asks for a fleet.",
        ]
    if first_link:
        lines += [
            "Nobody can sign in yet. This link makes the first admin, fleet, key and agent:",
            "",
            f"  {first_link}",
            "",
        ]
    return "\n".join([*lines, f"Logs are in {home.root / 'log'}. Ctrl-C stops everything.", ""])
