from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from config.children import simulation_program
from config.demo import DemoAccess, SignIn
from config.embedded import Home, environment_complete, home_locked
from config.management.commands.up import (
    Command,
    Wanted,
    opener,
    page_answers,
    shop_program,
    welcome,
)
from tests.config.held import PROJECT, comes_true, line_said, processes_naming, python_start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Holds the home in argv[1] until it is told to stop.
HOLD_HOME = """
import signal, sys
from pathlib import Path
from config.embedded import Home, home_locked
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
with home_locked(Home(Path(sys.argv[1]))):
    print("holds", flush=True)
    signal.sigwait([signal.SIGTERM])
"""
URL = re.compile(r"Countersign runs at (http://127\.0\.0\.1:\d+)")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests: the tables are made once."""
    return tmp_path_factory.mktemp("up") / "home"


@pytest.fixture
def up(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A stack of its own, without the demo, from the command people run."""
    stack = up_start(home)
    yield stack
    stack.kill()
    assert comes_true(lambda: processes_naming(str(home)) == [])


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("COUNTERSIGN_HOME", str(tmp_path / "own"))
    return Home(tmp_path / "own")


def up_start(home: Path) -> subprocess.Popen[str]:
    outside = {"DATABASE_URL", "BROKER_URL", "SECRET_KEY", "SEAL_KEY", "COUNTERSIGN_TESTING"}
    environ = {name: value for name, value in os.environ.items() if name not in outside}
    return subprocess.Popen(
        [sys.executable, "manage.py", "up", "--no-demo", "--port", "18500"],
        cwd=PROJECT,
        env={**environ, "COUNTERSIGN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def url_said(stack: subprocess.Popen[str]) -> str:
    assert stack.stdout is not None
    said = ""
    while (found := URL.search(said)) is None:
        line = stack.stdout.readline()
        assert line, said
        said += line
    return found[1]


def test_first_page_answers_and_ctrl_c_leaves_nothing(
    up: subprocess.Popen[str], home: Path
) -> None:
    url = url_said(up)

    with opener.open(url, timeout=10) as page:
        body = page.read().decode()
    up.send_signal(signal.SIGINT)
    rest, _ = up.communicate(timeout=60)

    assert "Sign in" in body
    # Two stacks of one tree may start at once: neither reads what the other is collecting.
    assert list((home / "static").glob("css/sign_in.*.css"))
    assert rest.strip().endswith("Stopping ...\nStopped.")
    assert up.returncode == 0
    assert processes_naming(str(home)) == []


def test_killed_up_leaves_nothing(up: subprocess.Popen[str], home: Path) -> None:
    url_said(up)

    up.kill()
    up.wait()

    assert comes_true(lambda: processes_naming(str(home)) == [])


def test_second_up_in_one_home_says_who_holds_it(own_home: Home) -> None:
    told = f"{own_home.root} is in use by process {os.getpid()}: stop it first"

    with home_locked(own_home), pytest.raises(CommandError, match=re.escape(told)):
        call_command("up", no_demo=True)


def test_a_home_deleted_under_a_stack_is_told_in_a_sentence(
    own_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deleted(*_given: object, **_named: object) -> None:
        (own_home.root / "log").read_text()

    monkeypatch.setattr(Command, "_run", deleted)

    with pytest.raises(CommandError, match="own was deleted: everything was stopped"):
        call_command("up")
    own_home.root.mkdir()
    with pytest.raises(FileNotFoundError):
        call_command("up")


def test_stop_ends_the_stack_of_another_terminal(own_home: Home) -> None:
    holder = python_start(HOLD_HOME, str(own_home.root))
    line_said(holder)

    call_command("up", stop=True)

    assert holder.wait() == 0
    holder.communicate()


def test_stop_without_a_stack_is_fine(own_home: Home) -> None:
    call_command("up", stop=True)

    assert not own_home.root.exists()


def test_erase_deletes_what_a_stack_wrote(own_home: Home) -> None:
    environment_complete({}, own_home)
    (own_home.root / "shop.sqlite3-wal").touch()
    (own_home.root / "static").mkdir()

    call_command("up", erase=True)

    assert not own_home.root.exists()


def test_welcome_names_address_people_and_logs(own_home: Home) -> None:
    rita = SignIn(username="rita", role="reviewer", password="word-word")
    access = DemoAccess(sign_ins=(rita,), key="k", shop="s", fleet="shop-2")

    lines = welcome("http://127.0.0.1:8000", access, own_home).splitlines()

    assert lines == [
        "",
        "Countersign runs at http://127.0.0.1:8000",
        "",
        "  sign in as  password                role",
        "  rita        word-word               reviewer",
        "",
        "Example agents ask for permission; their tickets appear in the queue.",
        "This run's fleet is shop-2: name it where a command asks for a fleet.",
        f"Logs are in {own_home.root}/log. Ctrl-C stops everything.",
    ]


def test_page_that_nobody_serves_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    assert page_answers(f"http://127.0.0.1:{port}/") is False


WANTED = Wanted(demo=True, simulation=True, fresh=True, reviewer=False)


ACCESS = DemoAccess(sign_ins=(), key="k", shop="s", fleet="shop")


@pytest.mark.parametrize(("simulation", "pace"), [(True, "5.0"), (False, "2.0")])
def test_the_shop_asks_less_often_beside_the_story(
    own_home: Home, simulation: bool, pace: str
) -> None:
    wanted = replace(WANTED, simulation=simulation)

    shop = shop_program(own_home, "http://127.0.0.1:8000", ACCESS, wanted)

    assert shop.argv[1:] == ("examples/langgraph/loop.py", "--pace", pace)


def test_no_secret_of_the_story_is_on_its_command_line(own_home: Home) -> None:
    story = simulation_program(own_home, "http://127.0.0.1:8000")

    assert story.argv[1:] == (
        "manage.py",
        "simulate",
        "--url",
        "http://127.0.0.1:8000",
        "--key-file",
        str(own_home.root / "demo.json"),
    )


def test_people_decide_by_themselves_only_when_asked_to(own_home: Home) -> None:
    story = simulation_program(own_home, "http://127.0.0.1:8000", reviewer=True)

    assert story.argv[-1] == "--reviewer"
