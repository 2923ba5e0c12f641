"""A policy put in force at once, whole or in part, as the API and the command do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.policy.changes import policy_changes
from governance.domain.policy.paths import plain_at, policy_merged
from governance.domain.policy.scopes import FOLLOW
from governance.selectors.clock import clock_now
from governance.services.draft_conflicts import fields_require, stale_refusal
from governance.services.draft_steps import draft_new, draft_put
from governance.services.draft_values import changes_with
from governance.services.policy_scopes import scope_lock
from governance.services.reasons import reason_require

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import User

    from governance.models import Fleet, PolicyDraft


@transaction.atomic
def policy_put(
    *,
    fleet: Fleet | None,
    user: User,
    plain: object,
    reason: str,
    replaces: int,
    follow: Collection[str] = (),
) -> PolicyDraft | None:
    """Put other values in force, past an open draft, which goes on from there.

    What loosens a guarded field is proposed to a second admin instead. None where all of it is in
    force already.

    Args:
        fleet: whose policy; None for all fleets.
        user: an admin of it.
        plain: JSON values, nested as the policy is; what it leaves out stays.
        reason: why.
        replaces: the number of the version that the person has read, 0 before any.
        follow: paths that shall follow all fleets again.

    Raises:
        ForbiddenError: role_too_low.
        InvalidFieldError: without a reason.
        PolicyError: with every problem the policy would have.
        ConflictError: stale_policy, naming who published since and when; draft_open, where a
            proposal would be needed and a draft holds other changes; as `draft_publish` besides.
    """
    now = clock_now()
    scope = scope_lock(fleet=fleet, user=user)
    reason_require(reason, missing="A new policy needs a reason.")
    before = scope.standing.policy
    wanted = policy_merged(before, plain)
    fields_require(scope, dict.fromkeys(follow))
    if scope.standing.number != replaces:
        raise stale_refusal(scope, replaces, now=now)
    values: dict[str, object] = {
        change.path: plain_at(wanted, change.path) for change in policy_changes(before, wanted)
    }
    values |= dict.fromkeys(follow, FOLLOW)
    by = user.get_username()
    draft = draft_new(scope, user, now)
    draft.changes = changes_with(scope, draft, values, by=by, now=now)
    if not draft.changes:
        return None
    return draft_put(scope, draft, user=user, reason=reason, now=now)
