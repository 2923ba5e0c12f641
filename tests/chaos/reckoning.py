"""Whether what is stored fits together: nothing lost between two rows, nothing counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import psycopg
from psycopg.rows import dict_row

from config.simulation.journal import journal_read
from config.simulation.reckoning import differences, expected_of
from governance.models import Event
from governance.services.events import GENESIS, event_hash
from tests.chaos.load import Load
from tests.config.simulation.stored import found_in

# Each finds rows that contradict each other; none may.
CONTRADICTIONS = {
    "an agent's standing counts other outcomes than are stored": """
        SELECT a.external_id FROM governance_agent a
        JOIN governance_standing s ON s.agent_id = a.id
        WHERE s.outcomes <> (SELECT count(*) FROM governance_outcome o WHERE o.agent_id = a.id
                             AND o.result IN ('success', 'partial', 'failure'))""",
    "an agent's facts have a gap or a double": """
        SELECT a.external_id FROM governance_agent a
        JOIN governance_standing s ON s.agent_id = a.id
        WHERE s.facts <> (SELECT count(*) FROM (
            SELECT fact FROM governance_outcome WHERE agent_id = a.id
            UNION SELECT fact FROM governance_breakertransition WHERE agent_id = a.id
            UNION SELECT fact FROM governance_correction WHERE agent_id = a.id
            UNION SELECT acknowledged_fact FROM governance_driftalarm
            WHERE agent_id = a.id AND acknowledged_fact IS NOT NULL) f)""",
    "a ticket was opened other than once": """
        SELECT k.number::text FROM escalations_ticket k
        WHERE 1 <> (SELECT count(*) FROM governance_event e WHERE e.fleet_id = k.fleet_id
                    AND e.name = 'ticket.opened' AND e.ids->>'ticket' = k.id::text)""",
    "a ticket was resolved other than its state says": """
        SELECT k.number::text FROM escalations_ticket k
        WHERE (k.state = 'RESOLVED')::int <> (
            SELECT count(*) FROM governance_event e WHERE e.fleet_id = k.fleet_id
            AND e.name = 'ticket.resolved' AND e.ids->>'ticket' = k.id::text)""",
    "votes and what was told of them differ": """
        SELECT k.number::text FROM escalations_ticket k
        WHERE (SELECT count(*) FROM escalations_vote v WHERE v.ticket_id = k.id) <> (
            SELECT count(*) FROM governance_event e WHERE e.fleet_id = k.fleet_id
            AND e.name = 'ticket.vote_recorded' AND e.ids->>'ticket' = k.id::text)""",
    "an approval issued other than one grant": """
        SELECT k.number::text FROM escalations_ticket k
        WHERE k.resolution = 'approved'
        AND 1 <> (SELECT count(*) FROM governance_grant g WHERE g.authority = k.id)""",
    "a used grant and the start of its task differ": """
        SELECT t.external_id FROM governance_task t WHERE t.needs_grant
        AND (SELECT count(*) FROM governance_grant g WHERE g.task_id = t.id
             AND g.state = 'CONSUMED') <> (
            SELECT count(*) FROM governance_decision d WHERE d.task_id = t.id
            AND d.moment = 'start' AND d.verdict = 'allow')""",
    "a finished task has other than one outcome": """
        SELECT t.external_id FROM governance_task t WHERE (t.state = 'FINISHED')::int <> (
            SELECT count(*) FROM governance_outcome o WHERE o.task_id = t.id)""",
    "an event was never pushed": """
        SELECT e.seq::text FROM governance_event e WHERE e.pushed_at IS NULL""",
    "tickets are not numbered one after the other": """
        SELECT f.slug FROM governance_fleet f JOIN escalations_ticket k ON k.fleet_id = f.id
        GROUP BY f.slug HAVING max(k.number) <> count(*)""",
}


def contradictions(database_url: str) -> list[str]:
    """Return a sentence for everything stored that contradicts something else stored."""
    said = []
    with _connected(database_url) as connection:
        for sentence, query in CONTRADICTIONS.items():
            found = [str(next(iter(row.values()))) for row in connection.execute(query)]
            if found:
                said.append(f"{sentence}: {', '.join(found[:5])} ({len(found)})")
        for fleet in connection.execute("SELECT id, slug, event_seq FROM governance_fleet"):
            rows = connection.execute(
                "SELECT * FROM governance_event WHERE fleet_id = %s ORDER BY seq", [fleet["id"]]
            ).fetchall()
            said += _chain_faults(fleet, [Event(**row) for row in rows])
    return said


def lost_or_doubled(database_url: str, load: Load) -> list[str]:
    """Return a sentence for everything the journal says must be stored once, and is not."""
    expected = expected_of(journal_read(load.journal))
    return differences(expected, found_in(database_url, fleet=load.fleet))


def commits(database_url: str, fleet: str) -> list[tuple[float, int]]:
    """Return when each event of the fleet was recorded (epoch seconds), with its number."""
    with _connected(database_url) as connection:
        rows = connection.execute(
            "SELECT e.created_at, e.seq FROM governance_event e JOIN governance_fleet f"
            " ON f.id = e.fleet_id WHERE f.slug = %s ORDER BY e.seq",
            [fleet],
        ).fetchall()
    return [(row["created_at"].timestamp(), row["seq"]) for row in rows]


def _chain_faults(fleet: dict[str, Any], events: list[Event]) -> Iterator[str]:
    numbers = [event.seq for event in events]
    if numbers != list(range(1, fleet["event_seq"] + 1)):
        yield f"{fleet['slug']}: events are not numbered 1 to {fleet['event_seq']}"
    if events and events[0].previous_hash != GENESIS:
        yield f"{fleet['slug']}: the chain has no beginning"
    for before, event in pairwise(events):
        if event.previous_hash != before.hash:
            yield f"{fleet['slug']}: the chain breaks at event {event.seq}"
    for event in events:
        if event_hash(event) != event.hash:
            yield f"{fleet['slug']}: event {event.seq} was changed"


def _connected(database_url: str) -> psycopg.Connection[dict[str, Any]]:
    # Hashes are over times as they are written in UTC.
    return psycopg.connect(database_url, row_factory=dict_row, options="-c timezone=UTC")
