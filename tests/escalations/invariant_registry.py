"""The invariants by name, for whoever asks all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.escalations.rows import Rows

Invariant = Callable[[Rows], Iterator[str]]
INVARIANTS: dict[str, Invariant] = {}


def invariant_of(holds: Invariant) -> Invariant:
    """Count a function among the invariants."""
    INVARIANTS[holds.__name__] = holds
    return holds
