"""A scope of the policy under its lock, and how its next version comes into force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from governance.domain.permissions import Action
from governance.domain.policy import PolicyError, policy_to_plain
from governance.domain.policy.changes import policy_changes
from governance.domain.policy.drafts import guarded_changes
from governance.domain.policy.paths import plain_values, policy_with
from governance.domain.policy.scopes import ALL_FLEETS
from governance.models import Fleet, GeneralPolicy
from governance.refusals import ConflictError, ForbiddenError
from governance.selectors.fleets import fleet_lock
from governance.selectors.people import person_require
from governance.selectors.policies import (
    GENERAL_TURN,
    fleets_living,
    general_why_not,
    policy_in_force,
)
from governance.selectors.policy_drafts import draft_open, draft_values, policy_standing
from governance.selectors.turns import turn_wait
from governance.services.policies import draft_rebase, version_put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.contrib.auth.models import User

    from governance.domain.policy import Policy
    from governance.models import PolicyDraft, PolicyVersion
    from governance.selectors.policy_drafts import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedScope:
    """A fleet or (None) the installation, nobody else changing it; ``fleets`` are those reached."""

    fleet: Fleet | None
    fleets: tuple[Fleet, ...]
    standing: Standing
    draft: PolicyDraft | None

    @property
    def words(self) -> str:
        """Return how events name the scope."""
        return ALL_FLEETS if self.fleet is None else "fleet"


class Step(NamedTuple):
    """The next version of one fleet: its value, and the paths that it sets itself."""

    fleet: Fleet
    before: PolicyVersion
    policy: Policy
    own: frozenset[str]


class Plan(NamedTuple):
    """What publishing a draft does: the scope's own next value, and each fleet's next version."""

    policy: Policy
    steps: tuple[Step, ...]
    guarded: tuple[str, ...]


def scope_lock(*, fleet: Fleet | None, user: User) -> LockedScope:
    """Return the scope under its lock, for somebody who may change it.

    The installation is one turn, and the rows of all living fleets by their ids.

    Raises:
        ForbiddenError: role_too_low.
    """
    if fleet is not None:
        person_require(user=user, fleet=fleet, action=Action.POLICY_CHANGE)
        locked = fleet_lock(fleet.pk)
        return LockedScope(
            fleet=locked,
            fleets=(locked,),
            standing=policy_standing(fleet=locked),
            draft=draft_open(fleet=locked),
        )
    turn_wait(GENERAL_TURN)
    why_not = general_why_not(user=user)
    if why_not:
        raise ForbiddenError(why_not, code="role_too_low")
    return LockedScope(
        fleet=None,
        fleets=tuple(fleet_lock(living.pk) for living in fleets_living()),
        standing=policy_standing(fleet=None),
        draft=draft_open(fleet=None),
    )


def plan_of(scope: LockedScope, draft: PolicyDraft) -> Plan:
    """Return what publishing the draft would put in force.

    Raises:
        PolicyError: if the scope's own next policy contradicts itself.
        ConflictError: fleet_contradicts, if that of a fleet would which follows it.
    """
    before = scope.standing.policy
    policy = policy_with(before, draft_values(draft, scope.standing.general))
    if scope.fleet is None:
        steps = _followers(scope, policy)
    else:
        steps = (_own_step(scope.fleet, scope.standing, draft, policy),)
    guarded = {change.path: None for change in guarded_changes(before, policy)}
    for step in steps:
        _, was = policy_in_force(fleet=step.fleet)
        guarded |= {change.path: None for change in guarded_changes(was, step.policy)}
    return Plan(policy, steps, tuple(guarded))


def plan_publish(
    scope: LockedScope,
    plan: Plan,
    draft: PolicyDraft,
    *,
    by: str,
    agreed_by: str,
    now: datetime,
) -> None:
    """Put everything of the plan in force in this transaction."""
    general = None
    if scope.fleet is None:
        changed = policy_changes(scope.standing.policy, plan.policy)
        general = GeneralPolicy.objects.create(
            number=scope.standing.number + 1,
            body=policy_to_plain(plan.policy),
            changed=[each.path for each in changed],
            reason=draft.reason,
            published_by=by,
            agreed_by=agreed_by,
            restores=draft.restores,
            created_at=now,
        )
    for step in plan.steps:
        version_put(
            fleet=step.fleet,
            policy=step.policy,
            own=step.own,
            by=by,
            agreed_by=agreed_by,
            reason=draft.reason,
            restores=None if scope.fleet is None else draft.restores,
            general=general,
            now=now,
        )
    if general is not None:
        draft_rebase(fleet=None, policy=plan.policy, own=(), number=general.number)
        _unmoved_require(scope, plan)


def _unmoved_require(scope: LockedScope, plan: Plan) -> None:
    """Look at fleets without a new version as well: a draft there may be about to follow."""
    moved = {step.fleet.pk for step in plan.steps}
    for fleet in scope.fleets:
        if fleet.pk not in moved:
            version, policy = policy_in_force(fleet=fleet)
            draft_rebase(fleet=fleet, policy=policy, own=version.own, number=version.number)


def _own_step(fleet: Fleet, standing: Standing, draft: PolicyDraft, policy: Policy) -> Step:
    set_here = {path for path, change in draft.changes.items() if not change["follows"]}
    follows = draft.changes.keys() - set_here
    before, _ = policy_in_force(fleet=fleet)
    return Step(fleet, before, policy, (standing.own | set_here) - follows)


def _followers(scope: LockedScope, policy: Policy) -> tuple[Step, ...]:
    values = plain_values(policy)
    changed = [each.path for each in policy_changes(scope.standing.policy, policy)]
    steps = []
    for fleet in scope.fleets:
        before, was = policy_in_force(fleet=fleet)
        followed = {path: values[path] for path in changed if path not in before.own}
        after = _followed(fleet, was, followed)
        if after != was:
            steps.append(Step(fleet, before, after, frozenset(before.own)))
    return tuple(steps)


def _followed(fleet: Fleet, was: Policy, values: Mapping[str, object]) -> Policy:
    try:
        return policy_with(was, values)
    except PolicyError as error:
        problem = error.problems[0]
        raise ConflictError(
            f"Fleet {fleet.slug} could not follow: {problem}.",
            code="fleet_contradicts",
            field=problem.path,
            value=problem.value,
            allowed=problem.allowed,
            fleet=fleet.slug,
        ) from None
