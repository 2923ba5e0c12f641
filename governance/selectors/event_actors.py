"""Who acted in a fleet's log, and which events it has at all, without reading all of it.

Each query goes from one value of an index to the next: its cost grows with how many values there
are, not with how many events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.models import Fleet

# Pairs of an actor and an event that are looked at; a choice of more people helps nobody.
PAIRS_MOST = 2_000
_ACTORS = """
WITH RECURSIVE walk AS (
    (SELECT actor, name FROM governance_event WHERE fleet_id = %(fleet)s
     ORDER BY actor, name LIMIT 1)
    UNION ALL
    SELECT next.actor, next.name FROM walk CROSS JOIN LATERAL (
        SELECT actor, name FROM governance_event
        WHERE fleet_id = %(fleet)s AND (actor, name) > (walk.actor, walk.name)
        ORDER BY actor, name LIMIT 1
    ) AS next
)
SELECT DISTINCT actor FROM (SELECT * FROM walk LIMIT %(most)s) AS pair
WHERE EXISTS (
    SELECT FROM governance_event AS event
    WHERE event.fleet_id = %(fleet)s AND event.actor = pair.actor AND event.name = pair.name
    AND event.created_at > coalesce(%(since)s::timestamptz, '-infinity')
    AND event.created_at <= coalesce(%(until)s::timestamptz, 'infinity')
)
ORDER BY actor
"""
_NAMES = """
WITH RECURSIVE walk AS (
    (SELECT name FROM governance_event WHERE fleet_id = %(fleet)s ORDER BY name LIMIT 1)
    UNION ALL
    SELECT next.name FROM walk CROSS JOIN LATERAL (
        SELECT name FROM governance_event
        WHERE fleet_id = %(fleet)s AND name > walk.name ORDER BY name LIMIT 1
    ) AS next
)
SELECT name FROM walk
"""
_NAMES_BY = """
WITH RECURSIVE walk AS (
    (SELECT name FROM governance_event WHERE fleet_id = %(fleet)s AND actor = %(actor)s
     ORDER BY name LIMIT 1)
    UNION ALL
    SELECT next.name FROM walk CROSS JOIN LATERAL (
        SELECT name FROM governance_event
        WHERE fleet_id = %(fleet)s AND actor = %(actor)s AND name > walk.name
        ORDER BY name LIMIT 1
    ) AS next
)
SELECT name FROM walk
"""


def event_actors(
    *, fleet: Fleet, since: datetime | None = None, until: datetime | None = None
) -> list[str]:
    """Return who acted in a period, as the log has them, by name; one query.

    Args:
        fleet: in whose log.
        since: exclusive; None from the beginning.
        until: inclusive; None to the end.
    """
    return _read(_ACTORS, fleet=fleet.pk, since=since, until=until, most=PAIRS_MOST)


def event_names(*, fleet: Fleet, actor: str = "") -> list[str]:
    """Return the names of the events a fleet's log has, those of earlier releases too; one query.

    Args:
        fleet: whose log.
        actor: only what they did; empty for everybody.
    """
    if actor:
        return _read(_NAMES_BY, fleet=fleet.pk, actor=actor)
    return _read(_NAMES, fleet=fleet.pk)


def _read(query: str, **values: UUID | str | int | datetime | None) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [str(value) for (value,) in cursor.fetchall()]
