"""pytest plugin: in which order tests run, and how they are spread over processes (``-n``).

A file stays in one process, because browsers and commands are shared within it (but for the two
that look at every page and ask at every address). So do all tests of the stack that tests/e2e starts once.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

SHARED_STACK = "tests/e2e/"
STORY = "tests/e2e/test_story.py"
# They start stacks of their own.
OWN_STACKS = (
    STORY,
    "tests/e2e/test_first_run.py",
    "tests/e2e/test_sign_in.py",
    "tests/e2e/test_telling.py",
)
SERVERS = (SHARED_STACK, "tests/chaos/test_kill.py", "tests/config/test_up.py")
# They ask neither a server nor a browser, and leave the story the other core.
RULES = "tests/governance/domain/"
# Every page in two themes, for longer than any other file: a process takes one width of it.
LOOKS = "tests/dashboard/js/test_accessibility.py"
# Everybody at every address: a process takes the pages, another the calls, which have a namespace.
MATRIX = "tests/access/test_matrix.py"
# Files of minutes: whoever took one of them last would work on alone.
LONG = (
    "tests/dashboard/js/",
    "tests/upgrade/",
    "tests/chaos/",
    "tests/governance/replay/",
    "tests/access/",
)


def place_alone(nodeid: str) -> int:
    """Return where a test stands in a run of one process: minutes of real servers come last.

    What shares a stack stays together.
    """
    return int(nodeid.startswith(SERVERS)) + int(unit_of(nodeid) == SHARED_STACK)


def place_spread(nodeid: str) -> int:
    """Return where a test stands in a spread run: nothing long may be left for the end."""
    if nodeid.startswith(STORY):
        return 0
    if nodeid.startswith(RULES):
        return 1
    if nodeid.startswith(SERVERS):
        return 2
    return 3 if nodeid.startswith(LONG) else 4


def unit_of(nodeid: str) -> str:
    """Return what a test must share a process with."""
    file = nodeid.split("::", 1)[0]
    if file == LOOKS:
        width = nodeid.removesuffix("]").replace("[", "-").rsplit("-", 1)[-1]
        return f"{file} at {width}"
    if file == MATRIX:
        return f"{file} of {'calls' if ':' in nodeid.partition('[')[2] else 'pages'}"
    return SHARED_STACK if file.startswith(SHARED_STACK) and file not in OWN_STACKS else file


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return one process more than there are processors: servers and browsers are waited for."""
    return (os.cpu_count() or 1) + 1


# After pytest-randomly has shuffled; a sort keeps its order within each place.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    place = place_spread if hasattr(config, "workerinput") else place_alone
    items.sort(key=lambda item: place(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415

    class UnitScheduling(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            return unit_of(nodeid)

    config.option.loadscopereorder = False
    return UnitScheduling(config, log)
