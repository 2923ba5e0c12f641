"""Drafts of a policy: changed field by field, published with a reason, agreed to by a second admin.

Every function takes the version of the draft that the person saw, or the values: whoever comes
second is told who was first, and when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.policy.drafts import DraftMove, DraftState
from governance.domain.policy.scopes import FOLLOW
from governance.events import PolicyDeclined, PolicyDiscarded, PolicyDrafted
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.services.draft_conflicts import (
    agree_require,
    draft_require,
    fields_require,
    overlap_refuse,
    seen_require,
    stale_refusal,
)
from governance.services.draft_steps import (
    draft_move,
    draft_new,
    draft_put,
    draft_save,
    other_open_refusal,
    scope_tell,
)
from governance.services.draft_values import changes_restoring, changes_with
from governance.services.events import events_publish
from governance.services.policy_scopes import plan_of, plan_publish, scope_lock
from governance.services.reasons import reason_require

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

    from governance.models import Fleet, PolicyDraft

__all__ = [
    "FOLLOW",
    "draft_agree",
    "draft_change",
    "draft_decline",
    "draft_discard",
    "draft_publish",
    "policy_roll_back",
]


@transaction.atomic
def draft_change(
    *,
    fleet: Fleet | None,
    user: User,
    values: Mapping[str, object],
    seen: Mapping[str, object],
) -> PolicyDraft:
    """Return the draft with other values; a proposed one is open again, others' fields stay.

    A value that is in force already takes the field out of the draft.

    Args:
        fleet: whose policy; None for all fleets.
        user: an admin of it.
        values: JSON values by path, or `FOLLOW` for "as all fleets".
        seen: what the person had before them at each of these paths, in the same form.

    Raises:
        ForbiddenError: role_too_low.
        PolicyError: with every problem the drafted policy would have.
        InvalidFieldError: if ``seen`` lacks a path.
        ConflictError: policy_field_changed, naming who changed the field since, and when.
    """
    now = clock_now()
    scope = scope_lock(fleet=fleet, user=user)
    fields_require(scope, values)
    seen_require(scope, values, seen, now=now)
    draft = scope.draft or draft_new(scope, user, now)
    draft.changes = changes_with(scope, draft, values, by=user.get_username(), now=now)
    draft.restores = None
    draft_move(draft, DraftMove.CHANGE)
    draft.reason, draft.proposed_by, draft.proposed_at = "", "", None
    draft_save(draft, user, now)
    if scope.fleet is not None:
        told = PolicyDrafted(
            fleet_id=scope.fleet.pk,
            actor=user.get_username(),
            version=draft.version,
            fields=sorted(values),
        )
        events_publish(told, now=now)
    return draft


@transaction.atomic
def draft_discard(*, fleet: Fleet | None, user: User, version: int) -> PolicyDraft:
    """End the draft; nothing of it comes into force.

    Raises:
        ForbiddenError: role_too_low.
        ConflictError: no_draft or draft_changed, naming who was first.
    """
    now = clock_now()
    scope = scope_lock(fleet=fleet, user=user)
    draft = draft_require(scope, version, now=now)
    draft_move(draft, DraftMove.DISCARD)
    draft.ended_at = now
    draft_save(draft, user, now)
    scope_tell(
        scope,
        lambda pk: PolicyDiscarded(
            fleet_id=pk, actor=user.get_username(), scope=scope.words, version=draft.version
        ),
        now,
    )
    return draft


@transaction.atomic
def draft_publish(*, fleet: Fleet | None, user: User, version: int, reason: str) -> PolicyDraft:
    """Put the draft in force; where it loosens a guarded field, propose it to a second admin.

    Raises:
        ForbiddenError: role_too_low.
        InvalidFieldError: without a reason.
        PolicyError: if it contradicts what came into force meanwhile.
        ConflictError: no_draft, draft_changed, draft_proposed, nothing_changes,
            policy_field_changed, fleet_contradicts or draft_contradicts.
    """
    now = clock_now()
    scope = scope_lock(fleet=fleet, user=user)
    reason_require(reason, missing="A new policy needs a reason.")
    draft = draft_require(scope, version, now=now)
    if draft.state == DraftState.PROPOSED:
        raise ConflictError(
            "The draft waits for a second admin already; agree to it, decline it or change it.",
            code="draft_proposed",
        )
    return draft_put(scope, draft, user=user, reason=reason, now=now)


@transaction.atomic
def draft_agree(*, fleet: Fleet | None, user: User, version: int) -> PolicyDraft:
    """Put a proposed draft in force, as its second admin.

    Raises:
        ForbiddenError: role_too_low; own_proposal, for the proposer and for whoever set a guarded
            field of it.
        PolicyError: if it contradicts what came into force meanwhile.
        ConflictError: as `draft_publish`; not_proposed, proposer_gone.
    """
    now = clock_now()
    scope = scope_lock(fleet=fleet, user=user)
    draft = draft_require(scope, version, now=now, proposed=True)
    overlap_refuse(scope, draft, now=now)
    plan = plan_of(scope, draft)
    agree_require(scope, draft, plan.guarded, user)
    draft_move(draft, DraftMove.AGREE)
    draft.ended_at = now
    draft_save(draft, user, now)
    plan_publish(scope, plan, draft, by=draft.proposed_by, agreed_by=user.get_username(), now=now)
    return draft


@transaction.atomic
def draft_decline(*, fleet: Fleet | None, user: User, version: int, reason: str) -> PolicyDraft:
    """Open a proposed draft again instead of agreeing; the proposer may take it back so too.

    Raises:
        ForbiddenError: role_too_low.
        InvalidFieldError: without a reason.
        ConflictError: no_draft, draft_changed or not_proposed.
    """
    now = clock_now()
    scope = scope_lock(fleet=fleet, user=user)
    reason_require(reason, missing="Declining a draft needs a reason.")
    draft = draft_require(scope, version, now=now, proposed=True)
    draft_move(draft, DraftMove.DECLINE)
    draft.declined_by, draft.decline_reason = user.get_username(), reason.strip()
    draft.proposed_by, draft.proposed_at = "", None
    draft_save(draft, user, now)
    scope_tell(
        scope,
        lambda pk: PolicyDeclined(
            fleet_id=pk,
            actor=user.get_username(),
            scope=scope.words,
            version=draft.version,
            reason=reason.strip(),
        ),
        now,
    )
    return draft


@transaction.atomic
def policy_roll_back(
    *, fleet: Fleet | None, user: User, to: int, reason: str, replaces: int
) -> PolicyDraft:
    """Bring an earlier version back as a new one; proposed where that loosens a guarded field.

    Raises:
        ForbiddenError: role_too_low.
        InvalidFieldError: without a reason.
        MissingError: for a number that no version has.
        PolicyError: if that version breaks a rule that came later.
        ConflictError: stale_policy, unless ``replaces`` is the number in force; draft_open, while
            a draft holds other changes; nothing_changes.
    """
    now = clock_now()
    scope = scope_lock(fleet=fleet, user=user)
    reason_require(reason, missing="Rolling back needs a reason.")
    if scope.standing.number != replaces:
        raise stale_refusal(scope, replaces, now=now)
    if scope.draft is not None and scope.draft.changes:
        raise other_open_refusal(scope.draft, now=now)
    draft = scope.draft or draft_new(scope, user, now)
    draft.changes = changes_restoring(scope, to, by=user.get_username(), now=now)
    draft.restores = to
    return draft_put(scope, draft, user=user, reason=reason, now=now)
