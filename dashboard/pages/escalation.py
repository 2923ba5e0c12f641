"""Which level of people a waiting ticket is with, as the person who looks is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.escalation import EscalationNote
from escalations.selectors.escalation import escalated_of, people_called
from governance.domain.phrases import count_words, list_words
from governance.domain.types import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket

_NAMED_MOST = 5


def escalation_note(
    ticket: Ticket, *, viewer: Viewer, barred: Collection[str] = ()
) -> EscalationNote | None:
    """Return the level a pending ticket is with; None where nobody is waited for.

    Whoever of the level is ``barred`` from this ticket was not called.
    """
    found = escalated_of(ticket)
    if found is None:
        return None
    return EscalationNote(
        level=found.level,
        of=found.of,
        since=found.since,
        reason=found.reason,
        called=level_names(ticket, found.level, viewer, barred=barred),
        next_at=found.next_at,
        may_answer=may_answer(ticket, viewer=viewer),
    )


def may_answer(ticket: Ticket, *, viewer: Viewer) -> str:
    """Return which roles may answer a ticket, as a sentence."""
    only_managers = ticket.needs_manager and ticket.approvals_needed == 1
    roles = [role.value for role in Role if not (only_managers and role is Role.REVIEWER)]
    return f"Every {list_words(roles)} of {viewer.fleet.name} may answer."


def level_names(
    ticket: Ticket, level: int, viewer: Viewer, *, barred: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the names of those whom a level of the ticket calls; of many the first few."""
    called = people_called(ticket, viewer.people, level=level)
    names = [viewer.names[each.id] for each in called if each.id not in barred]
    more = len(names) - _NAMED_MOST
    if more > 0:
        names = [*names[:_NAMED_MOST], count_words(more, "other")]
    return tuple(names)
