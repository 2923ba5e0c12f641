"""Run errands through the graph; where people are asked, the next errands do not wait."""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from examples.client import RefusedError, UnavailableError
from examples.langgraph.graph import graph_build, people_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.runnables import RunnableConfig

    from examples.client import Countersign
    from examples.langgraph.calls import Errand
    from examples.langgraph.errands import Errands
    from examples.langgraph.graph import Refusal, State
    from examples.langgraph.shop import Shop

logger = logging.getLogger("shop")

MOST_WAITING = 4
FIRST_BACK_OFF_S = 1.0
LONGEST_BACK_OFF_S = 60.0
INTERRUPTED = "__interrupt__"


class StoppedError(Exception):
    """The program was told to end; the errand stays open and is taken up by the next run."""


class Runner:
    """Runs errands of one shop, at most ``MOST_WAITING`` of them waiting for people.

    The checkpoints live in memory. After a restart an open errand runs again from its top: its
    tasks are found by their external ids, and the shop's journal keeps what already took effect.
    """

    def __init__(
        self, gate: Countersign, shop: Shop, errands: Errands, *, stop: threading.Event
    ) -> None:
        """Hold what the threads share; ``stop`` ends them at the next point of rest."""
        self._gate = gate
        self._errands = errands
        self._stop = stop
        self._checkpoints = InMemorySaver()
        self._graph = graph_build(gate, shop, checkpointer=self._checkpoints)
        self._threads: set[threading.Thread] = set()
        self.rest_s = 0.0

    @property
    def is_full(self) -> bool:
        """Return whether as many errands wait for people as may."""
        self._threads = {thread for thread in self._threads if thread.is_alive()}
        return len(self._threads) >= MOST_WAITING

    def run(self, errand: Errand) -> None:
        """Run the errand to its end, or to its first question and let it wait in a thread.

        Raises:
            RefusedError: if the key itself is refused (401, 403).
            StoppedError: if the program must end.
        """
        logger.info("%s: %s for %s", errand["name"], errand["kind"], errand["requested_by"])
        try:
            state = self._advance(errand, {"errand": errand, "answers": []})
        except RefusedError as error:
            self._misunderstood(errand, error)
            return
        if INTERRUPTED not in state:
            self._end(errand, state)
            return
        # A daemon, since a long poll must not hold up the end of the program.
        thread = threading.Thread(target=self._wait, args=(errand, state), daemon=True)
        self._threads.add(thread)
        thread.start()

    def _wait(self, errand: Errand, state: dict[str, Any]) -> None:
        """Resume the run with each answer people give, until it needs none any more."""
        try:
            while INTERRUPTED in state:
                task = state["task"]
                logger.info("%s: waits for ticket #%s", errand["name"], task["ticket"]["number"])
                answer = self._patiently(partial(self._answer, task))
                state = self._advance(errand, Command(resume=answer))
            self._end(errand, state)
        except StoppedError:
            logger.info("%s: left waiting", errand["name"])
        except RefusedError as error:
            self._misunderstood(errand, error)

    def _answer(self, task: dict[str, Any]) -> dict[str, Any]:
        answer = people_answer(self._gate, task, goes_on=lambda: not self._stop.is_set())
        if self._stop.is_set():
            raise StoppedError
        return answer

    def _advance(self, errand: Errand, entry: State | Command[Any]) -> dict[str, Any]:
        """Run the graph to its end or its next question; a failed step alone is repeated."""
        thread: RunnableConfig = {"configurable": {"thread_id": errand["name"]}}
        entries = [entry]

        def invoke() -> dict[str, Any]:
            # Invoked with nothing, the graph goes on from its last checkpoint.
            return self._graph.invoke(entries.pop() if entries else None, thread)

        return self._patiently(invoke)

    def _patiently(self, attempt: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what ``attempt`` returns, trying again for as long as Countersign is away."""
        back_off_s = FIRST_BACK_OFF_S
        while not self._stop.is_set():
            try:
                return attempt()
            except UnavailableError as error:
                delay_s = max(back_off_s, error.retry_after_s)
                logger.warning("%s; trying again in %.0f s", error, delay_s)
                self._stop.wait(delay_s)
                back_off_s = min(back_off_s * 2, LONGEST_BACK_OFF_S)
        raise StoppedError

    def _misunderstood(self, errand: Errand, error: RefusedError) -> None:
        """Give up an errand whose request itself is wrong; a refused key ends the program."""
        if error.status in {401, 403}:
            raise error
        logger.error("%s: %s", errand["name"], error)
        self._errands.end(errand, ended_as="misunderstood")

    def _end(self, errand: Errand, state: dict[str, Any]) -> None:
        refusal = state.get("refusal")
        ended_as = refusal["answer"] if refusal else "done"
        self._errands.end(errand, ended_as=ended_as)
        self._checkpoints.delete_thread(errand["name"])
        self._rest(refusal)
        logger.info(
            "%s: %s. %s",
            errand["name"],
            ended_as,
            refusal["sentence"] if refusal else state["answers"][-1],
        )

    def _rest(self, refusal: Refusal | None) -> None:
        """Slow down while a freeze, a pause or a halt blocks; go on at once when it is over."""
        if refusal is None or refusal["answer"] != "blocked":
            self.rest_s = 0.0
            return
        self.rest_s = min(max(FIRST_BACK_OFF_S, 2 * self.rest_s), LONGEST_BACK_OFF_S)
