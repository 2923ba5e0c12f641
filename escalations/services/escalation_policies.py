"""Escalation policies: published by an admin with a reason, for what opens from then on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.escalation import (
    EscalationLevel,
    EscalationPolicy,
    escalation_problems,
    escalation_to_plain,
)
from escalations.events import EscalationPublished
from escalations.models import EscalationPolicyVersion
from escalations.selectors.escalation import EscalationInForce, escalation_in_force
from escalations.selectors.routing import people_of
from governance.domain.permissions import Action
from governance.domain.types import Role
from governance.refusals import ConflictError, InvalidFieldError
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.selectors.people import members_of, person_require
from governance.services.events import events_publish
from governance.services.reasons import reason_require

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.contrib.auth.models import User

    from governance.models import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelDraft:
    """A level as a person writes it: user names and roles."""

    people: Sequence[str]
    roles: Sequence[str]


@transaction.atomic
def escalation_publish(
    *,
    fleet: Fleet,
    user: User,
    levels: Sequence[LevelDraft],
    shares: Sequence[float],
    reason: str,
    replaces: int,
    chat_after_s: int | None = None,
    mail_after_s: int | None = None,
) -> EscalationInForce:
    """Put the fleet's next escalation policy in force; the one in force already is left as it is.

    Tickets that wait keep the policy they opened with.

    Args:
        fleet: whose tickets it is for.
        user: an admin of the fleet.
        levels: who is called, in this order.
        shares: of the time to decide, after which each level after the first is called.
        reason: why.
        replaces: the number of the policy that the person has read, 0 for the product's own.
        chat_after_s: seconds from a call until people are told by chat; None leaves it as it is.
        mail_after_s: the same for mail.

    Raises:
        ForbiddenError: role_too_low.
        InvalidFieldError: naming the field, for the first of its problems.
        ConflictError: stale_policy, if another has been put in force since.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.POLICY_CHANGE)
    reason_require(reason, missing="A new escalation policy needs a reason.")
    # Numbers are given, and members read, under the fleet's lock.
    fleet_lock(fleet.pk)
    current = escalation_in_force(fleet_id=fleet.pk)
    policy = replace(
        _policy(fleet, levels, shares),
        chat_after_s=_else(chat_after_s, current.policy.chat_after_s),
        mail_after_s=_else(mail_after_s, current.policy.mail_after_s),
    )
    if current.number != replaces:
        raise _stale(current, replaces)
    if current.policy == policy:
        return current
    for problem in escalation_problems(policy, people_of(fleet=fleet)):
        raise InvalidFieldError(
            problem.sentence, field=problem.field, value=problem.value, allowed=problem.allowed
        )
    stored = EscalationPolicyVersion.objects.create(
        fleet=fleet,
        number=current.number + 1,
        body=escalation_to_plain(policy),
        reason=reason.strip(),
        published_by=user.get_username(),
        created_at=now,
    )
    told = EscalationPublished(
        fleet_id=fleet.pk, actor=stored.published_by, number=stored.number, reason=stored.reason
    )
    events_publish(told, now=now)
    return escalation_in_force(fleet_id=fleet.pk)


def _policy(
    fleet: Fleet, levels: Sequence[LevelDraft], shares: Sequence[float]
) -> EscalationPolicy:
    ids = {each.user.get_username(): str(each.user.pk) for each in members_of(fleet=fleet)}
    return EscalationPolicy(
        levels=tuple(
            EscalationLevel(
                people=tuple(_person(name, at, ids) for name in level.people),
                roles=tuple(_role(role, at) for role in level.roles),
            )
            for at, level in enumerate(levels)
        ),
        shares=tuple(float(share) for share in shares),
    )


def _else(wanted: int | None, current: int) -> int:
    return current if wanted is None else wanted


def _person(name: str, at: int, ids: Mapping[str, str]) -> str:
    if name not in ids:
        raise InvalidFieldError(
            f"Level {at + 1}: the fleet has no member {name} whose account is open.",
            field=f"levels[{at}].people",
            value=name,
            allowed="the user name of a member whose account is open",
        )
    return ids[name]


def _role(role: str, at: int) -> Role:
    if role not in set(Role):
        allowed = " or ".join(Role)
        raise InvalidFieldError(
            f"Level {at + 1}: a role is {allowed}, got {role}.",
            field=f"levels[{at}].roles",
            value=role,
            allowed=allowed,
        )
    return Role(role)


def _stale(current: EscalationInForce, replaces: int) -> ConflictError:
    by = f", published by {current.published_by}" if current.published_by else ""
    return ConflictError(
        f"The escalation policy changed since you read it: you saw number {replaces}, number"
        f" {current.number} is in force{by}.",
        code="stale_policy",
        field="replaces",
        value=replaces,
        allowed=str(current.number),
    )
