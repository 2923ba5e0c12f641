"""One run at the gate: ask, wait for people, work, report, and pay; each call may be repeated."""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from config.simulation.asking import Asker
from config.simulation.runs import FAILURE, SUCCESS, Exchange, Run, Stage
from config.simulation.wire import Patience, Wire
from examples.client import RefusedError, Task

logger = logging.getLogger("simulation")

# The stored outcome stays as it is: told before, or ended by somebody else meanwhile.
ENDED = frozenset({"already_finished", "not_running"})
PARTIAL, DEPENDENCY_DOWN, CANCELLED = "partial", "dependency_down", "cancelled"
RATED_SPOILED = 0.2
# People are asked about it, or a cascade holds it until a person settles it.
WAITS = frozenset({"PENDING", "HELD"})

# A run yields each task that waits for people, and is sent the task as people left it, or None.
Performance = Generator[Task, Task | None, None]


@dataclass(slots=True)
class _Told:
    """What a run knows of its stages so far, by their numbers."""

    external_ids: dict[int, str] = field(default_factory=dict)
    results: dict[int, str] = field(default_factory=dict)
    finished_at: dict[int, str] = field(default_factory=dict)


class Performer:
    """Performs runs with one key for each environment."""

    def __init__(
        self, wires: Mapping[str, Wire], asker: Asker, patience: Patience, *, pace: float, desk: str
    ) -> None:
        """Share what all lanes share; ``desk`` names the wire that may vouch for quality, or ""."""
        self._wires = wires
        self._asker = asker
        self._patience = patience
        self._pace = pace
        self._desk = desk

    def perform(self, run: Run, name: str) -> Performance:
        """Perform a run whose tasks are called ``name`` and a number.

        What an earlier attempt at the same run did is found by these names and not done twice.

        Raises:
            RefusedError: if a call itself is refused.
            StoppedError: if the program must end; the run is taken up by the next one.
        """
        told, lasting = _Told(), None
        ahead = self._ask_ahead(run, name, told)
        for number, stage in enumerate(run.stages):
            task = self._asked_now(run, number, name, told, ahead)
            if task is not None and task.state in WAITS:
                task = yield task
            if task is None:
                break
            told.external_ids[number] = str(task.answer["external_id"])
            if run.lasts and number == 0:
                lasting = self._begin(stage, task)
                if lasting is None:
                    return
                told.results[0] = SUCCESS
            elif not self._work(stage, number, task, told, must=run.ahead):
                break
        if lasting is not None:
            self._close(run, lasting, told)
        self._pay(run, name, told)

    def _asked(self, run: Run, number: int, name: str, told: _Told) -> Task | None:
        stage = run.stages[number]
        parent = None if stage.parent is None else told.external_ids[stage.parent]
        return self._asker.ask(run, stage, f"{name}-{number}", parent=parent, first=not number)

    def _ask_ahead(self, run: Run, name: str, told: _Told) -> dict[int, str]:
        """Ask for every stage of a run that wants it so; return their ids by number."""
        asked: dict[int, str] = {}
        for number in range(len(run.stages) if run.ahead else 0):
            task = self._asked(run, number, name, told)
            if task is None:
                break
            told.external_ids[number] = str(task.answer["external_id"])
            asked[number] = task.id
        return asked

    def _asked_now(
        self, run: Run, number: int, name: str, told: _Told, ahead: Mapping[int, str]
    ) -> Task | None:
        """Ask for a stage; one asked for ahead is read as it is, None if somebody ended it."""
        if number not in ahead:
            return self._asked(run, number, name, told)
        task = self._wires[run.stages[number].key].task_read(ahead[number])
        return None if task.state in {"DENIED", "EXPIRED", "CANCELLED"} else task

    def _begin(self, stage: Stage, task: Task, *, must: bool = False) -> Task | None:
        """Start the task where it has to be; None if the gate no longer lets it run."""
        must = must or bool(stage.reports_at) or stage.whole or task.answer["level"] != "LOW"
        if task.state == "READY" and (must or task.answer.get("grant")):
            try:
                cap = self._wires[stage.key].start(task).spend_cap_usd
            except RefusedError as error:
                if error.status != 409:
                    raise
                logger.info("%s cannot start: %s", task.answer["external_id"], error)
                return None
            if stage.whole and cap is not None and cap < Decimal(stage.budget_usd):
                self._report(stage, task, CANCELLED, {"error_code": "over_cap"})
                return None
        return task

    def _work(
        self, stage: Stage, number: int, task: Task, told: _Told, *, must: bool = False
    ) -> bool:
        """Do the work of a task and report it; return whether the run goes on."""
        if self._begin(stage, task, must=must) is None:
            return False
        result, error_code = self._done(stage, task, told.results)
        facts: dict[str, Any] = {
            "cost_usd": _cost(stage),
            "duration_s": round(stage.work_s, 2),
        }
        if error_code:
            facts["error_code"] = error_code
        if stage.value_usd is not None and result == SUCCESS:
            facts["value_usd"] = stage.value_usd
        stored = self._report(stage, task, result, facts)
        told.results[number] = result
        if stored is not None:
            told.finished_at[number] = str(stored["finished_at"])
        return result != CANCELLED

    def _done(self, stage: Stage, task: Task, results: Mapping[int, str]) -> tuple[str, str]:
        """Take the time the work takes, unless it has been done before; return how it went."""
        wire = self._wires[stage.key]
        if task.state != "FINISHED":
            self._patience.rest(stage.work_s * self._pace)
            if stage.reports_at and not self._goes_on(stage, task):
                return CANCELLED, "told_to_stop"
        return stage.result(results, lambda: int(wire.agent(stage.agent)["breaker"]["level"]))

    def _goes_on(self, stage: Stage, task: Task) -> bool:
        spent = _cost(stage)
        try:
            return all(
                self._wires[stage.key].heartbeat(
                    task, steps=steps, spent_usd=spent, tools_used=[stage.tool, *stage.joins]
                )
                for steps in stage.reports_at
            )
        except RefusedError as error:
            if error.code in ENDED:
                return False
            raise

    def _close(self, run: Run, task: Task, told: _Told) -> None:
        """End the stage that lasted as long as the others: by what became of them."""
        stage = run.stages[0]
        facts: dict[str, Any]
        if len(told.results) < len(run.stages):
            result, facts = DEPENDENCY_DOWN, {"error_code": "helper_unavailable"}
        else:
            result = PARTIAL if FAILURE in told.results.values() else SUCCESS
            facts = {"cost_usd": _cost(stage), "duration_s": round(stage.work_s, 2)}
        if task.state != "FINISHED" and not self._goes_on(stage, task):
            result, facts = CANCELLED, {"error_code": "told_to_stop"}
        self._report(stage, task, result, facts)

    def _report(
        self, stage: Stage, task: Task, result: str, facts: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Report how a task ended; return what is stored, None if it had ended otherwise."""
        try:
            return self._wires[stage.key].outcome_told(task.id, result, **facts)
        except RefusedError as error:
            if error.code in ENDED:
                return None
            raise

    def _pay(self, run: Run, name: str, told: _Told) -> None:
        """Report the exchanges that follow from finished stages."""
        for number, exchange in enumerate(run.exchanges):
            if exchange.stage not in told.finished_at:
                continue
            vouched = bool(self._desk) and exchange.verified_quality is not None
            wire = self._desk if vouched else run.stages[exchange.stage].key
            item = _exchanged(exchange, f"{name}-x{number}", told)
            if vouched:
                item |= {
                    "verified_quality": exchange.verified_quality,
                    "verified_by": "quality desk",
                }
            self._wires[wire].interactions([item])


def _cost(stage: Stage) -> str:
    return f"{Decimal(stage.budget_usd) * Decimal(str(round(stage.cost, 4))):.4f}"


def _exchanged(exchange: Exchange, name: str, told: _Told) -> dict[str, Any]:
    good = told.results[exchange.stage] == SUCCESS
    return {
        "id": name,
        "occurred_at": told.finished_at[exchange.stage],
        "initiator": exchange.initiator,
        "counterparty": exchange.counterparty,
        "task_id": told.external_ids[exchange.stage],
        "value_usd": exchange.value_usd if good else "0",
        "rating": exchange.rating if good else RATED_SPOILED,
        "accepted": good,
    }
