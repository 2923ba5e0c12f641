"""The draft of a policy, and every field as it is in force, by default and as drafted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F, Q

from governance.domain.policy import PolicyError, policy_fields
from governance.domain.policy.drafts import DraftState
from governance.domain.policy.paths import plain_at, policy_with
from governance.domain.policy.scopes import Origin, origin_of
from governance.models import GeneralPolicy, PolicyDraft, PolicyVersion
from governance.selectors.policies import general_in_force, policy_in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from governance.domain.policy import Policy, PolicyField
    from governance.models import Fleet


class Standing(NamedTuple):
    """What is in force in a scope: its number (0 before any), value, own paths and the general."""

    number: int
    policy: Policy
    own: frozenset[str]
    general: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveField:
    """A field with its values, as JSON writes them, and where the one in force comes from.

    ``general`` is what all fleets share, ``own`` what the fleet set itself or None, ``draft`` what
    the draft would put in force or None where it does not change the field; ``draft_follows`` says
    that it would follow all fleets again. ``changed_in`` is the number of the version that last
    changed it, None if none did.
    """

    field: PolicyField
    default: Any
    general: Any
    own: Any
    in_force: Any
    origin: Origin
    draft: Any
    draft_follows: bool
    draft_by: str
    draft_at: datetime | None
    changed_in: int | None
    changed_by: str
    changed_at: datetime | None

    @property
    def path(self) -> str:
        """Return the path of the field."""
        return self.field.path


class _Last(NamedTuple):
    number: int
    by: str
    at: datetime


def draft_open(*, fleet: Fleet | None) -> PolicyDraft | None:
    """Return the draft that is edited or proposed, of one fleet or (None) of all."""
    return PolicyDraft.objects.filter(fleet=fleet, ended_at=None).first()


def drafts_proposed(*, fleet: Fleet) -> list[PolicyDraft]:
    """Return the proposals that wait for a second admin: of the fleet, then of all fleets."""
    waiting = PolicyDraft.objects.filter(state=DraftState.PROPOSED.value)
    scopes = Q(fleet=fleet) | Q(fleet=None)
    return list(waiting.filter(scopes).order_by(F("fleet").asc(nulls_last=True)))


def is_agreeable(*, fleet: Fleet, username: str) -> bool:
    """Return whether a proposal of the fleet's policy waits for somebody else than that person."""
    waiting = PolicyDraft.objects.filter(fleet=fleet, state=DraftState.PROPOSED.value)
    return waiting.exclude(proposed_by=username).exists()


def draft_discarded(*, fleet: Fleet | None, since: datetime) -> PolicyDraft | None:
    """Return the draft that somebody discarded last after ``since``; None where nobody did."""
    ended = PolicyDraft.objects.filter(fleet=fleet, state=DraftState.DISCARDED.value)
    return ended.filter(ended_at__gt=since).order_by("-ended_at").first()


def policy_standing(*, fleet: Fleet | None) -> Standing:
    """Return what is in force in a fleet or (None) in the installation.

    Raises:
        UnavailableError: if the fleet has no policy yet.
    """
    version, general = general_in_force()
    if fleet is None:
        return Standing(0 if version is None else version.number, general, frozenset(), general)
    current, policy = policy_in_force(fleet=fleet)
    return Standing(current.number, policy, frozenset(current.own), general)


def draft_values(draft: PolicyDraft, general: Policy) -> dict[str, Any]:
    """Return the JSON values that the draft sets, by path; what follows has the general value."""
    return {
        path: plain_at(general, path) if change["follows"] else change["value"]
        for path, change in draft.changes.items()
    }


def draft_policy(draft: PolicyDraft) -> Policy:
    """Return the policy that the draft would put in force, on what is in force now."""
    standing = policy_standing(fleet=draft.fleet)
    return policy_with(standing.policy, draft_values(draft, standing.general))


def draft_value(*, fleet: Fleet) -> Policy | None:
    """Return what a fleet's draft would put in force; None without one, or if it cannot come so."""
    draft = draft_open(fleet=fleet)
    if draft is None:
        return None
    try:
        return draft_policy(draft)
    except PolicyError:
        return None


def fields_effective(*, fleet: Fleet | None, draft: PolicyDraft | None) -> list[EffectiveField]:
    """Return every field in the order of the tree, for a fleet or (None) for the installation."""
    standing = policy_standing(fleet=fleet)
    drafted = {} if draft is None else draft_values(draft, standing.general)
    changes = {} if draft is None else draft.changes
    last = _last_changes(fleet)
    return [
        _effective(
            each, standing, drafted.get(each.path), changes.get(each.path), last.get(each.path)
        )
        for each in policy_fields(standing.policy)
    ]


def _effective(
    field: PolicyField,
    standing: Standing,
    drafted: Any,
    change: Mapping[str, Any] | None,
    last: _Last | None,
) -> EffectiveField:
    path, is_own = field.path, field.path in standing.own
    in_force, general = plain_at(standing.policy, path), plain_at(standing.general, path)
    default = getattr(field.default, "value", field.default)
    return EffectiveField(
        field=field,
        default=default,
        general=general,
        own=in_force if is_own else None,
        in_force=in_force,
        origin=origin_of(is_own=is_own, general=general, default=default),
        draft=drafted,
        draft_follows=bool(change and change["follows"]),
        draft_by=change["by"] if change else "",
        draft_at=datetime.fromisoformat(change["at"]) if change else None,
        changed_in=last.number if last else None,
        changed_by=last.by if last else "",
        changed_at=last.at if last else None,
    )


def field_changed(*, fleet: Fleet | None, path: str) -> tuple[str, datetime] | None:
    """Return who put the last change of a field in force, and when; None if nobody did."""
    rows = GeneralPolicy.objects if fleet is None else PolicyVersion.objects.filter(fleet=fleet)
    found = rows.filter(changed__contains=[path]).order_by("-number").first()
    return None if found is None else (found.published_by, found.created_at)


def field_given_up(*, fleet: Fleet | None, path: str) -> tuple[str, datetime] | None:
    """Return who discarded a draft of a field last, and when; None if it came into force since."""
    discarded = PolicyDraft.objects.filter(fleet=fleet, state=DraftState.DISCARDED.value)
    ended = discarded.filter(changes__has_key=path).order_by("-ended_at").first()
    if ended is None or ended.ended_at is None:
        return None
    last = field_changed(fleet=fleet, path=path)
    is_over = last is not None and last[1] >= ended.ended_at
    return None if is_over else (ended.updated_by, ended.ended_at)


def version_last(*, fleet: Fleet | None) -> tuple[str, datetime, str] | None:
    """Return who published the version in force, when and why; None where there is none yet."""
    rows = GeneralPolicy.objects if fleet is None else PolicyVersion.objects.filter(fleet=fleet)
    found = rows.order_by("-number").first()
    return None if found is None else (found.published_by, found.created_at, found.reason)


def _last_changes(fleet: Fleet | None) -> dict[str, _Last]:
    rows = GeneralPolicy.objects if fleet is None else PolicyVersion.objects.filter(fleet=fleet)
    listed: Iterable[Any] = rows.order_by("number").values_list(
        "number", "published_by", "created_at", "changed"
    )
    return {path: _Last(number, by, at) for number, by, at, changed in listed for path in changed}
