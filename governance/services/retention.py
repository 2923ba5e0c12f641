"""Removing old records: asked for, exported, proposed by one admin, agreed to by another.

No rule removes anything of the record by itself.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.db.models import Max, Q

from governance.domain.moves import IllegalMoveError
from governance.domain.permissions import Action
from governance.domain.retention import (
    LIVE,
    WORKED,
    RetentionMove,
    RetentionState,
    cut_of,
    retention_moved,
)
from governance.events import (
    RetentionAgreed,
    RetentionCancelled,
    RetentionDeclined,
    RetentionExported,
    RetentionProposed,
)
from governance.models import Fleet, RetentionRun
from governance.refusals import ConflictError, ForbiddenError, MissingError
from governance.selectors.clock import clock_now
from governance.selectors.people import person_named, person_require
from governance.selectors.policies import is_changer, policy_in_force
from governance.services.events import events_publish
from governance.services.reasons import reason_require
from governance.services.retention_preparing import LEASE, RetentionLostError, retention_prepare
from governance.services.retention_removing import retention_remove

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

    from governance.events import FleetEvent

logger = logging.getLogger(__name__)


@transaction.atomic
def retention_ask(*, fleet: Fleet, user: User) -> RetentionRun:
    """Let a worker fix and count what is past its time by the policy in force.

    Raises:
        ForbiddenError: unless the person may change the policy.
        ConflictError: kept_for_ever, retention_running.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.POLICY_CHANGE)
    version, policy = policy_in_force(fleet=fleet)
    cut = cut_of(policy.retention, now=now)
    if cut.is_nothing:
        raise ConflictError(
            f"Policy {version.number} keeps the whole record for ever.", code="kept_for_ever"
        )
    locked = Fleet.objects.select_for_update(no_key=True).get(pk=fleet.pk)
    runs = RetentionRun.objects.filter(fleet=locked)
    live = runs.filter(state__in=[state.value for state in LIVE]).first()
    if live is not None:
        raise ConflictError(
            f"Removal {live.number} is not over yet: {live.asked_by} began it.",
            code="retention_running",
        )
    run = RetentionRun.objects.create(
        fleet=locked,
        number=(runs.aggregate(last=Max("number"))["last"] or 0) + 1,
        state=RetentionState.PREPARING.value,
        policy=version,
        tasks_before=cut.tasks,
        interactions_before=cut.interactions,
        events_before=cut.events,
        asked_by=user.get_username(),
        asked_at=now,
    )
    _worked_soon(run)
    return run


@transaction.atomic
def retention_exported(
    *, fleet: Fleet, user: User, number: int, manifest: Mapping[str, Any]
) -> RetentionRun:
    """Record that exactly this cut was sent whole; called once its last byte was handed over.

    Raises:
        ForbiddenError, MissingError.
        ConflictError: retention_state, if it is not prepared, or over.
    """
    run = _moved(fleet, user, number, RetentionMove.EXPORT)
    run.exported, run.exported_at = dict(manifest), clock_now()
    run.exported_by = user.get_username()
    return _told(
        run,
        RetentionExported(
            fleet_id=fleet.pk,
            actor=user.get_username(),
            retention_id=run.pk,
            number=run.number,
            rows={kind: member["rows"] for kind, member in manifest["kinds"].items()},
            sha256=manifest["sha256"],
        ),
    )


@transaction.atomic
def retention_propose(*, fleet: Fleet, user: User, number: int, reason: str) -> RetentionRun:
    """Ask a second admin to agree to the removal of what was exported.

    Raises:
        ForbiddenError, MissingError.
        InvalidFieldError: without a reason.
        ConflictError: retention_state, if it was not exported; policy_keeps_longer.
    """
    reason_require(reason, missing="To remove records needs a reason.")
    run = _moved(fleet, user, number, RetentionMove.PROPOSE)
    _lawful_require(run)
    run.reason, run.proposed_by, run.proposed_at = reason.strip(), user.get_username(), clock_now()
    return _told(run, RetentionProposed(**_about(run, user), reason=run.reason))


@transaction.atomic
def retention_agree(*, fleet: Fleet, user: User, number: int) -> RetentionRun:
    """Agree to a removal as a second admin; a worker carries it out.

    Raises:
        ForbiddenError: role_too_low; four_eyes for whoever proposed it.
        MissingError.
        ConflictError: retention_state, policy_keeps_longer; proposer_gone, if the proposer may
            not change the policy any longer.
    """
    run = _moved(fleet, user, number, RetentionMove.AGREE)
    if run.proposed_by == user.get_username():
        raise ForbiddenError(
            "Whoever proposed a removal does not agree to it: it takes a second admin.",
            code="four_eyes",
        )
    if not is_changer(fleet=fleet, username=run.proposed_by):
        raise ConflictError(
            f"{person_named(run.proposed_by)} proposed removal {number} and may not change the"
            " policy any longer: decline it and propose it anew.",
            code="proposer_gone",
        )
    _lawful_require(run)
    run.agreed_by, run.agreed_at = user.get_username(), clock_now()
    _worked_soon(run)
    return _told(run, RetentionAgreed(**_about(run, user), reason=run.reason))


