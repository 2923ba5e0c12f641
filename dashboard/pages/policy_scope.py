"""Whose policy an editor shows, as it is now: in force, drafted, and who may change it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from governance.domain.permissions import Action, why_not
from governance.domain.phrases import list_words
from governance.domain.policy import PolicyError
from governance.domain.policy.drafts import guarded_changes
from governance.domain.policy.paths import plain_at, policy_with
from governance.domain.policy.scopes import FOLLOW
from governance.refusals import MissingError
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person, fleets_of
from governance.selectors.policies import (
    fleets_living,
    general_in_force,
    general_why_not,
    policy_in_force,
)
from governance.selectors.policy_drafts import (
    draft_open,
    draft_policy,
    draft_values,
    fields_effective,
    policy_standing,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from django.contrib.auth.models import User

    from governance.domain.policy.problems import Problem
    from governance.models import Fleet, GeneralPolicy, PolicyDraft, PolicyVersion
    from governance.selectors.policy_drafts import EffectiveField


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyScope:
    """Whose policy is tuned, by whom: a fleet's, or that of all fleets where ``fleet`` is None.

    ``version`` is in force, None before any of all fleets. ``guarded`` are the drafted paths that
    need a second admin, ``broken`` says why the draft cannot come into force as it is.
    ``followers`` tells by path which fleets have a value of their own. ``why_off`` keeps this
    person from changing it.
    """

    fleet: Fleet | None
    user: User
    now: datetime
    why_off: str
    version: PolicyVersion | GeneralPolicy | None
    fields: Sequence[EffectiveField]
    draft: PolicyDraft | None
    guarded: Collection[str] = ()
    broken: str = ""
    followers: Mapping[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Return the number of the version in force, 0 before any."""
        return self.version.number if self.version else 0

    @property
    def username(self) -> str:
        """Return who looks."""
        return self.user.get_username()


def scope_fleet(user: User, slug: str) -> Fleet | None:
    """Return the fleet that a person names, None for all fleets.

    Raises:
        MissingError: for a fleet they do not belong to; for all, if they belong to none.
    """
    if slug:
        return fleet_for_person(user=user, slug=slug)[0]
    if not fleets_of(user=user):
        raise MissingError("There is no fleet that you belong to.", field="fleet")
    return None


def policy_scope(user: User, slug: str) -> PolicyScope:
    """Return the policy of a fleet, or of all fleets where ``slug`` is empty.

    Raises:
        MissingError: as `scope_fleet`.
        UnavailableError: if the fleet has no policy yet.
    """
    fleet = scope_fleet(user, slug)
    draft = draft_open(fleet=fleet)
    guarded, broken = _guarded(fleet, draft)
    version = general_in_force()[0] if fleet is None else policy_in_force(fleet=fleet)[0]
    return PolicyScope(
        fleet=fleet,
        user=user,
        now=clock_now(),
        why_off=_why_off(user, fleet),
        version=version,
        fields=fields_effective(fleet=fleet, draft=draft),
        draft=draft,
        guarded=guarded,
        broken=broken,
        followers=_followers() if fleet is None else {},
    )


def problems_of(scope: PolicyScope, values: Mapping[str, object]) -> Sequence[Problem]:
    """Return what would be wrong with the draft if these values were in it; nothing is recorded."""
    standing = policy_standing(fleet=scope.fleet)
    drafted: dict[str, Any] = draft_values(scope.draft, standing.general) if scope.draft else {}
    for path, value in values.items():
        drafted[path] = plain_at(standing.general, path) if value is FOLLOW else value
    try:
        policy_with(standing.policy, drafted)
    except PolicyError as error:
        return error.problems
    return ()


def _why_off(user: User, fleet: Fleet | None) -> str:
    if fleet is None:
        return general_why_not(user=user)
    return why_not(fleet_for_person(user=user, slug=fleet.slug)[1], Action.POLICY_CHANGE)


def _guarded(fleet: Fleet | None, draft: PolicyDraft | None) -> tuple[tuple[str, ...], str]:
    if draft is None:
        return (), ""
    try:
        after = draft_policy(draft)
    except PolicyError as error:
        # What it stands on has moved: it says so until a field is mended.
        return (), str(error.problems[0])
    before = policy_standing(fleet=fleet).policy
    return tuple(change.path for change in guarded_changes(before, after)), ""


def _followers() -> Mapping[str, str]:
    """Return by path which fleets do not follow all fleets, as a sentence."""
    living = fleets_living()
    own: dict[str, list[str]] = {}
    for fleet in living:
        for path in policy_in_force(fleet=fleet)[0].own if fleet.policy_id else ():
            own.setdefault(path, []).append(fleet.name)
    many = len(living)
    return {
        path: f"{many - len(names)} of {many} fleets follow; {list_words(names)}"
        f" {'has its' if len(names) == 1 else 'have their'} own value."
        for path, names in own.items()
    }
