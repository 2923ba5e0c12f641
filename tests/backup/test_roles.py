"""`docs/roles.sql`: the processes work under a role that cannot rewrite the log."""

from __future__ import annotations

import secrets
import subprocess

import psycopg
import pytest

from config.embedded import Home, embedded_stack
from config.embedded.account import account_for
from config.embedded.home import PROJECT, home_database_url
from config.embedded.postgres import postgres_find
from tests.backup.installation import Caller, Installation
from tests.backup.shop import PREPARE, shop_open, task_body

ROLE = "countersign_app"
SQL = (PROJECT / "docs" / "roles.sql").read_text("utf-8")


class Restricted(Installation):
    """An installation whose processes sign in to the database as the role."""

    @property
    def environ(self) -> dict[str, str]:
        owner = super().environ
        password = (self.home.root / "app-password").read_text()
        start, _, rest = owner["DATABASE_URL"].partition("@")
        assert start
        return {**owner, "DATABASE_URL": f"postgresql://{ROLE}:{password}@{rest}"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Restricted:
    """A migrated installation in which the role was made and given what the file gives."""
    home = Home(tmp_path_factory.mktemp("roles") / "home")
    with embedded_stack(home, variables={}, durable=False):
        pass
    password = secrets.token_hex(16)
    (home.root / "app-password").write_text(password)
    superuser(home, f"CREATE ROLE {ROLE} LOGIN PASSWORD '{password}'")
    with (home.postgres / "pg_hba.conf").open("a") as rules:
        rules.write(f"local all {ROLE} scram-sha-256\n")
    with Installation(home).database():
        Installation(home).done("migrate", "-v0")
        with psycopg.connect(home_database_url(home)) as owner:
            owner.execute(SQL)
    return Restricted(home)


def superuser(home: Home, statement: str) -> None:
    """Run a statement in the stopped cluster, where nobody else can be superuser."""
    program = postgres_find() / "postgres"
    prefix = account_for(program, home.root).prefix
    done = subprocess.run(
        [*prefix, str(program), "--single", "-F", "-D", str(home.postgres), "postgres"],
        input=statement + "\n",
        capture_output=True,
        text=True,
        check=False,
        cwd=home.root,
    )
    assert done.returncode == 0
    assert "ERROR" not in done.stderr, done.stderr


def test_the_processes_work_under_the_role(site: Restricted) -> None:
    with site.served(18_750) as root:
        key, adam, rita = (
            Caller(root, each) for each in site.done("shell", "-v0", "-c", PREPARE).split()
        )
        shop_open(key, adam)
        asked = key.send("POST", "tasks", task_body("reads", agent="bot-1"))
        ended = key.send("POST", f"tasks/{asked.json()['id']}/outcome", {"result": "success"})
        refund = key.send("POST", "tasks", task_body("refund", agent="bot-2", refund=True)).json()
        approved = rita.send(
            "POST",
            f"tickets/{refund['ticket']['id']}/approve",
            {"reason_code": "arguments_checked", "reason_text": "The order came back damaged."},
            If_Match='"1"',
        )
        # What the worker does every 2 s and every 30 s, and what seals the log.
        swept = site.manage("shell", "-v0", "-c", WORK)
    statuses = (asked.status_code, ended.status_code, approved.status_code)

    assert statuses == (201, 200, 200)
    assert swept.returncode == 0, swept.stderr
    # What one fleet's work fails at is logged, so that the others' goes on.
    failed, sealed = swept.stdout.split()
    assert (failed, int(sealed) > 0) == ("0", True), swept.stderr


WORK = """
import logging
failed = []
watch = logging.Handler(logging.ERROR)
watch.emit = failed.append
logging.getLogger().addHandler(watch)
from config.celery import app
app.loader.import_default_modules()
names = "sweep refresh ledger rollups seals relay audit".split()
for name in [f"governance.{each}" for each in names] + ["escalations.sweep"]:
    app.tasks[name]()
from governance.models import Seal
print(len(failed), Seal.objects.count())
"""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE governance_event SET payload = '{}'",
        "UPDATE governance_event SET hash = 'x'",
        "DELETE FROM governance_event",
        "TRUNCATE governance_event CASCADE",
        "UPDATE governance_seal SET number = 1",
        "DELETE FROM governance_seal",
        "DELETE FROM governance_sealcheckpoint",
        "UPDATE governance_sealkeyloss SET reason = 'x'",
        "DELETE FROM django_migrations",
        "ALTER TABLE governance_event DISABLE TRIGGER ALL",
        "DROP TABLE governance_event",
    ],
)
def test_it_cannot_rewrite_the_log(site: Restricted, statement: str) -> None:
    with (
        site.database(),
        psycopg.connect(site.environ["DATABASE_URL"]) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_the_owner_could(site: Restricted) -> None:
    with site.database(), psycopg.connect(home_database_url(site.home)) as owner:
        may = "has_table_privilege('governance_event', '{}')"
        asked = f"SELECT {may.format('UPDATE')}, {may.format('DELETE')}"
        answered = owner.execute(asked).fetchone()
        # Whether or not there is an event yet: it is not refused.
        owner.execute("UPDATE governance_event SET actor = actor")
        owner.rollback()

    assert answered == (True, True)
