from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
import pytest

from config.embedded import (
    EmbeddedServerError,
    Home,
    HomeInUseError,
    embedded_stack,
    environment_complete,
    home_erase,
    home_locked,
    stack_prepare,
)
from config.embedded.home import home_create
from config.embedded.valkey import valkey_answers
from tests.config.held import comes_true, line_said, processes_naming, python_start

if TYPE_CHECKING:
    from collections.abc import Iterator

HOLD_STACK = """
import sys
from pathlib import Path
from config.embedded import Home, embedded_stack
with embedded_stack(Home(Path(sys.argv[1])), variables={}, durable=False) as stack:
    print(stack.database_url, flush=True)
    sys.stdin.read()
"""
EXIT_WHEN_TOLD = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    yield home
    assert processes_naming(str(home.root)) == []


@pytest.fixture(scope="module")
def laid_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose cluster exists: starting it again takes a tenth of a second."""
    home = Home(tmp_path_factory.mktemp("laid") / "home")
    with embedded_stack(home, variables={}, durable=False):
        pass
    return home


def answer_of(database_url: str, statement: str) -> object:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def test_both_servers_answer_inside_and_are_gone_outside(home: Home) -> None:
    with embedded_stack(home, variables={}, durable=False) as stack:
        answers = answer_of(stack.database_url, "SELECT 1"), valkey_answers(home)

    assert answers == (1, True)
    assert processes_naming(str(home.root)) == []


def test_rows_outlive_a_stop(laid_home: Home) -> None:
    with embedded_stack(laid_home, variables={}) as stack, psycopg.connect(stack.database_url) as c:
        c.execute("CREATE TABLE kept AS SELECT 7 AS number")

    with embedded_stack(laid_home, variables={}) as stack:
        assert answer_of(stack.database_url, "SELECT number FROM kept") == 7


def test_commits_are_durable_unless_a_test_says_otherwise(laid_home: Home) -> None:
    with embedded_stack(laid_home, variables={}) as stack:
        durable = answer_of(stack.database_url, "SHOW fsync")
    with embedded_stack(laid_home, variables={}, durable=False) as stack:
        hasty = answer_of(stack.database_url, "SHOW fsync")

    assert (durable, hasty) == ("on", "off")


def test_text_is_utf_8_and_nothing_listens_on_the_network(laid_home: Home) -> None:
    with embedded_stack(laid_home, variables={}) as stack:
        encoding = answer_of(stack.database_url, "SHOW server_encoding")
        order = answer_of(
            stack.database_url,
            "SELECT datcollate FROM pg_database WHERE datname = current_database()",
        )
        addresses = answer_of(stack.database_url, "SHOW listen_addresses")

    assert (encoding, order, addresses) == ("UTF8", "C.UTF-8", "")


def test_role_is_no_superuser_and_the_superuser_cannot_sign_in(laid_home: Home) -> None:
    with embedded_stack(laid_home, variables={}) as stack:
        superuser = answer_of(
            stack.database_url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        )
        with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
            psycopg.connect(stack.database_url, user="postgres")

    assert superuser is False


def test_wrong_password_is_refused(laid_home: Home) -> None:
    with (
        embedded_stack(laid_home, variables={}) as stack,
        pytest.raises(psycopg.OperationalError, match="password authentication failed"),
    ):
        psycopg.connect(stack.database_url, password="guessed")


def test_files_are_readable_by_their_owner_only(laid_home: Home) -> None:
    modes = {
        path.name: oct(path.stat().st_mode & 0o777)
        for path in (
            laid_home.root,
            laid_home.postgres,
            laid_home.sockets,
            laid_home.root / "postgres-password",
            laid_home.log("postgres"),
        )
    }

    assert modes == {
        "home": "0o700",
        "postgres": "0o700",
        "run": "0o700",
        "postgres-password": "0o600",
        "postgres.log": "0o600",
    }


def test_parent_directories_keep_their_permissions(tmp_path: Path) -> None:
    outer, inner = tmp_path / "outer", tmp_path / "outer" / "inner"
    outer.mkdir(mode=0o700)
    inner.mkdir(mode=0o750)
    parents = [path.stat() for path in (inner, *inner.parents)]

    with embedded_stack(Home(inner / "home"), variables={}, durable=False):
        pass

    after = [path.stat() for path in (inner, *inner.parents)]
    assert [(one.st_mode, one.st_uid, one.st_gid) for one in after] == [
        (one.st_mode, one.st_uid, one.st_gid) for one in parents
    ]


def test_second_stack_in_one_home_is_refused_by_process_number(laid_home: Home) -> None:
    with (
        embedded_stack(laid_home, variables={}),
        pytest.raises(HomeInUseError, match=f"in use by process {os.getpid()}: stop it first"),
        embedded_stack(laid_home, variables={}),
    ):
        pass


def test_pid_file_that_names_a_stranger_is_survived(laid_home: Home) -> None:
    # After a restart of the machine the number belongs to some other living process: here, this.
    pid_file = laid_home.postgres / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{laid_home.postgres}\n")

    with embedded_stack(laid_home, variables={}) as stack:
        assert answer_of(stack.database_url, "SELECT 1") == 1


def test_server_that_a_killed_stack_left_behind_is_replaced(laid_home: Home) -> None:
    with home_locked(laid_home):
        (server, _) = stack_prepare(laid_home, variables={}).servers
    program = server.program
    leftover = subprocess.Popen([*program.prefix, *program.argv], stderr=subprocess.DEVNULL)
    assert comes_true(server.answers)

    with embedded_stack(laid_home, variables={}) as stack:
        assert answer_of(stack.database_url, "SELECT 1") == 1

    assert leftover.wait() == 0


def test_nothing_survives_when_the_holder_is_killed(home: Home) -> None:
    holder = python_start(HOLD_STACK, str(home.root))
    line_said(holder)

    with holder:
        holder.send_signal(signal.SIGKILL)

    assert comes_true(lambda: processes_naming(str(home.root)) == [])


def test_sockets_of_a_long_path_move_to_the_temporary_folder_and_vanish(tmp_path: Path) -> None:
    home = Home(tmp_path / ("long" * 30))

    with embedded_stack(home, variables={}, durable=False) as stack:
        answer = answer_of(stack.database_url, "SELECT 1")
        directory = home.sockets

    assert answer == 1
    assert home.root not in directory.parents
    assert not directory.exists()


def test_sockets_of_a_path_with_a_comma_move_too(tmp_path: Path) -> None:
    assert Home(tmp_path / "a").sockets == tmp_path / "a" / "run"
    assert tmp_path not in Home(tmp_path / "a,b").sockets.parents


def test_socket_directory_prepared_by_others_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path / ("long" * 30))
    home.sockets.mkdir(mode=0o777)
    home.sockets.chmod(0o777)

    with pytest.raises(EmbeddedServerError, match="must be a directory of your own"):
        home_create(home)

    home.sockets.rmdir()


def test_named_servers_are_used_instead(laid_home: Home) -> None:
    named = {"DATABASE_URL": "postgresql://db.example/x", "BROKER_URL": "redis://db.example/0"}

    stack = stack_prepare(laid_home, variables=named)

    assert (stack.database_url, stack.broker_url) == (named["DATABASE_URL"], named["BROKER_URL"])
    assert stack.servers == ()


def test_commands_find_the_stack_unless_others_are_named(laid_home: Home) -> None:
    variables = {"BROKER_URL": "redis://db.example/0"}

    environment_complete(variables, laid_home)

    assert variables["DATABASE_URL"].endswith(f"/countersign?host={laid_home.root}/run")
    assert variables["BROKER_URL"] == "redis://db.example/0"
    assert variables["SECRET_KEY"] == (laid_home.root / "secret-key").read_text()
    assert len(variables["SECRET_KEY"]) == 43
    assert variables["STATIC_ROOT"] == str(laid_home.root / "static")


def test_cluster_of_another_version_is_refused(laid_home: Home) -> None:
    version = laid_home.postgres / "PG_VERSION"
    right = version.read_text()
    version.write_text("12\n")

    with pytest.raises(EmbeddedServerError, match="was laid by PostgreSQL 12"):
        stack_prepare(laid_home, variables={})

    version.write_text(right)


def test_server_that_cannot_start_shows_its_last_lines(laid_home: Home) -> None:
    settings = laid_home.postgres / "postgresql.conf"
    right = settings.read_text()
    settings.write_text(f"{right}\nno_such_setting = 1\n")

    with (
        pytest.raises(EmbeddedServerError, match=r'(?s)postgres ended with 1.*"no_such_setting"'),
        embedded_stack(laid_home, variables={}),
    ):
        pass

    settings.write_text(right)


def test_unfinished_cluster_is_laid_again(home: Home) -> None:
    (home.root / "postgres.new").mkdir(parents=True)
    (home.root / "postgres.new" / "half").touch()

    with embedded_stack(home, variables={}, durable=False) as stack:
        assert answer_of(stack.database_url, "SELECT 1") == 1


def test_erasing_stops_the_holder_and_keeps_the_files_of_others(home: Home) -> None:
    holder = python_start(f"{EXIT_WHEN_TOLD}\n{HOLD_STACK}", str(home.root))
    line_said(holder)
    (home.root / "mine.txt").touch()

    with holder:
        home_erase(home)

    assert [path.name for path in home.root.iterdir()] == ["mine.txt"]


def test_url_keeps_password_and_socket_apart(laid_home: Home) -> None:
    stack = stack_prepare(laid_home, variables={"BROKER_URL": "redis://localhost/0"})

    parts = urlsplit(stack.database_url)

    assert (parts.username, parts.port, parts.path) == ("countersign", 5432, "/countersign")
    assert parts.password == (laid_home.root / "postgres-password").read_text()
    assert parts.query == f"host={laid_home.root}/run"
