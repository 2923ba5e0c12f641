# ruff: noqa: E402 - models may be imported only once their settings are chosen.
"""A sweep in a process that kills itself around a commit: ``python -m tests.chaos.dying WHEN N``.

It dies before the N-th commit of the sweep, or right after it.
"""

from __future__ import annotations

import os
import signal
import sys
from unittest import mock

import django

django.setup()

from django.db.backends.postgresql.base import DatabaseWrapper

from escalations.tasks import sweep

BEFORE, AFTER = "before", "after"


def main() -> None:
    """Sweep, as the worker does, until the moment comes."""
    when, number = sys.argv[1], int(sys.argv[2])
    made = 0
    commit = DatabaseWrapper._commit  # type: ignore[attr-defined]  # as Django commits

    def deadly(self: DatabaseWrapper) -> None:
        nonlocal made
        made += 1
        if made == number and when == BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        commit(self)
        if made == number:
            os.kill(os.getpid(), signal.SIGKILL)

    with mock.patch.object(DatabaseWrapper, "_commit", deadly):
        sweep()


if __name__ == "__main__":
    main()
