"""Many connections move a handful of tickets at once, and what that did to them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction
from psycopg.errors import DeadlockDetected

from governance.models import Fleet
from governance.refusals import RefusalError
from tests.chaos.ticket_moves import Board, Mover
from tests.escalations.invariant_registry import INVARIANTS
from tests.escalations.invariants import broken
from tests.escalations.people import crew_of
from tests.escalations.rows import Rows, rows_read
from tests.factories import FleetFactory
from tests.governance.services.orchestrator import Orchestrator

CHECKED_EVERY_S = 5.0
STARTED_WITHIN_S, ENDED_WITHIN_S = 30.0, 30.0


@dataclass(slots=True)
class Storm:
    """What happened: moves made by name, refused by code, and everything that must not be."""

    made: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    deadlocks: int = 0
    defects: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    checks: int = 0
    connections: int = 0
    states: Counter[str] = field(default_factory=Counter)

    def add(self, other: Storm) -> None:
        """Count what another connection saw."""
        self.made += other.made
        self.refused += other.refused
        self.deadlocks += other.deadlocks
        self.defects += other.defects

    def lines(self) -> list[str]:
        """Return the report as a person reads it."""
        made, refused = self.made.total(), self.refused.total()
        return [
            f"connections   {self.connections}",
            f"moves         {made + refused} tried, {made} made, {refused} refused",
            *(f"  made        {count:>7} {name}" for name, count in self.made.most_common()),
            *(f"  refused     {count:>7} {code}" for code, count in self.refused.most_common()),
            f"tickets       {self.states.total()}",
            *(f"  ended       {count:>7} {state}" for state, count in self.states.most_common()),
            f"deadlocks     {self.deadlocks}",
            f"defects       {len(self.defects)}",
            *(f"  {sentence}" for sentence in self.defects[:20]),
            f"invariants    {len(INVARIANTS)}, checked {self.checks} times,"
            f" broken {len(self.broken)}",
            *(f"  {sentence}" for sentence in self.broken[:20]),
        ]


def storm(*, seconds: float, connections: int, seed: int) -> Storm:
    """Let ``connections`` threads move shared tickets for ``seconds``, and check what is left.

    Raises:
        TimeoutError: if a thread does not end: it waits for what nobody will give.
    """
    fleet: Fleet = FleetFactory(slug="storm")
    shop = Orchestrator(fleet, crew_of(fleet))
    board, total = Board(shop), Storm(connections=connections)
    movers = [Mover(board, shop.another(), seed=seed * 1000 + n) for n in range(connections)]
    seen = [Storm() for _ in movers]
    over = threading.Event()
    threads = [
        threading.Thread(target=_move_on, args=(mover, told, over), name=f"mover-{n}")
        for n, (mover, told) in enumerate(zip(movers, seen, strict=True))
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    while (left_s := deadline - time.monotonic()) > 0:
        time.sleep(min(CHECKED_EVERY_S, left_s))
        _check(total, fleet)
    over.set()
    for thread in threads:
        thread.join(timeout=ENDED_WITHIN_S)
    stuck = [thread.name for thread in threads if thread.is_alive()]
    if stuck:
        raise TimeoutError(f"still waiting: {', '.join(stuck)}")
    for told in seen:
        total.add(told)
    _check(total, fleet)
    return total


def _move_on(mover: Mover, told: Storm, over: threading.Event) -> None:
    """Make one move after the other, on a connection of this thread's own."""
    try:
        while not over.is_set():
            name, make = mover.move()
            try:
                make()
            except RefusalError as refused:
                told.refused[refused.code] += 1
            except Exception as error:  # noqa: BLE001  # the storm's verdict, not a crash of its own
                told.deadlocks += isinstance(error.__cause__, DeadlockDetected)
                told.defects.append(f"{name}: {type(error).__name__}: {error}")
            else:
                told.made[name] += 1
    finally:
        connection.close()


def _check(total: Storm, fleet: Fleet) -> None:
    with _one_moment():
        rows = rows_read(fleet)
    total.broken += broken(rows)
    total.checks += 1
    total.states = _states(rows)


def _states(rows: Rows) -> Counter[str]:
    return Counter(f"{ticket.state} {ticket.resolution}".strip() for ticket in rows.tickets)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as it was at one instant, while others go on."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
