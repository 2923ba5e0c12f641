"""A served installation to attack: a fleet with people of every role, and every kind of caller."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.children import web_programs
from config.embedded import Home, embedded_stack, environment_complete
from config.embedded.home import PROJECT
from config.listening import listen
from config.processes import start, stop

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PASSWORD = "correct-horse-battery"
# Its callers by name; the tokens are printed as JSON in the last line.
PREPARE = f"""
import json
from datetime import timedelta
import msgspec
from django.utils import timezone
from governance.domain.types import Environment, Role, Scope
from governance.selectors.access import key_authenticate
from governance.services.agents import agent_put
from governance.services.fleets import fleet_create, membership_set, user_create
from governance.services.keys import key_create
from governance.services.tokens import token_create
from governance.services.schemas import AgentBody
from governance.selectors.clock import clock_now

def person(name):
    return user_create(
        username=name, first_name=name, last_name="Test", password="{PASSWORD}",
        email=name + "@example.test",
    )

roles = dict(adam=Role.ADMIN, anna=Role.ADMIN, mona=Role.MANAGER, rita=Role.REVIEWER,
    ravi=Role.REVIEWER, lena=Role.REVIEWER)
people = {{name: person(name) for name in (*roles, "otto")}}
fleet = fleet_create(slug="storm", name="Storm", admin=people["adam"])
fleet_create(slug="elsewhere", name="Elsewhere", admin=people["otto"])
for name, role in roles.items():
    membership_set(fleet=fleet, user=people[name], role=role, actor="adam")

def key(name, scopes, agents=()):
    return key_create(fleet=fleet, name=name, environment=Environment.PRODUCTION, scopes=scopes,
        created_by="adam", agents=agents)[1]

def token(name):
    until = clock_now() + timedelta(days=1)
    return token_create(user=people[name], name="storm", expires_at=until)[1]

callers = {{"nobody": None}}
callers |= {{"key " + scope.value: key(scope.value, [scope]) for scope in Scope}}
callers["key of all scopes"] = key("all", list(Scope))
owner = key_authenticate(callers["key of all scopes"], now=clock_now())
plain = {{"name": "Bound", "owner": "lena", "budget_usd": "5000",
    "mandate": {{"tools": ["orders.*"], "environments": ["production"], "level": "LOW"}}}}
agent_put(key=owner, external_id="bound", body=msgspec.convert(plain, AgentBody))
callers["key of one agent"] = key("bound", list(Scope), [fleet.agents.get().pk])
callers |= {{
    "token of a reviewer": token("rita"), "token of a manager": token("mona"),
    "token of an admin": token("adam"), "token of an outsider": token("otto"),
}}
helpers = {{name: token(name) for name in ("anna", "ravi")}}
print(json.dumps([callers, helpers]))
"""


# From its first line to the next that bears a moment.
ERROR = re.compile(
    r"^\d{4}-\S+ \S+ ERROR .*?(?=^\d{4}-\S+ \d\d:|\Z)", flags=re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Scene:
    """Where the API answers, the callers' tokens by name, and those of two helpers."""

    root: str
    callers: Mapping[str, str | None]
    helpers: Mapping[str, str]
    logs: tuple[Path, ...]

    def errors(self) -> str:
        """Return every error that the web processes told, with where it was raised."""
        return "\n".join(each for path in self.logs for each in ERROR.findall(path.read_text()))


@contextmanager
def scene_served(folder: Path) -> Iterator[Scene]:
    """Serve a fresh installation from ``folder`` by the web processes of ``manage.py up``."""
    home = Home(folder / "home")
    environ = _environ(home)
    with embedded_stack(home, variables={}, durable=False), listen(18_700) as listener:
        _manage("migrate", "-v0", environ=environ)
        callers, helpers = json.loads(
            _manage("shell", "-v0", "-c", PREPARE, environ=environ).splitlines()[-1]
        )
        port = listener.getsockname()[1]
        programs = [
            replace(program, environ=environ)
            for program in web_programs(home, listener=listener.fileno())
        ]
        processes = [start(program) for program in programs]
        try:
            _await_started([program.log for program in programs])
            root = f"http://127.0.0.1:{port}/api/v1"
            yield Scene(root, callers, helpers, tuple(program.log for program in programs))
        finally:
            for program, process in zip(programs, processes, strict=True):
                stop(program, process)


def _environ(home: Home) -> dict[str, str]:
    outside = {"DATABASE_URL", "BROKER_URL", "SECRET_KEY", "COUNTERSIGN_TESTING"}
    environ = {name: value for name, value in os.environ.items() if name not in outside}
    # Nothing is ever sent: no courier runs. With a mail server, channels of mail can be added.
    environ |= {"COUNTERSIGN_HOME": str(home.root), "EMAIL_HOST": "mail.invalid"}
    environment_complete(environ, home)
    return environ


def _manage(*words: str, environ: dict[str, str]) -> str:
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(
        command, cwd=PROJECT, env=environ, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def _await_started(logs: list[Path]) -> None:
    """Return once every web process serves; one alone would answer a probe of the port."""
    deadline = time.monotonic() + 60
    while not all("startup complete" in log.read_text() for log in logs):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not every process started, see {logs}")
        time.sleep(0.1)
