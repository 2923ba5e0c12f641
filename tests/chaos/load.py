"""What the stack works on meanwhile: the simulated fleet in a hurry, and quick people."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.simulation.access import access_read
from config.simulation.journal import ASKED, FileJournal, journal_read
from config.simulation.program import Options, simulate
from config.simulation.reviewer import PEOPLE, Desk, answer_of
from config.simulation.wire import Patience, StoppedError, essence
from examples.client import RefusedError

if TYPE_CHECKING:
    from config.simulation.access import Access

PACE, HISTORY_DAYS = 0.2, 2
LOOK_S = 0.5
# Longer than any call takes that is not tried again.
QUIET_S = 3.0


class Retries(logging.Handler):
    """Counts the calls that had to be sent again."""

    def __init__(self) -> None:
        """Start from zero."""
        super().__init__()
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count the one sentence that says so."""
        self.count += "; again in " in record.getMessage()


@dataclass(slots=True)
class Load:
    """Everything that asks; ``end`` lets it finish what it has begun to say."""

    journal: Path
    fleet: str
    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    retries: Retries = field(default_factory=Retries)

    def calls(self) -> int:
        """Return how many calls that write were made, however often each was sent."""
        return sum(entry["what"] == ASKED for entry in journal_read(self.journal))

    def end(self) -> None:
        """Stop asking, and return once nothing is written any more.

        What waits in a long poll has nothing left to say when that ends.
        """
        self.stop.set()
        for thread in self.threads:
            thread.join(timeout=60.0)
        left = [thread.name for thread in self.threads if thread.is_alive()]
        if left:
            raise TimeoutError(f"still asking: {', '.join(left)}")
        before = -1
        while before != (before := self.journal.stat().st_size):
            time.sleep(QUIET_S)


@contextmanager
def load_running(url: str, key_file: Path, journal: Path, *, seed: int) -> Iterator[Load]:
    """Let agents work and people decide until the block ends; each call is in the journal."""
    access = access_read(key_file)
    load = Load(journal, access.fleet)
    note = FileJournal(journal)
    options = Options(url=url, seed=seed, pace=PACE, history_days=HISTORY_DAYS)
    people = People(url, access, Patience(load.stop), note, seed=seed)
    load.threads = [
        threading.Thread(
            target=simulate,
            args=(access, options),
            kwargs={"journal": note, "stop": load.stop},
            name="agents",
        ),
        threading.Thread(target=people.work, name="people"),
    ]
    logger = logging.getLogger("simulation")
    logger.addHandler(load.retries)
    logger.propagate = False
    try:
        for thread in load.threads:
            thread.start()
        yield load
    finally:
        load.stop.set()
        logger.removeHandler(load.retries)
        logger.propagate = True


class People:
    """Reviewers who decide at once, one after the other, through the same API as anybody."""

    def __init__(
        self, url: str, access: Access, patience: Patience, journal: FileJournal, *, seed: int
    ) -> None:
        """Sign in later."""
        self._desks = [
            Desk(url, name, access.passwords[name], fleet=access.fleet) for name in PEOPLE
        ]
        self._patience, self._journal, self._seed = patience, journal, seed
        self._answered: set[tuple[str, str, int]] = set()

    def work(self) -> None:
        """Decide whatever waits until told to stop."""
        try:
            for desk in self._desks:
                self._patience.until_answered(desk.sign_in, about=desk.username)
            while True:
                for desk in self._desks:
                    for ticket in self._patience.until_answered(desk.tickets, about="tickets"):
                        self._decide(desk, ticket)
                self._patience.rest(LOOK_S)
        except StoppedError:
            return

    def _decide(self, desk: Desk, ticket: Mapping[str, Any]) -> None:
        once = (desk.username, str(ticket["id"]), int(ticket["version"]))
        if once in self._answered:
            return
        self._answered.add(once)
        answered = answer_of(self._seed, ticket)
        if answered is None:
            return
        path, body = answered
        where = f"tickets/{ticket['id']}/{path}"
        call = self._journal.asked("POST", where, {"by": desk.username, **body})
        try:
            answer = self._patience.until_answered(
                lambda: desk.decide(ticket, path, body), about=where
            )
        except RefusedError as error:
            self._journal.answered(call, ok=False, code=error.code, answer={})
        else:
            self._journal.answered(call, ok=True, code="", answer=essence(answer))
