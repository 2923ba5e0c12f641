"""A worker of a test's own: a process on the tests' database that can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")


@contextmanager
def own_worker(app: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Yield a worker of the Celery app in a module, and the queue that is its alone."""
    queue = f"own-{uuid4().hex}"
    url = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    words = ("-A", app, "worker", "-Q", queue, "-c", "1", *ALONE)
    with subprocess.Popen(
        [sys.executable, "-m", "celery", *words],
        env={**os.environ, "DATABASE_URL": url._replace(path=f"/{name}").geturl()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        yield process, queue
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
