"""What a draft holds of each field: set by whom, when, and on what value in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from governance.domain.policy import policy_default
from governance.domain.policy.paths import plain_at, plain_values, policy_with
from governance.domain.policy.plain import policy_from_stored
from governance.domain.policy.scopes import FOLLOW
from governance.models import GeneralPolicy, PolicyVersion
from governance.refusals import MissingError
from governance.selectors.policy_drafts import draft_values

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from governance.domain.policy import Policy
    from governance.models import PolicyDraft
    from governance.services.policy_scopes import LockedScope


def changes_with(
    scope: LockedScope,
    draft: PolicyDraft,
    values: Mapping[str, object],
    *,
    by: str,
    now: datetime,
) -> dict[str, Any]:
    """Return the draft's changes with other values; what is in force already is left out.

    Raises:
        PolicyError: with every problem the drafted policy would have.
    """
    standing = scope.standing
    # What all fleets share follows the product itself.
    followed = policy_default() if scope.fleet is None else standing.general
    general = {path: plain_at(followed, path) for path, value in values.items() if value is FOLLOW}
    drafted = policy_with(
        standing.policy, {**draft_values(draft, standing.general), **values, **general}
    )
    changes = dict(draft.changes)
    for path, value in values.items():
        entry = _entry(scope, path, plain_at(drafted, path), follows=value is FOLLOW)
        if entry is None:
            changes.pop(path, None)
        else:
            changes[path] = entry | {"by": by, "at": now.isoformat()}
    return changes


def changes_restoring(scope: LockedScope, number: int, *, by: str, now: datetime) -> dict[str, Any]:
    """Return the changes that bring an earlier version back.

    A field that followed all fleets then follows them again where they still say the same.

    Raises:
        MissingError: for a number that no version has.
        PolicyError: if that version breaks a rule that came later.
    """
    wanted, own = _version_at(scope, number)
    values = plain_values(wanted)
    policy_with(wanted, {})
    changes = {}
    for path, value in values.items():
        same = value == plain_at(scope.standing.general, path)
        follows = scope.fleet is not None and path not in own and same
        entry = _entry(scope, path, value, follows=follows)
        if entry is not None:
            changes[path] = entry | {"by": by, "at": now.isoformat()}
    return changes


def _entry(scope: LockedScope, path: str, value: Any, *, follows: bool) -> dict[str, Any] | None:
    """Return what a draft holds of a field; None where that is in force."""
    in_force, is_own = plain_at(scope.standing.policy, path), path in scope.standing.own
    as_it_is = value == in_force and not (follows and is_own)
    follows = follows and scope.fleet is not None
    return None if as_it_is else {"value": value, "follows": follows, "base": in_force}


def _version_at(scope: LockedScope, number: int) -> tuple[Policy, frozenset[str]]:
    if scope.fleet is not None:
        version = PolicyVersion.objects.filter(fleet=scope.fleet, number=number).first()
        if version is not None:
            return policy_from_stored(version.body), frozenset(version.own)
    else:
        general = GeneralPolicy.objects.filter(number=number).first()
        if general is not None:
            return policy_from_stored(general.body), frozenset()
    raise MissingError(f"There is no policy {number} here.", field="to", value=number)
