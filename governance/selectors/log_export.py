"""The log as a file that can be checked elsewhere: events, seals and their records, by line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from governance.domain.log.seals import START, Checkpoint, Position, Seal
from governance.models import Event
from governance.models import Seal as SealRow
from governance.selectors.clock import clock_now
from governance.selectors.log_reading import event_plain, rows_all
from governance.selectors.seal_losses import losses_of
from governance.selectors.sealed_kinds import EVENTS, sealed_kind
from governance.selectors.seals import checkpoints_of, moment, seals_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from governance.domain.log.losses import KeyLoss
    from governance.models import Fleet

FORMAT = "countersign-log-1"


def log_export(
    *, fleet: Fleet, since: datetime | None = None, until: datetime | None = None
) -> Iterator[str]:
    """Yield the lines of an export, each an object with a ``type``.

    First what it is ``about``, then every ``event`` of the period in the order of the numbers, the
    chain of ``seal``s that covers them, those of other rows without their digests, each
    ``checkpoint`` of a removal, and each ``loss``, the record of a lost key.

    Args:
        fleet: whose log.
        since: exclusive, None for from the beginning.
        until: inclusive, None for to the end.
    """
    first, last = _numbers(fleet, since, until)
    yield _line(
        "about",
        {
            "format": FORMAT,
            "fleet": str(fleet.pk),
            "slug": fleet.slug,
            "exported_at": moment(clock_now()),
            "since": moment(since) if since else None,
            "until": moment(until) if until else None,
            "first": first,
            "last": last,
        },
    )
    if last:
        yield from _events(fleet, first, last)
        yield from _seals(fleet, first, last)
    for checkpoint in checkpoints_of(fleet_id=fleet.pk):
        if checkpoint.kind == EVENTS:
            yield _line("checkpoint", _checkpoint(checkpoint))
    for loss in losses_of(fleet_id=fleet.pk):
        yield _line("loss", _loss(loss))


def _numbers(fleet: Fleet, since: datetime | None, until: datetime | None) -> tuple[int, int]:
    rows = Event.objects.filter(fleet=fleet)
    if since is not None:
        rows = rows.filter(created_at__gt=since)
    if until is not None:
        rows = rows.filter(created_at__lte=until)
    numbers = rows.order_by("seq").values_list("seq", flat=True)
    first, last = numbers.first(), numbers.last()
    return (first, last) if first is not None and last is not None else (0, 0)


def _events(fleet: Fleet, first: int, last: int) -> Iterator[str]:
    kind = sealed_kind(EVENTS)
    if kind is None:
        return
    after, upto = Position(first - 1, START.id), Position(last, START.id)
    rows = rows_all(kind=kind, fleet_id=fleet.pk, after=after, upto=upto, form=None)
    for _row, columns in rows:
        yield _line("event", event_plain(columns))


def _seals(fleet: Fleet, first: int, last: int) -> Iterator[str]:
    of_events = SealRow.objects.filter(fleet=fleet, kind=EVENTS)
    begin = of_events.filter(upto_order__gte=first).order_by("number")
    end = of_events.filter(upto_order__gte=last).order_by("number")
    from_number = begin.values_list("number", flat=True).first()
    upto_number = end.values_list("number", flat=True).first()
    if from_number is None:
        return
    for seal in seals_of(fleet_id=fleet.pk, after=from_number - 1):
        if upto_number is not None and seal.number > upto_number:
            return
        yield _line("seal", _seal(seal))


def _seal(seal: Seal) -> dict[str, Any]:
    digests = {"ids": seal.ids.hex(), "digests": seal.digests.hex()} if seal.kind == EVENTS else {}
    return {"signed": seal.signed, "signature": seal.signature, **digests}


def _checkpoint(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "signed": checkpoint.signed,
        "signature": checkpoint.signature,
        "ids": checkpoint.ids.hex(),
    }


def _loss(loss: KeyLoss) -> dict[str, Any]:
    return {
        "signed": loss.signed,
        "signature": loss.signature,
        "seal_digests": loss.seal_digests.hex(),
        "checkpoint_digests": loss.checkpoint_digests.hex(),
    }


def _line(kind: str, told: dict[str, Any]) -> str:
    return json.dumps({"type": kind, **told}, ensure_ascii=False) + "\n"
