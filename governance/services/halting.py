"""A fleet's halt by a person: at once, the reason afterwards; its end is a manager's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from governance.domain.permissions import Action
from governance.domain.types import TaskState
from governance.events import HaltExplained
from governance.models import Fleet, Task
from governance.refusals import ConflictError, done_first
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.selectors.people import person_require
from governance.services.events import events_publish
from governance.services.fleets import fleet_halt, fleet_resume
from governance.services.reasons import reason_require

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Halted:
    """A halt or its end: in force since ``at``, with ``running`` tasks of the fleet at work."""

    at: datetime
    running: int


@transaction.atomic
def halt_begin(*, fleet: Fleet, user: User, reason: str = "") -> Halted:
    """Halt the fleet as a person; the reason may follow (`halt_explain`).

    Raises:
        ForbiddenError: for somebody outside the fleet.
        ConflictError: already_halted; ``current`` says by whom, when and why.
    """
    person_require(user=user, fleet=fleet, action=Action.FLEET_HALT)
    locked = fleet_lock(fleet.pk)
    if locked.halted_at is not None:
        raise ConflictError(
            f"Fleet {fleet.name} is halted already.",
            code="already_halted",
            current=_halted_by(locked),
        )
    fleet_halt(fleet=fleet, actor=user.get_username(), reason=reason.strip())
    return _now(fleet)


@transaction.atomic
def halt_explain(*, fleet: Fleet, user: User, reason: str) -> Halted:
    """Give the reason of a halt that began without one.

    Raises:
        ForbiddenError: for somebody outside the fleet.
        InvalidFieldError: without a reason.
        ConflictError: not_halted, or already_explained.
    """
    person_require(user=user, fleet=fleet, action=Action.FLEET_HALT)
    reason_require(reason, missing="Say in a sentence why the fleet is halted.")
    locked = fleet_lock(fleet.pk)
    if locked.halted_at is None:
        raise ConflictError(f"Fleet {fleet.name} is not halted.", code="not_halted")
    if locked.halt_reason:
        raise ConflictError(
            "The halt has its reason already.",
            code="already_explained",
            current=_halted_by(locked),
        )
    Fleet.objects.filter(pk=fleet.pk).update(halt_reason=reason.strip())
    actor = user.get_username()
    told = HaltExplained(fleet_id=fleet.pk, actor=actor, reason=reason.strip())
    events_publish(told, now=clock_now())
    return _now(fleet)


@transaction.atomic
def halt_end(*, fleet: Fleet, user: User, reason: str) -> Halted:
    """Resume a halted fleet as a person.

    Raises:
        ForbiddenError: unless the person may resume.
        InvalidFieldError: without a reason.
        ConflictError: not_halted.
    """
    fleet_resume(fleet=fleet, user=user, reason=reason)
    return _now(fleet)


def _halted_by(fleet: Fleet) -> dict[str, Any]:
    return done_first("halted it", fleet.halted_by, fleet.halted_at, fleet.halt_reason)


def _now(fleet: Fleet) -> Halted:
    running = Task.objects.filter(fleet=fleet, state=TaskState.RUNNING.value).count()
    return Halted(at=clock_now(), running=running)
