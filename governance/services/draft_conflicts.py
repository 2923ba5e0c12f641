"""Who comes second is refused, and told who was first, with what and when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from governance.domain.phrases import duration_words
from governance.domain.policy.drafts import DraftState
from governance.domain.policy.paths import plain_at, policy_paths, policy_with
from governance.domain.policy.scopes import ALL_FLEETS, FOLLOW
from governance.models import PolicyDraft
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError, done_first
from governance.selectors.people import person_named
from governance.selectors.policies import is_changer
from governance.selectors.policy_drafts import (
    draft_values,
    field_changed,
    field_given_up,
    version_last,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.contrib.auth.models import User

    from governance.services.policy_scopes import LockedScope


def draft_require(
    scope: LockedScope, version: int, *, now: datetime, proposed: bool = False
) -> PolicyDraft:
    """Return the draft of the scope as the person saw it.

    Raises:
        ConflictError: no_draft, draft_changed or, where it must be, not_proposed.
    """
    draft = scope.draft
    if draft is None:
        raise _ended(scope, now)
    if draft.version != version:
        raise ConflictError(
            who_did(draft.updated_by, "changed the draft", draft.updated_at, now) + ".",
            code="draft_changed",
            field="version",
            value=version,
            allowed=str(draft.version),
            current=done_first("changed", draft.updated_by, draft.updated_at, ""),
        )
    if proposed and draft.state != DraftState.PROPOSED:
        raise ConflictError("The draft is not proposed; publish it first.", code="not_proposed")
    return draft


def fields_require(scope: LockedScope, values: Mapping[str, object]) -> None:
    """Refuse paths that no field has.

    Raises:
        PolicyError: with the sentences of `policy_with`.
    """
    unknown = {path: value for path, value in values.items() if path not in policy_paths()}
    if unknown:
        policy_with(scope.standing.policy, unknown)


def seen_require(
    scope: LockedScope, values: Mapping[str, object], seen: Mapping[str, object], *, now: datetime
) -> None:
    """Refuse a change of a field that somebody else changed since the person saw it.

    Raises:
        InvalidFieldError: if ``seen`` lacks a path.
        ConflictError: policy_field_changed.
    """
    changes: Mapping[str, Any] = {} if scope.draft is None else scope.draft.changes
    drafted = {} if scope.draft is None else draft_values(scope.draft, scope.standing.general)
    for path in values:
        if path not in seen:
            raise InvalidFieldError(
                f"The value of {path} that you saw is missing.",
                field=f"seen.{path}",
                allowed="the value before the change",
            )
        change = changes.get(path)
        current = drafted.get(path, plain_at(scope.standing.policy, path))
        follows = change["follows"] if change else path not in scope.standing.own
        if seen[path] == current or (seen[path] is FOLLOW and follows):
            continue
        if change:
            last = change["by"], datetime.fromisoformat(change["at"])
            raise _changed(path, current, last, now)
        given_up = field_given_up(fleet=scope.fleet, path=path)
        if given_up is not None:
            what = f"discarded the draft of {path}"
            raise _overtaken(path, current, given_up, now, what=what, act="discarded")
        raise _changed(path, current, field_changed(fleet=scope.fleet, path=path), now)


def stale_refusal(scope: LockedScope, replaces: int, *, now: datetime) -> ConflictError:
    """Return the refusal of whoever read another version than the one in force."""
    last = version_last(fleet=scope.fleet)
    by, at, reason = ("", None, "") if last is None else last
    number = scope.standing.number
    return ConflictError(
        who_did(by, "published another policy", at, now)
        + f": {number} is in force, you saw {replaces}.",
        code="stale_policy",
        field="replaces",
        value=replaces,
        allowed=str(number),
        current=done_first("published", by, at, reason),
    )


def overlap_refuse(scope: LockedScope, draft: PolicyDraft, *, now: datetime) -> None:
    """Refuse to publish over what came into force since the draft changed the same field.

    What follows all fleets is published at the value that was read, or not at all.

    Raises:
        ConflictError: policy_field_changed.
    """
    for path, change in draft.changes.items():
        if change["follows"]:
            followed = plain_at(scope.standing.general, path)
            if followed != change["value"]:
                raise _changed(
                    path, followed, field_changed(fleet=None, path=path), now, where=ALL_FLEETS
                )
            continue
        current = plain_at(scope.standing.policy, path)
        if current not in (change["base"], change["value"]):
            raise _changed(path, current, field_changed(fleet=scope.fleet, path=path), now)


def agree_require(
    scope: LockedScope, draft: PolicyDraft, guarded: Collection[str], user: User
) -> None:
    """Refuse the agreement of whoever proposed the draft, or set one of its guarded fields.

    Two admins stand behind what loosens, both of them now.

    Raises:
        ForbiddenError: own_proposal.
        ConflictError: proposer_gone, if the proposer may not change the policy any longer.
    """
    name = user.get_username()
    if draft.proposed_by == name:
        raise ForbiddenError(
            "You proposed this draft; another admin must agree to it.", code="own_proposal"
        )
    for path in guarded:
        if path in draft.changes and draft.changes[path]["by"] == name:
            raise ForbiddenError(
                f"You changed {path}, which this draft loosens; another admin must agree to it.",
                code="own_proposal",
            )
    if not is_changer(fleet=scope.fleet, username=draft.proposed_by):
        raise ConflictError(
            f"{person_named(draft.proposed_by)} proposed it and may not change this policy any"
            " longer: decline it and propose it anew.",
            code="proposer_gone",
        )


def _changed(
    path: str,
    current: object,
    last: tuple[str, datetime] | None,
    now: datetime,
    *,
    where: str = "",
) -> ConflictError:
    what = f"changed {path} for {where}" if where else f"changed {path}"
    return _overtaken(path, current, last, now, what=what, act="changed")


def _overtaken(
    path: str,
    current: object,
    last: tuple[str, datetime] | None,
    now: datetime,
    *,
    what: str,
    act: str,
) -> ConflictError:
    by, at = last or ("", None)
    return ConflictError(
        f"{who_did(by, what, at, now)}: it is {current} now.",
        code="policy_field_changed",
        field=path,
        value=current,
        current=done_first(act, by, at, ""),
    )


def _ended(scope: LockedScope, now: datetime) -> ConflictError:
    last = PolicyDraft.objects.filter(fleet=scope.fleet).order_by("-ended_at").first()
    if last is None:
        return ConflictError("There is no draft.", code="no_draft")
    return ConflictError(
        who_did(last.updated_by, f"{last.state} the draft", last.ended_at, now) + ".",
        code="no_draft",
        current=done_first(last.state, last.updated_by, last.ended_at, last.reason),
    )


def who_did(by: str, what: str, at: datetime | None, now: datetime) -> str:
    """Return who did what and how long ago: ``Ben Ode changed the draft 2 min ago``."""
    if not by or at is None:
        return f"Somebody {what} meanwhile"
    return f"{person_named(by)} {what} {duration_words((now - at).total_seconds())} ago"
