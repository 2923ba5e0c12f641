"""What people are asked about agents and findings, locked before the fleet's row.

Whoever answers or claims a question holds it and waits for the fleet next, to tell of it. Whoever
holds the fleet must therefore never wait for a question: what the events of a transaction may
change is locked before its first need of the fleet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from uuid import UUID

    Locker = Callable[[Collection[UUID]], None]

_lockers: list[Locker] = []


def asked_subscribe(locker: Locker) -> None:
    """Let ``locker`` lock what is asked about some ids, whenever the fleet is needed next."""
    if locker not in _lockers:
        _lockers.append(locker)


def asked_lock(about: Collection[UUID]) -> None:
    """Lock what people are asked about these agents and findings, before the fleet's row.

    Call it with all of a transaction's agents at once: between two calls the fleet may be taken.
    """
    if not about:
        return
    for locker in _lockers:
        locker(about)