@transaction.atomic
def retention_decline(*, fleet: Fleet, user: User, number: int, reason: str) -> RetentionRun:
    """Do not agree to a removal; it may be proposed again.

    Raises:
        ForbiddenError, MissingError, InvalidFieldError.
        ConflictError: retention_state.
    """
    reason_require(reason, missing="To decline a removal needs a reason.")
    run = _moved(fleet, user, number, RetentionMove.DECLINE)
    run.proposed_by, run.proposed_at = "", None
    return _told(run, RetentionDeclined(**_about(run, user), reason=reason.strip()))


@transaction.atomic
def retention_cancel(*, fleet: Fleet, user: User, number: int, reason: str) -> RetentionRun:
    """End a removal; what is gone by then stays gone, and nothing more goes.

    Raises:
        ForbiddenError, MissingError, InvalidFieldError.
        ConflictError: retention_state, if it is over.
    """
    reason_require(reason, missing="To cancel a removal needs a reason.")
    run = _moved(fleet, user, number, RetentionMove.CANCEL)
    run.ended_at, run.ended_by, run.worked_until = clock_now(), user.get_username(), None
    told = RetentionCancelled(**_about(run, user), removed=run.removed, reason=reason.strip())
    return _told(run, told)


def retentions_due() -> list[UUID]:
    """Return the removals that a worker has something to do for and none has."""
    free = Q(worked_until=None) | Q(worked_until__lt=clock_now())
    waiting = RetentionRun.objects.filter(free, state__in=[state.value for state in WORKED])
    return list(waiting.order_by("asked_at").values_list("pk", flat=True))


def retention_work(*, run_id: UUID) -> str:
    """Prepare or carry out a removal as far as a turn goes; return its state.

    One worker has it at a time. A removal whose worker was killed is taken up after 2 min.

    Raises:
        Exception: whatever went wrong while it was prepared, once it says so.
    """
    now = clock_now()
    free = Q(worked_until=None) | Q(worked_until__lt=now)
    mine = RetentionRun.objects.filter(free, pk=run_id, state__in=[state.value for state in WORKED])
    if not mine.update(worked_until=now + LEASE):
        return str(RetentionRun.objects.values_list("state", flat=True).get(pk=run_id))
    run = RetentionRun.objects.select_related("fleet").get(pk=run_id)
    if run.state == RetentionState.PREPARING:
        try:
            retention_prepare(run=run)
        except RetentionLostError:
            logger.info("removal %d of %s went on without this worker", run.number, run.fleet_id)
        except Exception as error:
            _failed(run, f"{type(error).__name__}: {error}")
            raise
    elif not retention_remove(run=run):
        # Other work gets the worker; the next beat goes on.
        RetentionRun.objects.filter(pk=run_id).update(worked_until=None)
    run.refresh_from_db()
    return run.state


def _failed(run: RetentionRun, error: str) -> None:
    # Whoever took it up meanwhile goes on.
    preparing = RetentionRun.objects.filter(
        pk=run.pk, state=RetentionState.PREPARING.value, worked_until=run.worked_until
    )
    preparing.update(
        state=retention_moved(RetentionState.PREPARING, RetentionMove.FAIL).value,
        error=error,
        ended_at=clock_now(),
        worked_until=None,
    )


def _moved(fleet: Fleet, user: User, number: int, move: RetentionMove) -> RetentionRun:
    """Return a locked removal after a person's move, not stored yet."""
    person_require(user=user, fleet=fleet, action=Action.POLICY_CHANGE)
    run = (
        RetentionRun.objects.select_for_update(no_key=True)
        .filter(fleet=fleet, number=number)
        .first()
    )
    if run is None:
        message = f"Fleet {fleet.slug} has no removal {number}."
        raise MissingError(message, field="number", value=number, allowed="a removal's number")
    try:
        run.state = retention_moved(RetentionState(run.state), move).value
    except IllegalMoveError as error:
        raise ConflictError(
            f"Removal {number} is {run.state.lower()}: {move.value} is not possible.",
            code="retention_state",
        ) from error
    return run


def _lawful_require(run: RetentionRun) -> None:
    """Refuse what the policy in force keeps longer than that of the preparation did."""
    version, policy = policy_in_force(fleet=Fleet.objects.get(pk=run.fleet_id))
    if not run.cut.within(cut_of(policy.retention, now=clock_now())):
        raise ConflictError(
            f"Policy {version.number} keeps longer what removal {run.number} would take: cancel it"
            " and begin anew.",
            code="policy_keeps_longer",
        )


def _about(run: RetentionRun, user: User) -> dict[str, Any]:
    return {
        "fleet_id": run.fleet_id,
        "actor": user.get_username(),
        "retention_id": run.pk,
        "number": run.number,
    }


def _told(run: RetentionRun, event: FleetEvent) -> RetentionRun:
    run.save()
    events_publish(event, now=clock_now())
    return run


def _worked_soon(run: RetentionRun) -> None:
    key = str(run.pk)
    transaction.on_commit(
        lambda: current_app.send_task("governance.retention_work", (key,), queue="scan"),
        # With the broker away the next beat finds it.
        robust=True,
    )
