"""Fleets, their people, and the halt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from governance.domain.permissions import Action
from governance.domain.policy import policy_to_plain
from governance.domain.types import Enforcement, Role
from governance.events import (
    FleetHalted,
    FleetResumed,
    MembershipChanged,
    PersonDeactivated,
    PolicyPublished,
    SessionEnded,
)
from governance.models import Fleet, Membership, PolicyVersion, Refresh
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.selectors.people import membership_role, person_name, person_require
from governance.selectors.policies import GENERAL_TURN, general_in_force
from governance.selectors.sessions import session_mark
from governance.selectors.turns import turn_wait
from governance.services.events import events_publish
from governance.services.fleet_names import fleet_name_check, fleet_slug_check
from governance.services.person_events import fleets_in_order, person_publish
from governance.services.reasons import reason_require

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User


@transaction.atomic
def fleet_create(
    *, slug: str, name: str, admin: User, enforcement: Enforcement = Enforcement.ENFORCE
) -> Fleet:
    """Return a new fleet with its first policy version, an empty refresh and one admin.

    It follows the policy of all fleets in everything.

    Raises:
        InvalidFieldError: naming ``name`` or ``slug``.
        ConflictError: if the slug is taken.
    """
    fleet_name_check(name)
    fleet_slug_check(slug)
    now = clock_now()
    turn_wait(GENERAL_TURN)
    general, general_policy = general_in_force()
    if Fleet.objects.filter(slug=slug).exists():
        raise ConflictError(
            f"A fleet {slug} exists already.", code="fleet_exists", field="slug", value=slug
        )
    fleet = Fleet.objects.create(
        slug=slug, name=name, enforcement=enforcement.value, created_at=now
    )
    policy = PolicyVersion.objects.create(
        fleet=fleet,
        number=1,
        body=policy_to_plain(general_policy),
        general=general,
        reason="Defaults of the product." if general is None else "As all fleets.",
        published_by=admin.get_username(),
        created_at=now,
    )
    refresh = Refresh.objects.create(
        fleet=fleet, number=0, totals={}, sources_30d=0, watermark=0, created_at=now
    )
    Fleet.objects.filter(pk=fleet.pk).update(policy=policy, refresh=refresh)
    Membership.objects.create(user=admin, fleet=fleet, role=Role.ADMIN.value, created_at=now)
    actor = admin.get_username()
    events_publish(
        PolicyPublished(fleet_id=fleet.pk, actor=actor, number=1, reason=policy.reason),
        MembershipChanged(fleet_id=fleet.pk, actor=actor, username=actor, role=Role.ADMIN.value),
        now=now,
    )
    return Fleet.objects.select_related("policy", "refresh").get(pk=fleet.pk)


@transaction.atomic
def user_create(
    *, username: str, first_name: str, last_name: str, password: str | None, email: str = ""
) -> User:
    """Return a new person, who can sign in unless the password is None.

    Raises:
        ConflictError: if the user name is taken.
    """
    people = get_user_model().objects
    if people.filter(username=username).exists():
        raise ConflictError(
            f"A person {username} exists already.",
            code="user_exists",
            field="username",
            value=username,
        )
    return people.create_user(username, email, password, first_name=first_name, last_name=last_name)


@transaction.atomic
def membership_set(
    *, fleet: Fleet, user: User, role: Role, actor: str, reason: str | None = None
) -> Membership:
    """Give a person a role, or change it; their open pages of this fleet begin afresh.

    Raises:
        ConflictError: if it would leave the fleet without an admin.
    """
    now = clock_now()
    _last_admin_check(fleet, user, role)
    before = membership_role(user=user, fleet=fleet)
    membership, _ = Membership.objects.update_or_create(
        user=user,
        fleet=fleet,
        defaults={"role": role.value},
        create_defaults={"role": role.value, "created_at": now},
    )
    changed = MembershipChanged(
        fleet_id=fleet.pk,
        actor=actor,
        username=user.get_username(),
        role=role.value,
        reason=reason,
    )
    ended = SessionEnded(fleet_id=fleet.pk, actor=actor, user_key=str(user.pk))
    # Pages drawn for the old role show what the person may no longer do, or not yet.
    events_publish(*([changed] if before in {None, role} else [changed, ended]), now=now)
    return membership


@transaction.atomic
def membership_remove(*, fleet: Fleet, user: User, actor: str, reason: str | None = None) -> None:
    """End a membership; the person's open pages of this fleet close.

    Raises:
        ConflictError: if the person is the last admin.
    """
    now = clock_now()
    _last_admin_check(fleet, user, None)
    removed, _ = Membership.objects.filter(user=user, fleet=fleet).delete()
    if removed:
        events_publish(
            MembershipChanged(
                fleet_id=fleet.pk,
                actor=actor,
                username=user.get_username(),
                role="",
                reason=reason,
            ),
            SessionEnded(fleet_id=fleet.pk, actor=actor, user_key=str(user.pk)),
            now=now,
        )


@transaction.atomic
def session_end(*, user: User, session_key: str = "") -> None:
    """Close the person's live pages in every fleet, or only those of one session."""
    mark = session_mark(session_key) if session_key else None
    person_publish(
        user,
        lambda fleet_id: SessionEnded(
            fleet_id=fleet_id, actor=user.get_username(), user_key=str(user.pk), session=mark
        ),
        now=clock_now(),
    )


