"""What became of approvals, as things stand now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.aftermath import Aftermath, aftermath_of

if TYPE_CHECKING:
    from datetime import datetime

    from governance.selectors.grants import GrantGiven


def aftermath_now(given: GrantGiven, *, now: datetime) -> Aftermath:
    """Return what became of what was permitted."""
    return aftermath_of(
        given.state,
        expires_at=given.expires_at,
        task=given.task_state,
        result=given.result,
        now=now,
    )
