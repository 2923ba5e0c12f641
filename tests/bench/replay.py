"""How fast recorded history is replayed: ``python tests/bench/replay.py``.

Writes outcomes of agents over ten days to a file, reads it with a bare `csv.reader`, then runs
``manage.py replay`` on it as anybody would, and prints time, peak memory and rows a second.
Options: ``--rows N``, ``--agents N``, ``--days X``.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SEED, START_S, DAY_S = 51, 1_772_452_800.0, 86_400.0
MOST_S, MOST_MB = 60.0, 1000.0
COLUMNS = (
    "task_id,agent,finished_at,result,requested_by,task_type,level,"
    "cost_usd,budget_usd,duration_s,value_usd"
)


def history_write(path: Path, rows: int, agents: int, days: float) -> None:
    """Write outcomes spread evenly over the days; one agent in fifty fails half from half-way."""
    draw = random.Random(SEED)
    rates = [min(0.3, draw.lognormvariate(-3.0, 0.6)) for _ in range(agents)]
    with path.open("w") as file:
        file.write(COLUMNS + "\n")
        for row in range(rows):
            agent = draw.randrange(agents)
            spoiled = agent % 50 == 0 and row * 2 > rows
            failed = draw.random() < (0.5 if spoiled else rates[agent])
            at = datetime.fromtimestamp(START_S + row * days * DAY_S / rows, UTC).isoformat()
            result = "failure" if failed else "success"
            kind = draw.choice(("stateless", "stateless", "pipeline"))
            level = draw.choice(("LOW", "LOW", "MEDIUM", "HIGH"))
            file.write(
                f"task-{row},agent-{agent},{at},{result},person:{draw.randrange(40)},{kind},{level},"
                f"{draw.lognormvariate(-1.0, 0.3):.6f},1.0,{draw.lognormvariate(2.0, 0.4):.3f},"
                f"{draw.lognormvariate(2.0, 1.0):.2f}\n"
            )


def bare_read_s(path: Path) -> float:
    """Return how long the rows take to be read and thrown away."""
    began = time.perf_counter()
    with path.open(newline="") as file:
        for _ in csv.reader(file):
            pass
    return time.perf_counter() - began


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--agents", type=int, default=5_000)
    options.add_argument("--days", type=float, default=10.0)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        path, out = Path(directory) / "history.csv", Path(directory) / "out.json"
        history_write(path, chosen.rows, chosen.agents, chosen.days)
        bare_s = bare_read_s(path)
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "manage.py", "replay", str(path), "--json", str(out)],
            cwd=ROOT,
            env={**os.environ, "COUNTERSIGN_TESTING": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        spent_s = time.perf_counter() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        plain = json.loads(out.read_text())
    peak_mb = used.ru_maxrss / 1024.0
    print(done.stdout, end="")
    print(f"bare csv read {bare_s:6.1f} s")
    print(
        f"replay        {spent_s:6.1f} s wall, {used.ru_utime + used.ru_stime:.1f} s CPU,"
        f" {chosen.rows / spent_s:,.0f} rows/s, peak {peak_mb:,.0f} MB, seed {SEED}"
    )
    met = spent_s < MOST_S and peak_mb < MOST_MB and plain["rows"]["read"] == chosen.rows
    print(f"under {MOST_S:g} s and {MOST_MB:,.0f} MB: {'met' if met else 'NOT MET'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
