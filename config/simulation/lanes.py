"""Lanes: each tells its plot step by step, while what waits for people waits beside it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from config.simulation.asking import Asker
from config.simulation.performing import WAITS, Performance, Performer
from config.simulation.plots.rehearsing import rehearsal
from config.simulation.resume import last_existing
from config.simulation.wire import SIGNED_OUT, StoppedError
from examples.client import RefusedError, Task

if TYPE_CHECKING:
    from config.simulation.runs import Plot, Run
    from config.simulation.wire import Patience, Wire

logger = logging.getLogger("simulation")


class Story:
    """All lanes of one seed, sharing keys and patience; names of tasks begin with the seed's."""

    def __init__(
        self,
        wires: Mapping[str, Wire],
        patience: Patience,
        *,
        seed: int,
        pace: float,
        desk: str,
    ) -> None:
        """Prepare to tell the story of ``seed``; ``pace`` stretches every wait."""
        self._wires = wires
        self._patience = patience
        self._seed = seed
        self._pace = pace
        asker = Asker(wires, patience, pace=pace, rehearse=self._rehearse)
        self._performer = Performer(wires, asker, patience, pace=pace, desk=desk)
        self._rehearsed: dict[str, int] = {}
        self._rehearsing = threading.Lock()
        self.failure: RefusedError | None = None

    def tell(self, plot: Plot) -> None:
        """Tell one lane until the program ends; other lanes run in threads of their own."""
        try:
            self._tell(plot)
        except StoppedError:
            logger.info("%s: stopped", plot.lane)
        except RefusedError as error:
            # The key itself is refused: no lane can go on.
            self.failure = error
            self._patience.stop.set()
        except Exception:
            logger.exception("%s ended", plot.lane)
            self._patience.stop.set()
            raise

    def _tell(self, plot: Plot) -> None:
        waiting: set[threading.Thread] = set()
        last = last_existing(
            lambda step: self._exists(plot.run(self._seed, step), self._name(plot.lane, step))
        )
        # Whatever an earlier run of the program left open is among its last steps.
        step = max(0, last - plot.waiting_most)
        self._patience.rest((plot.first_s if last < 0 else 1.0) * self._pace)
        while True:
            began = time.monotonic()
            waiting = {thread for thread in waiting if thread.is_alive()}
            if len(waiting) < plot.waiting_most or step <= last:
                thread = self._step(plot.run(self._seed, step), self._name(plot.lane, step))
                if thread is not None:
                    waiting.add(thread)
                step += 1
            again_s = 0.0 if step <= last else plot.every_s * self._pace
            self._patience.rest(max(0.0, began + again_s - time.monotonic()))

    def _exists(self, run: Run, name: str) -> bool:
        # Read with the key it was asked with: no other may see a task of another environment.
        return self._wires[run.stages[0].key].exists(f"{name}-0")

    def _name(self, lane: str, step: int) -> str:
        return f"sim{self._seed}-{lane}-{step}"

    def _step(self, run: Run, name: str) -> threading.Thread | None:
        """Perform a run as far as it goes alone; return the thread in which it waits for people."""
        performance = self._performer.perform(run, name)
        task = self._advanced(performance, name)
        if task is None:
            return None
        # A daemon, since a long poll must not hold up the end of the program.
        thread = threading.Thread(
            target=self._wait, args=(performance, task, run, name), name=name, daemon=True
        )
        thread.start()
        return thread

    def _advanced(self, performance: Performance, name: str, *sent: Task | None) -> Task | None:
        """Go on with a run to its next question; return the task that waits, None at its end."""
        try:
            return performance.send(sent[0]) if sent else next(performance)
        except StopIteration:
            return None
        except RefusedError as error:
            if error.status in SIGNED_OUT:
                raise
            logger.error("%s: %s", name, error)  # noqa: TRY400 - the answer says it all
            return None

    def _wait(self, performance: Performance, task: Task | None, run: Run, name: str) -> None:
        try:
            while task is not None:
                answered = self._answer(task, run.patience_s * self._pace)
                task = self._advanced(performance, name, answered)
        except StoppedError:
            logger.info("%s: left waiting", name)
        except RefusedError as error:
            self.failure = error
            self._patience.stop.set()

    def _answer(self, task: Task, patience_s: float) -> Task | None:
        """Return the task once people let it run, None if they did not in time."""
        number = task.ticket["number"] if task.ticket else "?"
        wire = self._wires[str(task.answer["environment"])]
        until = time.monotonic() + patience_s
        logger.info("ticket #%s: %s", number, task.answer["title"])
        try:
            task = wire.wait(
                task, goes_on=lambda: not self._patience.stop.is_set() and time.monotonic() < until
            )
            if task.state in WAITS:
                if self._patience.stop.is_set():
                    raise StoppedError(task.id)
                wire.cancel(task, "Nobody has answered, and it is no longer needed.")
                return None
        except RefusedError as error:
            if error.status in SIGNED_OUT:
                raise
            logger.info("ticket #%s: %s", number, error)
            return None
        return task

    def _rehearse(self, agent: str) -> None:
        """Do one easy task for an agent on probation; one at a time, as probation wants it."""
        with self._rehearsing:
            lane = f"rehearsal-{agent}"
            if agent not in self._rehearsed:
                self._rehearsed[agent] = last_existing(
                    lambda step: self._exists(
                        rehearsal(self._seed, agent, step), self._name(lane, step)
                    )
                )
            self._rehearsed[agent] += 1
            step = self._rehearsed[agent]
            name = self._name(lane, step)
            performance = self._performer.perform(rehearsal(self._seed, agent, step), name)
            waits = self._advanced(performance, name)
            if waits is not None:
                performance.close()
