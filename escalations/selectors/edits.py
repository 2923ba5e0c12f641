"""What people edited of what an agent asks with: the last edit, and whether it still stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from escalations.domain.lifecycle import TicketKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from escalations.models import Ticket

# Where the snapshot of a task ticket keeps the last edit, beside the request as it was asked.
EDITED = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The last edit: who, when, the canonical arguments since, whose votes it withdrew."""

    by: str
    at: datetime
    arguments: str
    action_digest: str
    withdrawn: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """Return the edit as a snapshot keeps it."""
        return {
            "by": self.by,
            "at": self.at.isoformat(),
            "arguments": self.arguments,
            "action_digest": self.action_digest,
            "withdrawn": list(self.withdrawn),
        }


def edit_of(ticket: Ticket) -> Edit | None:
    """Return the last edit of a ticket; None where nobody edited it. It may restore what was."""
    kept = ticket.snapshot.get(EDITED)
    if kept is None:
        return None
    return Edit(
        by=kept["by"],
        at=datetime.fromisoformat(kept["at"]),
        arguments=kept["arguments"],
        action_digest=kept["action_digest"],
        withdrawn=tuple(kept["withdrawn"]),
    )


def is_edited(ticket: Ticket) -> bool:
    """Return whether other arguments than the agent's own stand on the ticket now."""
    edit = edit_of(ticket)
    return edit is not None and edit.arguments != arguments_asked(ticket)


def arguments_asked(ticket: Ticket) -> str:
    """Return the canonical arguments the agent asked with; empty for what is no task's ticket."""
    if ticket.kind != TicketKind.TASK:
        return ""
    asked: str = ticket.snapshot["task"]["arguments"]
    return asked


def task_standing(ticket: Ticket) -> Mapping[str, Any]:
    """Return the request that people answer: as it was asked, with what the last edit replaced.

    The ticket has a task in its snapshot.
    """
    asked: Mapping[str, Any] = ticket.snapshot["task"]
    edit = edit_of(ticket)
    if edit is None:
        return asked
    return {**asked, "arguments": edit.arguments, "action_digest": edit.action_digest}
