"""Steps of a draft that several acts share: stored, moved, told, put in force or proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from governance.domain.policy.drafts import DRAFT_MOVES, DraftMove, DraftState
from governance.events import PolicyProposed
from governance.models import PolicyDraft
from governance.refusals import ConflictError, done_first
from governance.services.draft_conflicts import overlap_refuse, who_did
from governance.services.events import events_publish
from governance.services.policy_scopes import plan_of, plan_publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.contrib.auth.models import User

    from governance.events import FleetEvent
    from governance.services.policy_scopes import LockedScope


def draft_put(
    scope: LockedScope, draft: PolicyDraft, *, user: User, reason: str, now: datetime
) -> PolicyDraft:
    """Publish a draft, or propose it where it loosens a guarded field.

    Args:
        scope: under its lock.
        draft: the open one of the scope, or a new one beside it that is not stored yet.
        user: an admin of the scope.
        reason: why.
        now: when.

    Raises:
        PolicyError, ConflictError: as `draft_publish`; draft_open, where a second draft would have
            to wait beside one that holds other changes.
    """
    if not draft.changes:
        raise ConflictError("The draft changes nothing.", code="nothing_changes")
    overlap_refuse(scope, draft, now=now)
    plan = plan_of(scope, draft)
    draft.reason = reason.strip()
    by = user.get_username()
    if plan.guarded:
        _place_make(scope, draft, now)
        draft_move(draft, DraftMove.PROPOSE)
        draft.proposed_by, draft.proposed_at = by, now
        draft.declined_by, draft.decline_reason = "", ""
        draft_save(draft, user, now)
        scope_tell(
            scope,
            lambda pk: PolicyProposed(
                fleet_id=pk,
                actor=by,
                scope=scope.words,
                version=draft.version,
                fields=list(plan.guarded),
                reason=draft.reason,
            ),
            now,
        )
        return draft
    draft_move(draft, DraftMove.PUBLISH)
    draft.ended_at = now
    draft_save(draft, user, now)
    plan_publish(scope, plan, draft, by=by, agreed_by="", now=now)
    return draft


def _place_make(scope: LockedScope, draft: PolicyDraft, now: datetime) -> None:
    """Let a new draft wait: an open one without changes gives way to it."""
    if scope.draft is None or scope.draft.pk == draft.pk:
        return
    if scope.draft.changes:
        raise other_open_refusal(scope.draft, now=now)
    scope.draft.delete()


def other_open_refusal(draft: PolicyDraft, *, now: datetime) -> ConflictError:
    """Return the refusal of a second draft beside one with other changes: whose, since when."""
    last = who_did(draft.updated_by, "changed it", draft.updated_at, now)
    return ConflictError(
        f"A draft with other changes is open: {last}. Publish it or discard it first.",
        code="draft_open",
        current=done_first("changed", draft.updated_by, draft.updated_at, ""),
    )


def draft_new(scope: LockedScope, user: User, now: datetime) -> PolicyDraft:
    """Return a draft without changes that is not stored yet."""
    return PolicyDraft(
        fleet=scope.fleet,
        base_number=scope.standing.number,
        version=0,
        created_by=user.get_username(),
        created_at=now,
    )


def draft_save(draft: PolicyDraft, user: User, now: datetime) -> None:
    """Store the draft as its next version, by the person."""
    draft.version += 1
    draft.updated_by, draft.updated_at = user.get_username(), now
    draft.save()


def draft_move(draft: PolicyDraft, move: DraftMove) -> None:
    """Bring the draft into the state that the table of moves has next."""
    draft.state = DRAFT_MOVES[DraftState(draft.state), move].value


def scope_tell(scope: LockedScope, told: Callable[[Any], FleetEvent], now: datetime) -> None:
    """Publish an event in every fleet of the scope; ``told`` makes it for the key of one."""
    for fleet in scope.fleets:
        events_publish(told(fleet.pk), now=now)
