"""Rows as they are sealed: in the order in which they became visible, with their digests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    BooleanField,
    F,
    Func,
    JSONField,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast

from governance.domain.log.rows import JsonText, row_digest
from governance.domain.log.seals import Position, Row
from governance.models import Fleet
from governance.selectors.watermarks import first_running_transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from django.db.models import Field, Model, QuerySet

    from governance.selectors.sealed_kinds import SealedKind

_TEXT = "text_"
_ORDER, _TIME = "sealed_order", "sealed_time"


def rows_between(
    *,
    kind: SealedKind,
    fleet_id: UUID,
    after: Position,
    upto: Position | None = None,
    below: int | None = None,
    limit: int | None = None,
    form: int | None = None,
) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    """Yield the rows behind ``after`` with their columns, in their order.

    Args:
        kind: of which table.
        fleet_id: of which fleet.
        after: behind which row.
        upto: the last one, None for no last one.
        below: the first place in the order that is not read any more.
        limit: how many at most; without one they come through a cursor of the server.
        form: by which list of columns digests are made, from 1; None for the newest.
    """
    rows = _wanted(kind, fleet_id, after, upto=upto, below=below).order_by(kind.order, "pk")
    yield from _read(kind, rows if limit is None else rows[:limit], form, chunked=limit is None)


def rows_named(
    *, kind: SealedKind, ids: Collection[UUID], form: int | None = None
) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    """Yield the rows with these ids, of whatever fleet they are by now."""
    rows = kind.model._default_manager.filter(pk__in=ids)  # noqa: SLF001 - no public typed name
    yield from _read(kind, rows, form, chunked=False)


def order_below(*, kind: SealedKind, fleet_id: UUID, after: Position | None = None) -> int:
    """Return the place in the order below which no row of the fleet can still turn up.

    Raises:
        TransactionsBackError: if rows from now on would take places up to ``after``.
    """
    if kind.order == "transaction":
        return first_running_transaction(after=None if after is None else after.order)
    return event_number_given(fleet_id=fleet_id) + 1


def oldest_behind(*, kind: SealedKind, fleet_id: UUID, after: Position) -> datetime | None:
    """Return when the first committed row behind a place was written; None where there is none."""
    below = order_below(kind=kind, fleet_id=fleet_id)
    rows = _wanted(kind, fleet_id, after, below=below).order_by(kind.order, "pk")
    found: datetime | None = rows.values_list(kind.time, flat=True).first()
    return found


def rows_ahead(*, kind: SealedKind, fleet_id: UUID) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    """Yield the rows that bear the number of a transaction which is still to come.

    No mark of the sealer ever comes to stand behind such a row, so it has to be asked for. What
    this very transaction wrote is not among them.
    """
    rows = kind.model._default_manager.filter(  # noqa: SLF001 - no public typed name
        **{kind.fleet: fleet_id, f"{kind.order}__gte": _NextTransaction()}
    )
    yield from _read(kind, rows.order_by(kind.order, "pk"), None, chunked=True)


def event_number_given(*, fleet_id: UUID) -> int:
    """Return the number that the fleet's newest event was given; 0 before the first."""
    return Fleet.objects.values_list("event_seq", flat=True).get(pk=fleet_id)


def _wanted(
    kind: SealedKind,
    fleet_id: UUID,
    after: Position,
    *,
    upto: Position | None = None,
    below: int | None = None,
) -> QuerySet[Model]:
    rows = kind.model._default_manager.filter(**{kind.fleet: fleet_id})  # noqa: SLF001
    order = kind.order
    rows = rows.filter(_Place(order, ">", after))
    if upto is not None:
        rows = rows.filter(_Place(order, "<=", upto))
    return rows if below is None else rows.filter(**{f"{order}__lt": below})


def _read(
    kind: SealedKind, rows: QuerySet[Model], form: int | None, *, chunked: bool
) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    columns = kind.forms[(form or kind.form) - 1]
    beside = [each for each in (kind.order, kind.time) if each not in columns]
    json_columns = [each for each in columns if _is(kind, each, JSONField)]
    # The database spells an id out as `str` does, in less time than it takes to build one.
    as_text = {*json_columns, *(each for each in columns if _is(kind, each, UUIDField))}
    texts = {f"{_TEXT}{each}": Cast(each, TextField()) for each in as_text}
    asked = [f"{_TEXT}{each}" if each in as_text else each for each in columns]
    found = rows.annotate(**texts).values_list(*asked, *beside)
    for values in found.iterator(chunk_size=2_000) if chunked else found:
        named = dict(zip((*columns, *beside), values, strict=True))
        place, at = named[kind.order], named[kind.time]
        for each in beside:
            del named[each]
        for each in json_columns:
            if named[each] is not None:
                named[each] = JsonText(named[each])
        yield Row(Position(place, named["id"]), row_digest(kind.name, named), at), named


def _is(kind: SealedKind, column: str, of: type[Field[Any, Any]]) -> bool:
    field: Any = kind.model._meta.get_field(column)  # noqa: SLF001
    return isinstance(field.target_field if field.is_relation else field, of)


class _NextTransaction(Func):
    """The number from which on no row that can be seen was written, as of the statement."""

    template = (
        "GREATEST(pg_snapshot_xmax(pg_current_snapshot())::text::bigint,"
        " COALESCE(pg_current_xact_id_if_assigned()::text::bigint + 1, 0))"
        " + countersign_transaction_offset()"
    )
    output_field = BigIntegerField()


class _Place(Func):
    """Compare whole places at once, so that an index is entered where the place is."""

    output_field = BooleanField()
    arg_joiner = ""

    def __init__(self, order: str, operator: str, place: Position) -> None:
        """Compare ``order`` and key of a row with a place."""
        values = (Value(place.order, BigIntegerField()), Value(UUID(place.id), UUIDField()))
        super().__init__(F(order), F("pk"), *values)
        self._operator = operator

    def as_sql(  # type: ignore[override]
        self, compiler: Any, *_: Any, **_context: Any
    ) -> tuple[str, list[Any]]:
        """Return a comparison of rows."""
        parts = [compiler.compile(each) for each in self.get_source_expressions()]
        order, key, order_value, key_value = [sql for sql, _ in parts]
        sql = f"({order}, {key}) {self._operator} ({order_value}, {key_value})"
        return sql, [value for _, values in parts for value in values]
