"""What people and detectors did in months, made in SQL from one real row of each kind.

What was asked for follows from the outcomes that name a task: each is a task with the gate's
answer, every fifth of them with a ticket that people answered, and beside every fourth stands one
that was denied, refused or left until it expired.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import psycopg


class Copies(NamedTuple):
    """Rows like the one called ``seed`` in ``source``, but for the columns that are given."""

    table: str
    given: Mapping[str, str]
    source: str

    def sql(self, connection: psycopg.Connection) -> str:
        """Return the statement, which names every column the table has by now."""
        found = connection.execute(
            "SELECT attname FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [self.table],
        )
        names = [name for (name,) in found.fetchall()]
        columns = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(self.given.get(name, f'seed."{name}"') for name in names)
        # Made of the words of this file and the names of columns.
        return f"INSERT INTO {self.table} ({columns}) SELECT {values} FROM {self.source}"  # noqa: S608


_TASKS = Copies(
    table="governance_task",
    given={
        "id": "made.id",
        "root_id": "made.id",
        "agent_id": "made.agent_id",
        "external_id": "made.name",
        "action_digest": "'sha256:' || encode(sha256(made.id::text::bytea), 'hex')",
        "task_type": "made.task_type",
        "level": "made.level",
        "state": "made.state",
        "description": "made.description",
        "needs_grant": "false",
        "escalation": "NULL",
        "answer_by": "NULL",
        "created_at": "made.finished_at - interval '20 min'",
        "finished_at": "made.finished_at",
        "started_at": "CASE made.state WHEN 'FINISHED' THEN made.finished_at - interval '3 min' END",
    },
    source="""
    governance_task AS seed, (
        SELECT task_id AS id, fleet_id, agent_id, task_external_id AS name, task_type, level,
            'FINISHED' AS state, finished_at,
            CASE WHEN hashtext(task_id::text) %% 5 = 0 THEN 'people' ELSE '' END AS description
        FROM governance_outcome WHERE task_id IS NOT NULL
        UNION ALL
        SELECT gen_random_uuid(), fleet_id, agent_id, 'x-' || task_external_id, task_type, level,
            (ARRAY['DENIED', 'DENIED', 'EXPIRED'])[1 + fact / 100 %% 3], finished_at,
            (ARRAY['gate', 'people', 'people'])[1 + fact / 100 %% 3]
        FROM governance_outcome WHERE task_id IS NOT NULL AND fact %% 100 = 0
    ) AS made
    WHERE seed.external_id = 'seed' AND made.fleet_id = seed.fleet_id
    """,
)
_DECISIONS = Copies(
    table="governance_decision",
    given={
        "id": "gen_random_uuid()",
        "task_id": "task.id",
        "agent_id": "task.agent_id",
        "verdict": "said.verdict",
        "would_be": "said.verdict",
        "task_type": "task.task_type",
        "tier": "(ARRAY['low', 'medium', 'high'])[1 + abs(hashtext(task.agent_id::text)) %% 3]",
        "level": "task.level",
        "created_at": "task.created_at",
    },
    source="""
    governance_task AS task,
    LATERAL (SELECT CASE task.description WHEN 'people' THEN 'escalate' WHEN 'gate' THEN 'deny'
        ELSE 'allow' END AS verdict) AS said,
    (SELECT decision.* FROM governance_decision AS decision JOIN governance_task AS first
        ON first.id = task_id WHERE first.external_id = 'seed' LIMIT 1) AS seed
    WHERE task.external_id LIKE 'w-%%' OR task.external_id LIKE 'x-w-%%'
    """,
)
_TICKETS = Copies(
    table="escalations_ticket",
    given={
        "id": "gen_random_uuid()",
        "number": "1000 + row_number() OVER (ORDER BY task.created_at)",
        "task_id": "task.id",
        "agent_id": "task.agent_id",
        "action_digest": "task.action_digest",
        "risk_level": "task.level",
        "version": "2",
        "opened_at": "task.created_at",
        "decide_by": "task.created_at + interval '16 min'",
        "state": "CASE task.state WHEN 'EXPIRED' THEN 'EXPIRED' ELSE 'RESOLVED' END",
        "resolution": """CASE task.state WHEN 'FINISHED' THEN 'approved' WHEN 'DENIED' THEN 'denied'
            ELSE '' END""",
        "resolved_at": """task.created_at + CASE task.state WHEN 'EXPIRED' THEN interval '16 min'
            ELSE interval '1 s' * (20 + abs(hashtext(task.id::text)) %% 900) END""",
        "resolved_by": """CASE task.state WHEN 'EXPIRED' THEN 'deadline' ELSE
            (ARRAY['rita', 'ravi', 'mona'])[1 + abs(hashtext(task.id::text)) %% 3] END""",
        "escalation_level": "1 + (abs(hashtext(task.id::text)) %% 10 = 0)::int",
        "escalate_at": "NULL",
        "reason_code": "'within_policy'",
    },
    source="""
    governance_task AS task, (SELECT * FROM escalations_ticket WHERE number = 1) AS seed
    WHERE task.description = 'people'
    """,
)
_VOTES = """
INSERT INTO escalations_vote (id, ticket_id, user_id, role, choice, reason_code, reason_text,
    action_digest, ticket_version, policy_id, began_at, created_at)
