"""The one way a fact is recorded, heard and pushed."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import redis
from django.db import transaction

from governance.domain.canonical import canonical_json
from governance.feed import Notice, notices_push
from governance.models import Event
from governance.selectors.fleets import fleet_lock
from governance.services.asked import asked_lock
from governance.services.counted import counted_add, events_counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from governance.events import FleetEvent
    from governance.models import Fleet

    # A listener returns the facts that follow from the one it heard.
    Handler = Callable[[Any, datetime], Sequence[FleetEvent]]

logger = logging.getLogger(__name__)

GENESIS = "0" * 64

_handlers: dict[type[FleetEvent], list[Handler]] = defaultdict(list)
_asked: dict[type[FleetEvent], str] = {}


class UnheardEventError(RuntimeError):
    """A required event has no listener: what depends on it must not be written."""


def event_subscribe(kind: type[FleetEvent], handler: Handler, *, asked: str = "") -> None:
    """Let ``handler`` hear every event of ``kind``, inside the transaction that publishes it.

    ``asked`` names the field of the event by which the handler finds what people are asked: that
    is locked before any handler runs, for one that runs first may need the fleet.
    """
    if handler not in _handlers[kind]:
        _handlers[kind].append(handler)
    if asked:
        _asked[kind] = asked


def events_publish(*events: FleetEvent, now: datetime) -> None:
    """Record facts and what follows from them; push them once the transaction commits.

    Call it last in a transaction: it takes the fleet's row lock, the last in the lock order.
    All events belong to one fleet.

    Raises:
        UnheardEventError: if a required event has no listener.
    """
    if not events:
        return
    asked_lock({getattr(event, _asked[type(event)]) for event in events if type(event) in _asked})
    heard = _hear(events, now)
    fleet = fleet_lock(events[0].fleet_id)
    rows = _rows(fleet, heard, now)
    Event.objects.bulk_create(rows)
    fleet.event_seq = rows[-1].seq
    fleet.save(update_fields=["event_seq"])
    slug = fleet.slug
    # A functools.partial breaks Django's error report for robust callbacks.
    transaction.on_commit(lambda: events_push(rows, slug, now), robust=True)


def events_push(rows: Sequence[Event], slug: str, now: datetime) -> bool:
    """Push recorded events to the live feed and mark them; return whether the broker took them.

    The relay repeats what failed.
    """
    notices = [Notice(fleet=slug, seq=row.seq, name=row.name, ids=row.ids) for row in rows]
    try:
        notices_push(notices)
    except (OSError, redis.RedisError) as error:
        logger.warning("events of %s wait for the relay: %s", slug, error)
        return False
    counted_add(events_counted(rows))
    Event.objects.filter(pk__in=[row.pk for row in rows]).update(pushed_at=now)
    return True


def event_hash(event: Event) -> str:
    """Return the SHA-256 of the event's fixed columns in RFC 8785 form, predecessor included."""
    return hashlib.sha256(
        canonical_json(
            {
                "fleet": str(event.fleet_id),
                "seq": event.seq,
                "name": event.name,
                "ids": event.ids,
                "payload": event.payload,
                "actor": event.actor,
                "created_at": event.created_at.isoformat(),
                "previous_hash": event.previous_hash,
            }
        ).encode()
    ).hexdigest()


def _hear(events: Sequence[FleetEvent], now: datetime) -> list[FleetEvent]:
    """Return the events with all that follows from them, each cause before its effects."""
    heard: list[FleetEvent] = []
    for event in events:
        heard.append(event)
        handlers = _handlers[type(event)]
        if event.required and not handlers:
            message = f"{event.wire_name} has no listener; nothing was written"
            raise UnheardEventError(message)
        for handler in handlers:
            heard.extend(_hear(handler(event, now), now))
    return heard


def _rows(fleet: Fleet, events: Sequence[FleetEvent], now: datetime) -> list[Event]:
    previous = (
        Event.objects.filter(fleet=fleet, seq=fleet.event_seq)
        .values_list("hash", flat=True)
        .first()
    ) or GENESIS
    rows = []
    for seq, event in enumerate(events, start=fleet.event_seq + 1):
        row = Event(
            fleet=fleet,
            seq=seq,
            name=event.wire_name,
            ids=event.ids(),
            payload=event.payload(),
            actor=event.actor,
            previous_hash=previous,
            created_at=now,
        )
        row.hash = event_hash(row)
        previous = row.hash
        rows.append(row)
    return rows
