"""What a removal would take, as one archive that a person keeps before anything goes."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder

from governance.domain.permissions import Action
from governance.domain.retention import RetentionMove, RetentionState, retention_moved
from governance.files.archive import archive_stream
from governance.models import Event, RetentionLineage, RetentionRun
from governance.refusals import ConflictError, MissingError
from governance.selectors.people import person_require
from governance.selectors.retention_scope import ROOTS_AT_ONCE, interactions_fixed, outcomes_past
from governance.services.retained import holders
from governance.services.retention import retention_exported
from governance.services.retention_preparing import OF_TASKS, ROOT_OF

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from django.contrib.auth.models import User
    from django.db.models import Model, QuerySet

    from governance.models import Fleet

READ_AT_ONCE = 2_000


def retention_export(*, fleet: Fleet, user: User, number: int) -> Iterator[bytes]:
    """Return the archive of a prepared removal; once it is sent whole, that is recorded.

    Raises:
        ForbiddenError: unless the person may change the policy.
        MissingError: if there is no such removal.
        ConflictError: retention_state, if it is not prepared, or over.
    """
    person_require(user=user, fleet=fleet, action=Action.POLICY_CHANGE)
    run = RetentionRun.objects.filter(fleet=fleet, number=number).first()
    if run is None:
        message = f"Fleet {fleet.slug} has no removal {number}."
        raise MissingError(message, field="number", value=number, allowed="a removal's number")
    if run.state not in {RetentionState.READY, RetentionState.EXPORTED, RetentionState.PROPOSED}:
        raise ConflictError(
            f"Removal {number} is {run.state.lower()}: there is nothing to export.",
            code="retention_state",
        )
    retention_moved(RetentionState(run.state), RetentionMove.EXPORT)

    def sent(manifest: Mapping[str, Any]) -> None:
        retention_exported(fleet=fleet, user=user, number=number, manifest=manifest)

    return archive_stream(_members(run), _about(run, user), sent=sent)


def _about(run: RetentionRun, user: User) -> dict[str, Any]:
    return {
        "fleet": run.fleet.slug,
        "removal": run.number,
        "policy": run.policy.number,
        "exported_by": user.get_username(),
        **{f"{kind}_before": _text(at) for kind, at in run.cut._asdict().items()},
        "events_upto": run.events_upto,
    }


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _members(run: RetentionRun) -> Iterator[tuple[str, Iterator[bytes]]]:
    for kind, model in OF_TASKS.items():
        yield kind, _lines(_of_lineages(run, model, ROOT_OF[kind]))
    for holder in holders():
        for kind in holder.tables:
            yield (
                kind,
                _lines(row for roots in _roots(run) for row in holder.rows(kind=kind, roots=roots)),
            )
    yield "recorded_outcomes", _lines(_rows(outcomes_past(run=run)))
    yield "interactions", _lines(_rows(interactions_fixed(run=run)))
    events = Event.objects.filter(fleet=run.fleet_id, seq__lte=run.events_upto)
    yield "events", _lines(_rows(events if run.events_before is not None else None))


def _of_lineages(run: RetentionRun, model: type[Model], root: str) -> Iterator[Mapping[str, Any]]:
    for roots in _roots(run):
        yield from _rows(model._default_manager.filter(**{f"{root}__in": roots}))  # noqa: SLF001


def _roots(run: RetentionRun) -> Iterator[list[UUID]]:
    rows = RetentionLineage.objects.filter(run=run).order_by("root_id")
    found = rows.values_list("root_id", flat=True).iterator(chunk_size=READ_AT_ONCE)
    while batch := list(islice(found, ROOTS_AT_ONCE)):
        yield batch


def _rows(rows: QuerySet[Any] | None) -> Iterator[Mapping[str, Any]]:
    if rows is None:
        return
    yield from rows.order_by("pk").values().iterator(chunk_size=READ_AT_ONCE)


def _lines(rows: Iterator[Mapping[str, Any]]) -> Iterator[bytes]:
    for row in rows:
        text = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
        yield text.encode() + b"\n"
