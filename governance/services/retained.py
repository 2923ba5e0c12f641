"""What other apps keep about tasks, and have to say when old ones go.

This app knows nothing of their records: whoever keeps some says which lineages must stay, hands its
rows over for the archive, and removes them in the transaction that removes the tasks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID


class Holder(Protocol):
    """An app that keeps records about tasks."""

    @property
    def tables(self) -> Mapping[str, str]:
        """Return the names of its tables, by kind."""

    def keeps(self, *, roots: Collection[UUID], before: datetime) -> Mapping[str, set[UUID]]:
        """Return which of the lineages must stay, by the sentence that says why."""

    def count(self, *, roots: Collection[UUID]) -> Mapping[str, int]:
        """Return how many rows of each kind are about tasks of the lineages."""

    def rows(self, *, kind: str, roots: Collection[UUID]) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of one kind about tasks of the lineages, column by column."""

    def remove(
        self, *, roots: Collection[UUID], removed: Callable[[str, Collection[UUID]], None]
    ) -> Mapping[str, int]:
        """Remove all of them, in the caller's transaction, and return how many of each kind.

        ``removed`` hears the ids of rows that are sealed, by kind.
        """


_holders: list[Holder] = []


def retained_subscribe(holder: Holder) -> None:
    """Let ``holder`` be asked whenever old tasks are to go."""
    if holder not in _holders:
        _holders.append(holder)


def holders() -> tuple[Holder, ...]:
    """Return everybody who keeps records about tasks."""
    return tuple(_holders)
