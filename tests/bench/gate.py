"""What the gate calls cost, beside what the database alone can do: ``python tests/bench/gate.py``.

Starts embedded PostgreSQL and Valkey and the two web processes of ``manage.py up`` in a scratch
home, measures, stops all of it. Options: ``--calls N`` per measurement, ``--seconds S`` of pgbench.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Any
from uuid import uuid4

PROJECT = Path(__file__).resolve().parents[2]
sys.path[0] = str(PROJECT)

from config.children import web_programs  # noqa: E402
from config.embedded import Home, embedded_stack, environment_complete  # noqa: E402
from config.listening import listen  # noqa: E402
from config.processes import start, stop  # noqa: E402
from tests.bench.pgbench import pgbench_tps  # noqa: E402
from tests.bench.web_processor import web_processor_s  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

SENDER = Path(__file__).with_name("http_clients.py")
CLIENTS = 16
BATCH = 100
# A new agent may have five tasks open, so the calls are spread over many.
OPEN_TASKS = 5
SINGLE_TARGET, BATCH_TARGET = 0.02, 0.08
PREPARE = """
import msgspec
from config.demo import demo_prepare
from governance.selectors.access import key_authenticate
from governance.selectors.clock import clock_now
from governance.services.agents import agent_put
from governance.services.schemas import AgentBody

token = demo_prepare().key
key = key_authenticate(token, now=clock_now())
mandate = {{"tools": ["read_orders"], "environments": ["production"], "level": "LOW"}}
plain = {{"name": "Bench", "owner": "lena", "mandate": mandate, "budget_usd": "100"}}
body = msgspec.convert(plain, AgentBody)
for number in range({agents}):
    agent_put(key=key, external_id=f"bench-{{number}}", body=body)
