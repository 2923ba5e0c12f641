"""The first run of an empty installation: yourself, a fleet, a second reviewer, a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.first_run import Doing, Step, slug_of, step_after
from governance.domain.types import Scope
from governance.models import FirstRun, Fleet
from governance.refusals import ConflictError, MissingError
from governance.selectors.clock import clock_now
from governance.selectors.first_run import welcome_check
from governance.selectors.turns import turn_wait
from governance.services.fleets import fleet_create
from governance.services.invitations import invitation_create
from governance.services.keys import key_create
from governance.services.people import person_create

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.domain.types import Enforcement, Environment, Role
    from governance.models import ApiKey, Invitation

# What a first agent needs: to ask, to say how it ended, and to be made known.
FIRST_SCOPES = (Scope.GATE, Scope.REPORT, Scope.OPERATE)


@transaction.atomic
def first_run_begin(
    *, token: str, username: str, first_name: str, last_name: str, email: str, password: str
) -> User:
    """Make the first person of an empty installation; of two at once, one is made.

    Raises:
        MissingError: as `welcome_check`.
        InvalidFieldError: as `person_create`.
    """
    turn_wait("first run")
    welcome_check(token)
    user = person_create(
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=email,
        password=password,
    )
    FirstRun.objects.create(user=user, started_at=clock_now())
    return user


@transaction.atomic
def first_fleet(*, user: User, name: str, slug: str, enforcement: Enforcement) -> Fleet:
    """Make the first fleet, of which the person is the admin.

    An empty ``slug`` is made from the name.

    Raises:
        InvalidFieldError, ConflictError: as `fleet_create`; wrong_step.
        MissingError: for whoever began no first run.
    """
    run = _run(user, Doing.MAKE_FLEET)
    run.fleet = fleet_create(
        slug=slug or slug_of(name), name=name, admin=user, enforcement=enforcement
    )
    _moved(run, Doing.MAKE_FLEET)
    return run.fleet


@transaction.atomic
def first_reviewer(*, user: User, email: str, role: Role) -> tuple[Invitation, str]:
    """Invite a second person; return the invitation and the token of its link.

    Raises:
        as `invitation_create`; ConflictError: wrong_step.
    """
    run = _run(user, Doing.INVITE)
    made = invitation_create(fleet=_fleet(run), user=user, email=email, role=role)
    _moved(run, Doing.INVITE)
    return made


@transaction.atomic
def first_reviewer_skip(*, user: User) -> None:
    """Go on without a second person.

    Raises:
        ConflictError: wrong_step.
    """
    _moved(_run(user, Doing.GO_ON_ALONE), Doing.GO_ON_ALONE)


@transaction.atomic
def first_key(*, user: User, name: str, environment: Environment) -> tuple[ApiKey, str]:
    """Make a key with what a first agent needs; return it and its text, never shown again.

    Raises:
        as `key_create`; ConflictError: wrong_step.
    """
    run = _run(user, Doing.MAKE_KEY)
    made = key_create(
        fleet=_fleet(run), name=name, environment=environment, scopes=FIRST_SCOPES, created_by=user
    )
    _moved(run, Doing.MAKE_KEY)
    return made


@transaction.atomic
def first_run_end(*, user: User) -> Fleet:
    """End the first run, whether an agent has asked or not, and return its fleet.

    Raises:
        ConflictError: wrong_step.
    """
    run = _run(user, Doing.END)
    run.ended_at = clock_now()
    _moved(run, Doing.END)
    return _fleet(run)


def _run(user: User, doing: Doing) -> FirstRun:
    """Return the person's first run, held, where this can be done now.

    Raises:
        MissingError: for whoever began none.
        ConflictError: wrong_step.
    """
    rows = FirstRun.objects.select_for_update(of=("self",)).select_related("fleet")
    run = rows.filter(user=user, ended_at=None).first()
    if run is None:
        raise MissingError("You have no first run that goes on.", code="no_first_run")
    if step_after(Step(run.step), doing) is None:
        raise ConflictError(
            f"The first run is past this step, or not there yet: you cannot {doing.value} now.",
            code="wrong_step",
        )
    return run


def _fleet(run: FirstRun) -> Fleet:
    if run.fleet is None or run.fleet.archived_at is not None:
        raise ConflictError("The fleet of the first run is over.", code="wrong_step")
    return run.fleet


def _moved(run: FirstRun, doing: Doing) -> None:
    after = step_after(Step(run.step), doing)
    run.step = Step(run.step if after is None else after).value
    run.save(update_fields=["step", "fleet", "ended_at"])
