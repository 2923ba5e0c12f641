"""Grants: issued by an approval, used once by a start, else revoked or lapsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.grants import GrantFacts, GrantMove, grant_apply
from governance.domain.types import GrantState
from governance.events import GrantRevoked
from governance.models import Grant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from governance.events import FleetEvent
    from governance.models import Task


def grant_move(grant: Grant, move: GrantMove, *, asked: str, now: datetime, why: str) -> None:
    """Move a locked grant by the table of legal moves and store it.

    Args:
        asked: the digest of what wants to run; for other moves the grant's own.
        why: a sentence that stays on the row.

    Raises:
        IllegalMoveError: if the grant is used, revoked or lapsed already.
        GuardFailedError: naming the guard: other action, lapsed, or not usable yet.
    """
    facts = GrantFacts(
        now=now,
        usable_from=grant.usable_from,
        expires_at=grant.expires_at,
        digest=grant.action_digest,
        asked=asked,
    )
    grant.state = grant_apply(GrantState(grant.state), move, facts).value
    grant.ended_at, grant.end_reason = now, why
    grant.save(update_fields=["state", "ended_at", "end_reason"])


def grants_revoke(
    *, grants: Iterable[Grant], actor: str, reason: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Take unused grants back (a step: the caller holds their tasks and publishes the events)."""
    events = []
    for grant in grants:
        grant_move(grant, GrantMove.REVOKE, asked=grant.action_digest, now=now, why=reason)
        events.append(
            GrantRevoked(
                fleet_id=grant.task.fleet_id, actor=actor, task_id=grant.task_id, reason=reason
            )
        )
    return tuple(events)


def grants_unused(*, task: Task) -> list[Grant]:
    """Return the issued grants of a locked task, locked."""
    return list(
        Grant.objects.select_related("task")
        .select_for_update(of=("self",))
        .filter(task=task, state=GrantState.ISSUED.value)
        .order_by("pk")
    )
