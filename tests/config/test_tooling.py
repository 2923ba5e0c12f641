"""What the documents and the servers' composition say about commands, locks and queues."""

from __future__ import annotations

import re
import stat

import pytest

from config.celery import app
from config.children import BACKTEST_QUEUE, COURIER_QUEUE, COURIER_THREADS, QUEUES
from config.embedded import Home
from config.embedded.home import PROJECT, SOCKET_PATH_BYTES

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-uv.lock")


def text_of(name: str) -> str:
    return (PROJECT / name).read_text()


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_name_no_address(name: str) -> None:
    assert "://" not in text_of(name)


@pytest.mark.parametrize("name", LOCKS)
def test_each_locked_requirement_is_held_by_its_hash(name: str) -> None:
    entries = re.split(r"(?m)^(?=\S)", text_of(name))[1:]

    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_documents_name_commands_that_exist() -> None:
    documents = text_of("README.md") + text_of("CONTRIBUTING.md") + text_of(".ci/run")
    named = set(re.findall(r"(?m)(?:`|^)make ([a-z]+)", documents))

    targets = set(re.findall(r"(?m)^([a-z]+):", text_of("Makefile")))

    assert named >= {"setup", "demo", "test", "check", "reset"}
    assert named <= targets


def test_help_explains_each_target() -> None:
    makefile = text_of("Makefile")

    targets = re.findall(r"(?m)^([a-z]+):", makefile)

    assert re.findall(r"(?m)^([a-z]+):.*## ", makefile) == targets


def test_pipeline_runs_what_people_run_and_the_tests_last() -> None:
    text = text_of(".ci/run")

    assert re.findall(r'(?m)^stage "[a-z ]+" (.+)$', text) == [
        "lock_files_name_no_address",
        "composition",
        "make setup",
        "make check",
        "browser_install",
        "tests",
    ]
    assert '\ntests() {\n  make test 2>&1 | tee "$told"\n}\n' in text
    assert stat.S_IMODE((PROJECT / ".ci" / "run").stat().st_mode) & stat.S_IXUSR


def test_workers_take_from_every_queue_that_periodic_work_goes_to() -> None:
    used = {entry["options"]["queue"] for entry in app.conf.beat_schedule.values()}

    assert used <= set(QUEUES.split(","))
    composition = text_of("docker-compose.yml")
    assert f'"-Q", "{QUEUES}"' in composition
    assert f'"-Q", "{COURIER_QUEUE}", "-P", "threads", "-c", "{COURIER_THREADS}"' in composition
    assert f'"-Q", "{BACKTEST_QUEUE}", "-c", "1"' in composition


def test_composition_has_the_eight_services() -> None:
    services = text_of("docker-compose.yml").split("\nservices:\n")[1].split("\nvolumes:\n")[0]

    assert re.findall(r"(?m)^  (\w+):$", services) == [
        "web",
        "live",
        "worker",
        "courier",
        "backtester",
        "beat",
        "postgres",
        "valkey",
    ]


def test_the_image_holds_whatever_its_programs_import() -> None:
    kept = {line[1:] for line in text_of(".dockerignore").splitlines() if line.startswith("!")}
    folders = {name for name in kept if (PROJECT / name).is_dir()}
    imported = {
        found[1]
        for folder in folders
        for source in (PROJECT / folder).rglob("*.py")
        for found in re.finditer(r"(?m)^ *(?:from|import) ([\w.]+)", source.read_text())
    }
    ours = {name for name in imported if (PROJECT / name.split(".", 1)[0]).is_dir()}

    outside = {name for name in ours if name.split(".", 1)[0] not in folders}
    assert outside == {"examples.client"}
    assert {"examples/__init__.py", "examples/client.py"} <= kept


def test_contributing_states_the_limit_of_a_socket_path() -> None:
    assert f"for a path over {SOCKET_PATH_BYTES} bytes" in text_of("CONTRIBUTING.md")
    assert Home(PROJECT / "short").sockets.name == "run"
