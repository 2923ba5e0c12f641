"""The example client made patient: it asks again until there is an answer, and notes both."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from config.simulation.journal import Journal
from examples.client import Countersign, RefusedError, UnavailableError

logger = logging.getLogger("simulation")

FIRST_BACK_OFF_S, LONGEST_BACK_OFF_S = 0.5, 15.0
IN_FLIGHT = "idempotency_key_in_flight"
# The key or the session itself is refused: another call would fare no better.
SIGNED_OUT = frozenset({401, 403})
NOTED = frozenset({"POST", "PUT"})
T = TypeVar("T")


class StoppedError(Exception):
    """The program was told to end while it waited; the next run goes on from here."""


class Patience:
    """Asks again with back-off for as long as nobody answers, until told to stop."""

    def __init__(self, stop: threading.Event) -> None:
        """Share ``stop`` with whoever ends the program."""
        self.stop = stop

    def until_answered(self, attempt: Callable[[], T], *, about: str) -> T:
        """Return what ``attempt`` returns.

        Raises:
            RefusedError: a final answer that says no.
            StoppedError: if the program must end first.
        """
        back_off_s = FIRST_BACK_OFF_S
        while not self.stop.is_set():
            try:
                return attempt()
            except UnavailableError as error:
                delay_s = max(back_off_s, error.retry_after_s)
                logger.warning("%s: %s; again in %.1f s", about, error, delay_s)
            except RefusedError as error:
                if error.code != IN_FLIGHT:
                    raise
                delay_s = back_off_s
            self.stop.wait(delay_s)
            back_off_s = min(2 * back_off_s, LONGEST_BACK_OFF_S)
        raise StoppedError(about)

    def rest(self, seconds: float) -> None:
        """Wait.

        Raises:
            StoppedError: if the program must end meanwhile.
        """
        if self.stop.wait(seconds):
            raise StoppedError("told to stop")


class Wire(Countersign):
    """One key. Every call may be repeated without harm: external ids and idempotency keys."""

    def __init__(self, base_url: str, key: str, *, patience: Patience, journal: Journal) -> None:
        """Point at ``base_url`` with ``key``; writes are noted in ``journal``."""
        super().__init__(base_url, key)
        self._patience = patience
        self._journal = journal

    def agent(self, external_id: str) -> dict[str, Any]:
        """Return an agent with trust, tier, breaker and limits."""
        return self._call("GET", f"agents/{external_id}")

    def exists(self, external_id: str) -> bool:
        """Return whether a task with this external id was ever asked for."""
        try:
            self.task_read(external_id)
        except RefusedError as error:
            if error.status == 404:
                return False
            raise
        return True

    def outcome_told(self, task_id: str, result: str, **facts: Any) -> dict[str, Any]:
        """Report how a task ended and return what was stored, also if it was told before."""
        key = f"outcome-{task_id}"
        return self._call("POST", f"tasks/{task_id}/outcome", {"result": result, **facts}, key=key)

    def interactions(self, items: list[dict[str, Any]]) -> dict[str, Any]:
        """Report up to 1,000 exchanges between agents; returns the fate of each by index."""
        return self._call("POST", "interactions", {"items": items})

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        key: str = "",
        patience_s: int = 0,
    ) -> dict[str, Any]:
        def attempt() -> dict[str, Any]:
            return super(Wire, self)._call(method, path, body, key=key, patience_s=patience_s)

        if method not in NOTED:
            return self._patience.until_answered(attempt, about=path)
        call = self._journal.asked(method, path, body)
        try:
            answer = self._patience.until_answered(attempt, about=path)
        except RefusedError as error:
            self._journal.answered(call, ok=False, code=error.code, answer={"said": str(error)})
            raise
        self._journal.answered(call, ok=True, code="", answer=essence(answer))
        return answer


def essence(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a reckoning needs of an answer: ids, states and the fates of a batch."""
    kept = {name: answer[name] for name in KEPT if name in answer}
    if answer.get("ticket"):
        kept["ticket"] = answer["ticket"]["number"]
    if "results" in answer:
        kept["results"] = [each["status"] for each in answer["results"]]
    return kept


KEPT = ("id", "external_id", "task", "state", "result", "number", "version", "verdict", "fact")
