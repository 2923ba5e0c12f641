"""Tickets about tasks, which go with them: what must stay, what is archived, what is removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from escalations.domain.lifecycle import TicketState
from escalations.models import Note, Notice, PreApproval, Ticket, Vote
from escalations.selectors.sealed import VOTES

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

OPEN = "A ticket about them waits, or came to an end later."
RULE = "A rule that approves in advance was made from a ticket about them."
FOLDED = "A message about one of their tickets tells of other tickets too."
CASCADE = "A person answered for one of their tasks in the ticket of an incident."


class TicketsRetained:
    """Tickets with votes, notes and messages, by the root of the lineage they are about."""

    @property
    def tables(self) -> Mapping[str, str]:
        """Return the tables, by kind."""
        return {kind: model._meta.db_table for kind, (model, _) in _KINDS.items()}  # noqa: SLF001

    def keeps(self, *, roots: Collection[UUID], before: datetime) -> Mapping[str, set[UUID]]:
        """Return which lineages stay, by why; four queries."""
        tickets = Ticket.objects.filter(task__root_id__in=roots)
        going = Q(state=TicketState.PENDING.value) | Q(opened_at__gte=before)
        rules = PreApproval.objects.filter(made_from__task__root_id__in=roots)
        folded = Notice.objects.filter(ticket__task__root_id__in=roots).filter(
            Q(folded_into__isnull=False)
            | Q(folded__isnull=False)
            | Q(instead_of__isnull=False)
            | Q(pk__in=Notice.objects.filter(instead_of__isnull=False).values("instead_of"))
        )
        votes = Vote.objects.filter(task__root_id__in=roots)
        return {
            OPEN: set(
                tickets.filter(going | Q(resolved_at__gte=before)).values_list(
                    "task__root_id", flat=True
                )
            ),
            RULE: set(rules.values_list("made_from__task__root_id", flat=True)),
            FOLDED: set(folded.values_list("ticket__task__root_id", flat=True)),
            CASCADE: set(votes.values_list("task__root_id", flat=True)),
        }

    def count(self, *, roots: Collection[UUID]) -> Mapping[str, int]:
        """Return how many rows of each kind there are."""
        return {kind: _of(kind, roots).count() for kind in _KINDS}

    def rows(self, *, kind: str, roots: Collection[UUID]) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of one kind, column by column."""
        yield from _of(kind, roots).order_by("pk").values().iterator(chunk_size=2_000)

    def remove(
        self, *, roots: Collection[UUID], removed: Callable[[str, Collection[UUID]], None]
    ) -> Mapping[str, int]:
        """Remove tickets with all that belongs to them, under their locks."""
        tickets = Ticket.objects.filter(task__root_id__in=roots).order_by("pk")
        list(tickets.select_for_update(of=("self",)).values_list("pk", flat=True))
        removed(VOTES.name, list(_of(VOTES.name, roots).values_list("pk", flat=True)))
        gone: Counter[str] = Counter()
        # Votes, notes and messages before the tickets they name.
        for kind in reversed(list(_KINDS)):
            gone[kind] += _of(kind, roots).delete()[1].get(_label(kind), 0)
        return gone


_KINDS: Mapping[str, tuple[type[Model], str]] = {
    "tickets": (Ticket, "task__root_id"),
    "votes": (Vote, "ticket__task__root_id"),
    "notes": (Note, "ticket__task__root_id"),
    "notices": (Notice, "ticket__task__root_id"),
}


def _of(kind: str, roots: Collection[UUID]) -> QuerySet[Any]:
    model, root = _KINDS[kind]
    return model._default_manager.filter(**{f"{root}__in": roots})  # noqa: SLF001


def _label(kind: str) -> str:
    return _KINDS[kind][0]._meta.label  # noqa: SLF001
