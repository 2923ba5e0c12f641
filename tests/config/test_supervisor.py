from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.processes import Program
from config.supervisor import StopRequestedError, Supervisor, restart_delay_s
from tests.config.held import comes_true, line_said, processes_naming, python_start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Writes its number, then sleeps; the folder in its command line makes it findable.
SLEEP = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}, *sys.argv]); {SLEEP}"
FAREWELL = (
    "import signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]);"
    "print('ready', flush=True); signal.sigwait([signal.SIGTERM]);"
    "open(sys.argv[1] + '/farewells', 'a').write(sys.argv[2] + '\\n')"
)

# Supervises one child in argv[1] until it is told to stop.
SUPERVISE = """
import sys
from pathlib import Path
from config.processes import Program
from config.supervisor import Supervisor
folder = Path(sys.argv[1])
argv = (sys.executable, "-c", sys.argv[2], str(folder))
with Supervisor(print) as supervisor:
    supervisor.start(Program(name="one", argv=argv, log=folder / "one.log", stop_s=1.0))
    print("supervises", flush=True)
    try:
        supervisor.watch()
    finally:
        print("stops", flush=True)
"""


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Program]:
    def make(
        code: str = SLEEP, *, name: str = "one", stop_s: float = 5.0, stop_turn: int = 0
    ) -> Program:
        argv = (sys.executable, "-c", code, str(tmp_path), name)
        return Program(
            name=name, argv=argv, log=tmp_path / f"{name}.log", stop_s=stop_s, stop_turn=stop_turn
        )

    return make


def numbers_logged(program: Program) -> list[int]:
    return [int(line) for line in program.log.read_text().split()]


def test_delay_doubles_from_half_a_second_up_to_eight() -> None:
    delays_s = [restart_delay_s(failures, most_s=8.0) for failures in range(1, 8)]

    assert delays_s == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_killed_child_is_started_again(program: Callable[..., Program], said: list[str]) -> None:
    one = program()

    with Supervisor(said.append) as supervisor:
        (first,) = supervisor.start(one)
        supervisor.watch(until=lambda: len(numbers_logged(one)) == 1, every_s=0.05)
        first.kill()
        supervisor.watch(until=lambda: len(numbers_logged(one)) == 2, every_s=0.05)

    assert said[0] == "one ended with -9; it starts again in 0.5 s"
    assert processes_naming(str(one.log.parent)) == []


def test_child_that_dies_at_start_shows_its_last_words_once(
    program: Callable[..., Program], said: list[str]
) -> None:
    one = program("import sys; sys.exit('no such setting: X')")

    with Supervisor(said.append) as supervisor:
        supervisor.start(one)
        supervisor.watch(until=lambda: len(said) == 3, every_s=0.05)

    assert said == [
        "one ended with 1; it starts again in 0.5 s",
        f"  from {one.log}:\nno such setting: X",
        "one ended with 1; it starts again in 1 s",
    ]


def test_a_child_that_ran_well_for_a_while_starts_again_as_quickly_as_at_first(
    program: Callable[..., Program], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.supervisor.HEALTHY_S", 0.0)
    one = program("raise SystemExit(1)")

    with Supervisor(said.append) as supervisor:
        supervisor.start(one)
        supervisor.watch(until=lambda: len(said) == 4, every_s=0.05)

    assert said[0] == said[2] == "one ended with 1; it starts again in 0.5 s"


def test_children_of_a_dead_child_are_cleared_away(
    program: Callable[..., Program], said: list[str]
) -> None:
    one = program(PARENT)

    with Supervisor(said.append) as supervisor:
        (first,) = supervisor.start(one)
        supervisor.watch(until=lambda: len(numbers_logged(one)) == 2, every_s=0.05)
        first.kill()
        supervisor.watch(until=lambda: len(said) > 0, every_s=0.05)

        assert comes_true(lambda: processes_naming(str(one.log.parent)) == [])


def test_lower_turns_stop_first(
    program: Callable[..., Program], said: list[str], tmp_path: Path
) -> None:
    servers = program(FAREWELL, name="servers", stop_turn=2)
    web = program(FAREWELL, name="web", stop_turn=1)

    with Supervisor(said.append) as supervisor:
        supervisor.start(servers, web)
        supervisor.watch(
            until=lambda: servers.log.read_text() == web.log.read_text() == "ready\n", every_s=0.05
        )

    assert (tmp_path / "farewells").read_text() == "web\nservers\n"
    assert said == []


def test_child_that_ignores_the_stop_is_killed(
    program: Callable[..., Program], said: list[str]
) -> None:
    one = program(DEAF, stop_s=0.2)

    with Supervisor(said.append) as supervisor:
        (process,) = supervisor.start(one)
        supervisor.watch(until=lambda: len(numbers_logged(one)) == 1, every_s=0.05)

    assert process.returncode == -signal.SIGKILL


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def number(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """A stop signal that acts, also where the tests run under nohup."""
    before = signal.signal(request.param, signal.SIG_DFL)
    yield request.param
    signal.signal(request.param, before)


def test_stop_signals_end_the_watch(
    program: Callable[..., Program], said: list[str], number: signal.Signals
) -> None:
    with Supervisor(said.append) as supervisor:
        supervisor.start(program())
        os.kill(os.getpid(), number)

        with pytest.raises(StopRequestedError):
            supervisor.watch()


def test_stop_signal_interrupts_work_that_cannot_ask(said: list[str]) -> None:
    def work() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()

    with Supervisor(said.append) as supervisor:
        interruptible = supervisor.interruptible()(work)

        with pytest.raises(StopRequestedError):
            interruptible()


def test_nothing_is_started_after_a_stop_signal(
    program: Callable[..., Program], said: list[str], tmp_path: Path
) -> None:
    with Supervisor(said.append) as supervisor:
        os.kill(os.getpid(), signal.SIGTERM)

        with pytest.raises(StopRequestedError):
            supervisor.start(program())

    assert list(tmp_path.iterdir()) == []


def test_signals_mean_again_what_they_meant_before(said: list[str]) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]

    with Supervisor(said.append):
        pass

    after = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]
    assert after == before


def test_no_child_survives_the_kill_of_its_supervisor(tmp_path: Path) -> None:
    supervisor = python_start(SUPERVISE, str(tmp_path), SLEEP)
    line_said(supervisor)
    assert comes_true(lambda: (tmp_path / "one.log").read_text() != "")

    with supervisor:
        supervisor.send_signal(signal.SIGKILL)

    assert comes_true(lambda: processes_naming(str(tmp_path)) == [])


def test_second_ctrl_c_waits_for_nobody(tmp_path: Path) -> None:
    supervisor = python_start(SUPERVISE.replace("stop_s=1.0", "stop_s=600.0"), str(tmp_path), DEAF)
    line_said(supervisor)
    assert comes_true(lambda: (tmp_path / "one.log").read_text() != "")

    supervisor.send_signal(signal.SIGINT)
    line_said(supervisor)
    supervisor.send_signal(signal.SIGINT)

    assert comes_true(lambda: supervisor.poll() is not None)
    assert processes_naming(str(tmp_path)) == []
    supervisor.communicate()
