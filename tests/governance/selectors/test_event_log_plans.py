"""No filter of the event log reads all of a long log for one page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.selectors.clock import clock_now
from governance.selectors.event_actors import event_actors, event_names
from governance.selectors.event_log import (
    EventObject,
    EventScope,
    events_between,
    events_count,
)
from tests.factories import FleetFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from governance.models import Fleet

EVENTS = 100_000
PAGE = 51
COUNTED = 10_001
RARE = UUID(int=7)
# One event of 1,000 is bookkeeping by sweeper's neighbours; the log ends with 50,000 others.
_FILL = """
INSERT INTO governance_event
    (id, fleet_id, seq, name, ids, payload, actor, previous_hash, hash, created_at)
SELECT gen_random_uuid(), %(fleet)s, 1000000 + n,
    CASE WHEN n %% 1000 = 0 THEN 'membership.changed' WHEN n > 50000 THEN 'task.answer_read'
         ELSE 'task.finished' END,
    CASE WHEN n %% 1000 = 0 THEN '{}' WHEN n = 500 THEN %(rare)s::jsonb
         ELSE jsonb_build_object('task', gen_random_uuid(), 'agent', %(agent)s::text) END,
    CASE WHEN n %% 1000 = 0 THEN jsonb_build_object('username', 'person-' || n / 1000, 'role', '')
         ELSE '{"number": 1}' END,
    CASE WHEN n %% 1000 = 0 THEN 'adam' WHEN n %% 2 = 0 THEN 'detector' ELSE 'key:shop' END,
    '', '', %(now)s::timestamptz - (200000 - n) * interval '1 s'
FROM generate_series(1, %(events)s) AS n
"""
SCOPES = {
    "everything": EventScope(),
    "an actor with few events": EventScope({"membership.changed"}, actor="adam"),
    "an actor with many": EventScope({"task.answer_read", "task.finished"}, actor="detector"),
    "an actor who did nothing of it": EventScope({"membership.changed"}, actor="detector"),
    "a name": EventScope({"membership.changed"}),
    "a record": EventScope(about=EventObject(ids=(("ticket", str(RARE)),))),
    "any record": EventScope(
        about=EventObject(ids=tuple((name, str(RARE)) for name in ("ticket", "key", "task")))
    ),
    "a person": EventScope(about=EventObject(username="person-7")),
    "a person who has signed in": EventScope(
        about=EventObject(username="person-7", ids=(("user", "7"),))
    ),
    "a record without bookkeeping": EventScope(
        {"task.finished"}, about=EventObject(ids=(("ticket", str(RARE)),))
    ),
    "a version of the policy": EventScope({"policy.published"}, about=EventObject(number=1)),
    "no bookkeeping": EventScope({"task.finished", "membership.changed"}),
}


@pytest.fixture
def long_log(db: None) -> Fleet:
    fleet = FleetFactory()
    rare = json.dumps({"ticket": str(RARE), "task": str(uuid4())})
    with connection.cursor() as cursor:
        cursor.execute(
            _FILL,
            {
                "fleet": fleet.pk,
                "rare": rare,
                "agent": str(uuid4()),
                "now": clock_now(),
                "events": EVENTS,
            },
        )
        cursor.execute("ANALYZE governance_event")
    return fleet


NOW = datetime(2100, 1, 1, tzinfo=UTC)


def rows_read(ask: Callable[[], object]) -> int:
    """Return how many rows and entries of indexes the one query of ``ask`` looked at."""
    with CaptureQueriesContext(connection) as queries:
        ask()
    (query,) = queries.captured_queries
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
        (plan,) = cursor.fetchone()[0]
    return sum(_read(plan["Plan"]))


def _read(node: dict[str, Any]) -> Iterator[int]:
    if "Scan" in node["Node Type"] and not node.get("Plans"):
        removed = node.get("Rows Removed by Filter", 0) + node.get(
            "Rows Removed by Index Recheck", 0
        )
        yield int((node["Actual Rows"] + removed) * node["Actual Loops"])
    elif "Scan" in node["Node Type"]:
        yield int(node.get("Rows Removed by Filter", 0))
    for below in node.get("Plans", []):
        yield from _read(below)


def test_a_page_reads_a_few_rows_however_it_is_narrowed(long_log: Fleet) -> None:
    read = {
        words: rows_read(partial(events_between, fleet=long_log, scopes=[scope], most=PAGE))
        for words, scope in SCOPES.items()
    }

    assert {words: rows for words, rows in read.items() if rows > 4 * PAGE} == {}


def test_a_count_reads_no_more_than_it_counts(long_log: Fleet) -> None:
    read = {
        words: rows_read(partial(events_count, fleet=long_log, scopes=[scope], most=COUNTED))
        for words, scope in SCOPES.items()
    }

    assert {words: rows for words, rows in read.items() if rows > 1.1 * COUNTED} == {}


def test_a_page_of_a_period_without_a_match_reads_a_few_rows(long_log: Fleet) -> None:
    scope = EventScope({"task.finished"}, actor="detector")

    read = rows_read(lambda: events_between(fleet=long_log, scopes=[scope], most=PAGE, since=NOW))

    assert read == 0


def test_who_acted_and_what_there_is_are_read_from_value_to_value(long_log: Fleet) -> None:
    assert rows_read(lambda: event_actors(fleet=long_log)) < 200
    assert rows_read(lambda: event_actors(fleet=long_log, since=NOW)) < 200
    assert rows_read(lambda: event_names(fleet=long_log)) < 200
    assert rows_read(lambda: event_names(fleet=long_log, actor="detector")) < 200


def test_they_name_what_the_long_log_has(long_log: Fleet) -> None:
    assert {"adam", "detector", "key:shop"} <= set(event_actors(fleet=long_log))
    assert event_names(fleet=long_log, actor="detector") == ["task.answer_read", "task.finished"]
