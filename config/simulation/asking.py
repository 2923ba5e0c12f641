"""Asking the gate for one task, again and again while a freeze, a pause or a halt blocks it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from config.simulation.resume import last_existing
from config.simulation.runs import Run, Stage
from config.simulation.wire import Patience, Wire
from examples.client import FREEZES, Task

logger = logging.getLogger("simulation")

FIRST_REST_S, LONGEST_REST_S, LOOK_S = 5.0, 60.0, 10.0
# What goes away by itself or by somebody's hand; the agent asks again with a new task.
PASSING = FREEZES | {"over_parallel", "over_budget"}
HELD = frozenset({"FORCED_OPEN", "LATCHED"})


def task_body(run: Run, stage: Stage, external_id: str, *, parent: str | None) -> dict[str, Any]:
    """Return what ``POST tasks`` takes; the same for the same stage, so that it may be repeated."""
    body: dict[str, Any] = {
        "agent": stage.agent,
        "requested_by": run.requested_by,
        "external_id": external_id,
        "title": stage.title,
        "description": stage.description,
        "tool": stage.tool,
        "operation": stage.operation,
        "target": stage.target,
        "arguments": dict(stage.arguments),
        "plan": {
            "steps": stage.steps,
            "agents": stage.agents,
            "delegations": stage.agents - 1,
            "talks_back": stage.talks_back,
        },
        "blast": {"U": stage.source},
        "budget_usd": stage.budget_usd,
        "time_limit_s": 180,
    }
    return body if parent is None else {**body, "parent": parent}


class Asker:
    """Asks for stages, one question at a time for each agent that is on probation."""

    def __init__(
        self,
        wires: Mapping[str, Wire],
        patience: Patience,
        *,
        pace: float,
        rehearse: Callable[[str], None],
    ) -> None:
        """Share what all lanes share; ``rehearse`` does easy work for an agent on probation."""
        self._wires = wires
        self._patience = patience
        self._pace = pace
        self._rehearse = rehearse

    def ask(
        self, run: Run, stage: Stage, name: str, *, parent: str | None, first: bool
    ) -> Task | None:
        """Return the task if it may run or waits for people, None if the answer was no.

        Only the first stage of a run is asked for again when something passing blocks it: a
        helper that is frozen is not waited for.
        """
        wire = self._wires[stage.key]
        attempt, rest_s = 0, FIRST_REST_S
        while True:
            external_id = _numbered(name, attempt)
            task = wire.task(**task_body(run, stage, external_id, parent=parent))
            code = blocked_by(task)
            if not code:
                return None if task.state in {"DENIED", "EXPIRED", "CANCELLED"} else task
            if not first or code not in PASSING:
                logger.info("%s: %s", external_id, " ".join(task.reasons[:1]))
                return None
            # An earlier run of the program may have asked again: its last question is the one.
            asked = attempt or 1 + last_existing(lambda n: wire.exists(_numbered(name, n + 1)))
            if asked > attempt:
                attempt = asked
                continue
            attempt += 1
            self._wait(stage, code, rest_s)
            rest_s = min(2 * rest_s, LONGEST_REST_S)

    def _wait(self, stage: Stage, code: str, rest_s: float) -> None:
        logger.info("%s is blocked: %s", stage.agent, code)
        if code == "probation_level":
            self._rehearse(stage.agent)
            self._patience.rest(FIRST_REST_S * self._pace)
        elif code in {"frozen", "latched", "forced_open", "agent_paused"}:
            self._until_free(self._wires[stage.key], stage.agent)
        elif code == "probation_busy":
            self._patience.rest(FIRST_REST_S * self._pace)
        else:
            self._patience.rest(rest_s)

    def _until_free(self, wire: Wire, agent: str) -> None:
        """Look at the agent until it is neither frozen nor paused; looking leaves no task."""
        while not is_free(wire.agent(agent)):
            self._patience.rest(LOOK_S)


def blocked_by(task: Task) -> str:
    """Return the code of the gate's own no to a task, or "" if it was somebody else's or none."""
    resolution = task.resolution or {}
    if task.state != "DENIED" or resolution.get("answer") != "blocked":
        return ""
    return str(resolution.get("reason_code") or "blocked")


def is_free(agent: Mapping[str, Any]) -> bool:
    """Return whether an agent, as the API shows it, may be asked for again."""
    breaker = agent["breaker"]
    return breaker["state"] != "OPEN" and breaker["hold"] not in HELD and not agent["paused"]


def _numbered(name: str, attempt: int) -> str:
    return name if attempt == 0 else f"{name}r{attempt}"