print(token)
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement: name, clients, requests a second, percentiles in milliseconds.

    ``web_ms`` is what the web processes used of a processor for each call, in milliseconds.
    """

    name: str
    clients: int
    per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    web_ms: float
    answers: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Bench:
    """The started servers."""

    port: int
    key: str

    def measure(self, name: str, clients: int, calls: list[dict[str, Any]]) -> Measured:
        """Send ``calls`` from ``clients`` connections.

        Raises:
            RuntimeError: if any call is refused: a refusal is cheaper than an answer.
        """
        used_s = web_processor_s()
        done = subprocess.run(
            [sys.executable, str(SENDER), "127.0.0.1", str(self.port), str(clients)],
            input="\n".join(json.dumps(call) for call in calls),
            env={**os.environ, "COUNTERSIGN_KEY": self.key},
            capture_output=True,
            text=True,
            check=True,
        )
        used_s = web_processor_s() - used_s
        seen = json.loads(done.stdout)
        refused = [a for s, a in zip(seen["statuses"], seen["answers"], strict=True) if s >= 300]
        if refused:
            raise RuntimeError(f"{name}: {len(refused)} calls refused, the first: {refused[0]}")
        cuts = quantiles(seen["latencies_s"], n=100, method="inclusive")
        return Measured(
            name=name,
            clients=clients,
            per_s=len(calls) / seen["wall_s"],
            p50_ms=cuts[49] * 1e3,
            p95_ms=cuts[94] * 1e3,
            p99_ms=cuts[98] * 1e3,
            web_ms=used_s / len(calls) * 1e3,
            answers=[json.loads(answer) for answer in seen["answers"]],
        )


def main() -> int:
    """Measure, print, and return 0 if both targets are met."""
    options = _options()
    agents = options.calls // OPEN_TASKS + 1
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="cs-bench-")))
        home = Home(folder / "home")
        stack = running.enter_context(embedded_stack(home, variables={}))
        key = _prepare(home, agents=agents)
        bench = Bench(running.enter_context(web_running(home)), key)
        # Not measured: each connection prepares its statements with its first calls.
        _single_calls(bench, CLIENTS, options.calls // 2, agents=agents)
        singles = []
        for clients, count in ((1, options.calls // 4), (CLIENTS, options.calls)):
            singles += _single_calls(bench, clients, count, agents=agents)
        items = max(CLIENTS, options.calls // BATCH * 4)
        batches = bench.measure("outcomes x 100", CLIENTS, _batch_calls(agents, items))
        tps = pgbench_tps(stack.database_url, folder, clients=CLIENTS, seconds=options.seconds)
    return _print(singles, batches, tps)


def _single_calls(bench: Bench, clients: int, count: int, *, agents: int) -> list[Measured]:
    """Ask for ``count`` Low tasks of all agents in turn, then report an outcome for each."""
    calls = [_task_call(number, agent=number % agents) for number in range(count)]
    asked = bench.measure("POST tasks", clients, calls)
    answers = {(one["state"], one["level"]) for one in asked.answers}
    if answers != {("READY", "LOW")}:
        raise RuntimeError(f"only allowed Low tasks are measured, got {answers}")
    reports = [_outcome_call(answer["id"]) for answer in asked.answers]
    return [asked, bench.measure("POST outcome", clients, reports)]


def _task_call(number: int, *, agent: int) -> dict[str, Any]:
    return {
        "path": "/api/v1/tasks",
        "body": {
            "agent": f"bench-{agent}",
            "requested_by": "bench",
            "external_id": uuid4().hex,
            "title": "Read an order",
            "operation": "read",
            "tool": "read_orders",
            "arguments": {"order": number},
            "plan": {"steps": 1, "agents": 1, "delegations": 0},
            "blast": {"U": "I"},
            "budget_usd": "0",
        },
    }


def _outcome_call(task_id: str) -> dict[str, Any]:
    return {
        "path": f"/api/v1/tasks/{task_id}/outcome",
        "body": {"result": "success", "cost_usd": "0", "duration_s": 0.2},
    }


def _batch_calls(agents: int, count: int) -> list[dict[str, Any]]:
    """Return ``count`` batches of 100 past outcomes, each of ten agents."""
    since = datetime.now(UTC) - timedelta(days=1)
    return [
        {
            "path": "/api/v1/outcomes",
            "body": {
                "items": [
                    {
                        "task_id": uuid4().hex,
                        "agent": f"bench-{(batch * 10 + number % 10) % agents}",
                        "finished_at": (since + timedelta(seconds=batch)).isoformat(),
                        "result": "success",
                        "requested_by": "bench",
                        "cost_usd": "0.01",
                        "budget_usd": "0.02",
                        "duration_s": 0.2,
                    }
                    for number in range(BATCH)
                ]
            },
        }
        for batch in range(count)
    ]


def _prepare(home: Home, *, agents: int) -> str:
    """Migrate, make the demo fleet and the agents, and return a key."""
    environ = environ_of(home)
    run = [sys.executable, "manage.py"]
    subprocess.run([*run, "migrate", "-v0"], cwd=PROJECT, env=environ, check=True)
    done = subprocess.run(
        [*run, "shell", "-v0", "-c", PREPARE.format(agents=agents)],
        cwd=PROJECT,
        env=environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.split()[-1]


@contextmanager
def web_running(home: Home) -> Iterator[int]:
    """Run the web processes of ``up`` and yield their port once all of them serve."""
    with listen(18_800) as listener:
        port: int = listener.getsockname()[1]
        programs = [
            replace(program, environ=environ_of(home))
            for program in web_programs(home, listener=listener.fileno())
        ]
        processes = [start(program) for program in programs]
        try:
            _await_started([program.log for program in programs])
            yield port
        finally:
            for program, process in zip(programs, processes, strict=True):
                stop(program, process)


def environ_of(home: Home) -> dict[str, str]:
    named = {"DATABASE_URL", "BROKER_URL"}
    environ = {name: value for name, value in os.environ.items() if name not in named}
    environ["COUNTERSIGN_HOME"] = str(home.root)
    environment_complete(environ, home)
    return environ


def _await_started(logs: list[Path]) -> None:
    """Return once every web process serves; one alone would answer a probe of the port."""
    deadline = time.monotonic() + 60
    while not all("startup complete" in log.read_text() for log in logs):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not every process started, see {logs}")
        time.sleep(0.1)


def _print(singles: list[Measured], batches: Measured, tps: float) -> int:
    heads = f"{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'web ms':>9}"
    print(f"{'call':<16}{'clients':>8}{'per s':>10}{heads}{'of pgbench':>12}")
    for one in singles:
        print(_line(one, one.per_s, tps))
    rows = batches.per_s * BATCH
    print(_line(batches, rows, tps) + "   (rows)")
    print(f"{'pgbench':<16}{CLIENTS:>8}{tps:>10,.0f}   one prepared select and one insert")
    slowest = min(one.per_s for one in singles if one.clients == CLIENTS)
    single, batch = slowest / tps, rows / tps
    print(f"single calls {single:.1%} of pgbench, target {SINGLE_TARGET:.0%}")
    print(f"batches {batch:.1%} of pgbench, target {BATCH_TARGET:.0%}")
    return 0 if single >= SINGLE_TARGET and batch >= BATCH_TARGET else 1


def _line(one: Measured, per_s: float, tps: float) -> str:
    times = f"{one.p50_ms:>9.1f}{one.p95_ms:>9.1f}{one.p99_ms:>9.1f}{one.web_ms:>9.2f}"
    return f"{one.name:<16}{one.clients:>8}{per_s:>10,.0f}{times}{per_s / tps:>12.1%}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=int, default=1600, help="calls per measurement")
    parser.add_argument("--seconds", type=int, default=5, help="how long pgbench runs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