SELECT gen_random_uuid(), ticket.id, person.id,
    CASE username WHEN 'mona' THEN 'manager' ELSE 'reviewer' END,
    CASE resolution WHEN 'approved' THEN 'approve' ELSE 'deny' END, reason_code, '',
    action_digest, 1, policy_id, opened_at, resolved_at
FROM escalations_ticket AS ticket JOIN auth_user AS person ON username = resolved_by
WHERE number > 1000
"""
_TRANSITIONS = Copies(
    table="governance_breakertransition",
    given={
        "id": "gen_random_uuid()",
        "agent_id": "agent.id",
        "fact": "1 + round",
        "move": "step.move",
        "before": "jsonb_build_object('state', was, 'hold', 'none')",
        "after": "jsonb_build_object('state', becomes, 'hold', 'none')",
        "created_at": """now() - interval '1 day' * (%(days)s::float8 * (
            round + abs(hashtext(agent.id::text || round)) %% 1000 / 1000.0) / 3) + step.later""",
    },
    source="""
    governance_agent AS agent, generate_series(0, 2) AS round,
    (VALUES ('tripped', 'CLOSED', 'OPEN', interval '0'),
        ('probation_started', 'OPEN', 'HALF_OPEN', interval '15 min'),
        ('closed', 'HALF_OPEN', 'CLOSED', interval '6 hours')) AS step (move, was, becomes, later),
    (SELECT * FROM governance_breakertransition WHERE move = 'tripped'
        ORDER BY created_at DESC LIMIT 1) AS seed
    WHERE agent.external_id LIKE 'bench-%%'
    """,
)
_ALARMS = Copies(
    table="governance_driftalarm",
    given={
        "id": "gen_random_uuid()",
        "agent_id": "made.agent_id",
        "outcome_id": "made.id",
        "since_at": "made.finished_at - interval '1 day'",
        "raised_at": "made.finished_at",
        "created_at": "made.finished_at",
        "acknowledged_at": "made.finished_at + interval '3 hours'",
        "acknowledged_by": "'mona'",
        "acknowledged_fact": "made.fact",
    },
    source="""
    (SELECT * FROM governance_outcome WHERE fact %% 1000 = 500) AS made,
    (SELECT * FROM governance_driftalarm ORDER BY created_at LIMIT 1) AS seed
    """,
)
_CASCADES = """
INSERT INTO governance_cascade (id, fleet_id, origin, root_id, agent_id, sentence, evidence,
    enforced, beyond, policy_id, opened_at, resolved_at, resolved_by, resolution)
SELECT gen_random_uuid(), task.fleet_id, 'lineage', task.id, task.agent_id,
    'Failures spread from one task to the next.', '{}', true, 0, fleet.policy_id,
    task.created_at, task.created_at + interval '2 hours', 'mona', 'Everything it held is settled.'
FROM governance_task AS task JOIN governance_fleet AS fleet ON fleet.id = fleet_id
WHERE task.description = 'gate' AND hashtext(task.id::text) %% 20 = 0
"""
_INCIDENTS = """
INSERT INTO governance_fleetincident (id, fleet_id, kind, sentence, shared, agents, raised_at,
    ended_at)
SELECT gen_random_uuid(), %(fleet)s, 'freezes', 'Many agents were frozen within minutes.', '[]',
    '[]', at, at + interval '4 hours'
FROM generate_series(now() - %(days)s * interval '1 day', now() - interval '1 day',
    interval '4 days') AS at
"""
_EVENTS = """
INSERT INTO governance_event (id, fleet_id, seq, name, ids, payload, actor, previous_hash, hash,
    created_at, pushed_at)
SELECT gen_random_uuid(), %(fleet)s, 10000000 + row_number() OVER (), name, ids, payload, actor,
    repeat('0', 64), repeat('0', 64), at, at