@transaction.atomic
def user_deactivate(*, user: User, actor: str, reason: str | None = None) -> None:
    """Let a person no longer sign in, and close their live pages; what they did stays theirs.

    Raises:
        ConflictError: if a fleet would be left without an admin.
    """
    now = clock_now()
    fleets = fleets_in_order(user)
    for fleet in fleets:
        _last_admin_check(fleet, user, None)
    get_user_model().objects.filter(pk=user.pk).update(is_active=False)
    for fleet in fleets:
        events_publish(
            PersonDeactivated(
                fleet_id=fleet.pk, actor=actor, username=user.get_username(), reason=reason
            ),
            SessionEnded(fleet_id=fleet.pk, actor=actor, user_key=str(user.pk)),
            now=now,
        )


@transaction.atomic
def fleet_halt(*, fleet: Fleet, actor: str, reason: str) -> Fleet:
    """Deny every task of the fleet at the gate from now on; halting again changes nothing."""
    now = clock_now()
    locked = fleet_lock(fleet.pk)
    if locked.halted_at is None:
        locked.halted_at, locked.halted_by, locked.halt_reason = now, actor, reason
        locked.save(update_fields=["halted_at", "halted_by", "halt_reason"])
        events_publish(FleetHalted(fleet_id=fleet.pk, actor=actor, reason=reason), now=now)
    return locked


@transaction.atomic
def fleet_resume(*, fleet: Fleet, user: User, reason: str) -> Fleet:
    """End a halt. Waiting and approved tasks go on as they stood.

    Raises:
        ForbiddenError: unless the person may resume.
        InvalidFieldError: without a reason.
        ConflictError: if the fleet is not halted.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.FLEET_RESUME)
    reason_require(reason, missing="Resuming a fleet needs a reason.")
    locked = fleet_lock(fleet.pk)
    if locked.halted_at is None:
        raise ConflictError(f"Fleet {fleet.slug} is not halted.", code="not_halted")
    locked.halted_at, locked.halted_by, locked.halt_reason = None, "", ""
    locked.save(update_fields=["halted_at", "halted_by", "halt_reason"])
    events_publish(
        FleetResumed(fleet_id=fleet.pk, actor=user.get_username(), reason=reason), now=now
    )
    return locked


def ticket_number_next(fleet_id: UUID) -> int:
    """Return the fleet's next ticket number, under the fleet's row lock (last in lock order)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_fleet SET ticket_seq = ticket_seq + 1 WHERE id = %s"
            " RETURNING ticket_seq",
            [fleet_id],
        )
        (number,) = cursor.fetchone()
    return int(number)


def _last_admin_check(fleet: Fleet, user: User, role: Role | None) -> None:
    """Refuse to leave a fleet without an admin who can sign in."""
    admins = Membership.objects.filter(fleet=fleet, role=Role.ADMIN.value)
    list(admins.select_for_update().order_by("pk").values_list("pk"))
    # In a statement of its own: read with the locks, it would miss whoever was deactivated while
    # they were waited for.
    active = set(admins.filter(user__is_active=True).values_list("user_id", flat=True))
    if active == {user.pk} and role is not Role.ADMIN:
        raise ConflictError(
            f"{person_name(user)} is the last admin of {fleet.slug}; name another one first.",
            code="last_admin",
        )
