"""What is in the database, counted as the reckoning wants it."""

from __future__ import annotations

import psycopg

from config.simulation.reckoning import Fact, Found, Kind

_FLEET = "(SELECT id FROM governance_fleet WHERE slug = %(fleet)s)"
QUERIES = {
    Kind.TASK: "SELECT external_id FROM governance_task WHERE fleet_id = {fleet}",
    Kind.DECISION: (
        "SELECT t.external_id FROM governance_decision d JOIN governance_task t ON t.id = d.task_id"
        " WHERE t.fleet_id = {fleet} AND d.moment = 'submit'"
    ),
    Kind.TICKET: (
        "SELECT t.external_id FROM escalations_ticket k JOIN governance_task t ON t.id = k.task_id"
        # Beside these a task has another one where its finished work is audited.
        " WHERE k.fleet_id = {fleet} AND k.kind IN ('task', 'incident')"
    ),
    Kind.GRANT: (
        "SELECT t.external_id FROM governance_grant g JOIN governance_task t ON t.id = g.task_id"
        " WHERE t.fleet_id = {fleet} AND g.state = 'CONSUMED'"
    ),
    Kind.OUTCOME: "SELECT task_external_id FROM governance_outcome WHERE fleet_id = {fleet}",
    Kind.INTERACTION: "SELECT external_id FROM governance_interaction WHERE fleet_id = {fleet}",
    Kind.VOTE: (
        "SELECT v.ticket_id || ' ' || u.username FROM escalations_vote v"
        " JOIN auth_user u ON u.id = v.user_id JOIN escalations_ticket k ON k.id = v.ticket_id"
        " WHERE k.fleet_id = {fleet}"
    ),
}


def found_in(database_url: str, *, fleet: str) -> Found:
    """Return how often each fact of the fleet is stored, and its events' numbers."""
    counts: dict[Fact, int] = {}
    with psycopg.connect(database_url) as connection:
        for kind, query in QUERIES.items():
            for (name,) in connection.execute(query.format(fleet=_FLEET), {"fleet": fleet}):
                fact = Fact(kind, str(name))
                counts[fact] = counts.get(fact, 0) + 1
        events = connection.execute(
            f"SELECT seq FROM governance_event WHERE fleet_id = {_FLEET}",  # noqa: S608
            {"fleet": fleet},
        ).fetchall()
    return Found(counts=counts, events=tuple(int(seq) for (seq,) in events))