FROM (
    SELECT 'task.resolved' AS name, jsonb_build_object('task', task.id, 'agent', task.agent_id)
        AS ids, jsonb_build_object('state', CASE task.state WHEN 'FINISHED' THEN 'READY'
            ELSE task.state END) AS payload, resolved_by AS actor, resolved_at AS at
    FROM escalations_ticket JOIN governance_task AS task ON task.id = task_id WHERE number > 1000
    UNION ALL
    SELECT CASE ticket.state WHEN 'EXPIRED' THEN 'ticket.expired' ELSE 'ticket.resolved' END,
        jsonb_build_object('ticket', id, 'agent', agent_id, 'task', task_id),
        jsonb_build_object('number', number, 'resolution', resolution, 'by', resolved_by,
            'reason_code', reason_code, 'reason_text', '', 'emergency', false, 'votes', 0),
        resolved_by, resolved_at
    FROM escalations_ticket AS ticket WHERE number > 1000
    UNION ALL
    SELECT 'ticket.opened', jsonb_build_object('ticket', id, 'agent', agent_id, 'task', task_id),
        jsonb_build_object('number', number, 'kind', kind, 'level', risk_level,
            'approvals_needed', approvals_needed, 'decide_by', decide_by, 'practice', false,
            'flooded', false), 'gate', opened_at
    FROM escalations_ticket WHERE number > 1000
    UNION ALL
    SELECT 'breaker.' || move, jsonb_build_object('agent', agent_id, 'transition', id),
        (SELECT payload FROM governance_event WHERE name = 'breaker.tripped' LIMIT 1), moved.actor,
        moved.created_at
    FROM governance_breakertransition AS moved
    WHERE agent_id IN (SELECT id FROM governance_agent WHERE external_id LIKE 'bench-%%')
        AND created_at < now() - interval '1 day'
    UNION ALL
    SELECT 'drift.found', jsonb_build_object('agent', agent_id, 'alarm', id),
        (SELECT payload FROM governance_event WHERE name = 'drift.found' LIMIT 1), 'detector',
        created_at
    FROM governance_driftalarm WHERE created_at < now() - interval '1 day'
) AS made
"""
# Facts of a fleet are numbered as they happened; twice, since no number is given out twice.
_NUMBERS = """
UPDATE governance_event AS event SET seq = %(above)s + place
FROM (SELECT id, row_number() OVER (ORDER BY created_at, seq) AS place FROM governance_event
    WHERE fleet_id = %(fleet)s) AS ordered
WHERE ordered.id = event.id
"""
_COUNTERS = """
UPDATE governance_fleet SET
    event_seq = (SELECT max(seq) FROM governance_event WHERE fleet_id = %(fleet)s),
    ticket_seq = (SELECT max(number) FROM escalations_ticket WHERE fleet_id = %(fleet)s)
WHERE id = %(fleet)s
"""
STEPS: Mapping[str, Copies | str] = {
    "tasks": _TASKS,
    "decisions": _DECISIONS,
    "tickets": _TICKETS,
    "votes": _VOTES,
    "breaker moves": _TRANSITIONS,
    "drift alarms": _ALARMS,
    "cascades": _CASCADES,
    "fleet incidents": _INCIDENTS,
    "events": _EVENTS,
}
# How a fleet stood in finer steps: what was looked at in a day was looked at in its parts as well.
FLEET_PAST = Copies(
    table="governance_fleetbucket",
    given={
        "id": "gen_random_uuid()",
        "size": "finer.size",
        "starts_at": "at",
        "taken_at": "at",
    },
    source="""
    governance_fleetbucket AS seed,
    (VALUES ('hour', interval '1 hour', interval '32 days'),
        ('5min', interval '5 min', interval '3 days')) AS finer (size, length, kept),
    generate_series(seed.starts_at, seed.starts_at + interval '23:55', length) AS at
    WHERE seed.size = 'day' AND seed.starts_at > now() - kept AND at < now()
    ON CONFLICT DO NOTHING
    """,
)


def step_run(
    connection: psycopg.Connection, step: Copies | str, given: Mapping[str, object]
) -> int:
    """Run one of `STEPS` in a transaction of its own and return how many rows it made."""
    sql = step if isinstance(step, str) else step.sql(connection)
    with connection.transaction():
        return connection.execute(sql.encode(), given).rowcount


def events_number(connection: psycopg.Connection, fleet: object) -> None:
    """Number the events of the fleet in the order in which they happened."""
    for above in (20_000_000, 0):
        step_run(connection, _NUMBERS, {"fleet": fleet, "above": above})
    step_run(connection, _COUNTERS, {"fleet": fleet})
