"""The endpoints and mailboxes of a fleet in a hurry, and what each of them was due to be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import psycopg

from config.embedded.home import home_database_url
from tests.chaos.notice_reckoning import Due

if TYPE_CHECKING:
    from tests.chaos.receiving import Receiving
    from tests.e2e.stack import Stack

PATHS = ("/a", "/b", "/c", "/d")
PEOPLE = ("rita", "mona", "adam")
OWN = tuple(f"{name}@mail.example" for name in PEOPLE)
SHARED = ("on-call@mail.example", "log@mail.example")
RECEIVERS = (*PATHS, *OWN, *SHARED)
# Levels of people are called after 30 and 60 s of the ten minutes there are to decide, so that all
# can be told in time whatever is killed.
PREPARE = """
from dataclasses import replace
from django.contrib.auth import get_user_model
from escalations.domain.notifying import ChannelKind
from escalations.services.channel_proof import channel_prove, code_of
from escalations.services.channels import channel_add
from escalations.services.escalation_policies import LevelDraft, escalation_publish
from governance.models import Fleet
from governance.selectors.policies import policy_of
from tests.publishing import policy_publish
from governance.services.webhooks import webhook_create

fleet, people = Fleet.objects.get(), get_user_model().objects
adam = people.get(username="adam")
fleet.outbound_networks = ["127.0.0.0/8"]
fleet.save(update_fields=["outbound_networks"])
policy = policy_of(fleet.policy)
timing = replace(policy.tickets, decide_low_min=10, decide_medium_min=10, decide_high_min=10)
flood = replace(policy.flood, open_most=1000, window_most=1000)
policy_publish(
    fleet=fleet,
    policy=replace(policy, tickets=timing, flood=flood),
    user=adam,
    reason="Short, to be tried.",
)
escalation_publish(
    fleet=fleet,
    user=adam,
    levels=[LevelDraft(people=[], roles=[role]) for role in ("reviewer", "manager", "admin")],
    shares=[0.05, 0.1],
    reason="Soon, to be tried.",
    replaces=0,
    chat_after_s=1,
    mail_after_s=1,
)
for path in PATHS:
    webhook_create(fleet=fleet, user=adam, name=path, url=URL + path, events=["ticket.*"])
owners = [(people.get(username=name), None) for name in PEOPLE] + [(adam, fleet) for _ in SHARED]
for (user, owned), address in zip(owners, (*OWN, *SHARED)):
    made = channel_add(user=user, fleet=owned, kind=ChannelKind.MAIL, address=address)
    channel_prove(user=user, fleet=owned, channel_id=made.pk, code=code_of(made))
"""
# What an endpoint has not been given yet counts as much as what it was given and has not taken.
HOOKS = """
SELECT w.name, e.id::text, e.created_at FROM governance_webhookendpoint w
JOIN governance_event e ON e.fleet_id = w.fleet_id AND e.created_at >= w.created_at
WHERE e.name LIKE 'ticket.%'
"""
# Folded into another message, or no longer of use before it was sent: nothing is due. What was
# attempted before it was of no use may have arrived.
NOTICES = """
SELECT c.address, n.id::text, k.number, n.level, greatest(n.due_at, n.held_until),
    n.state <> 'DROPPED' OR n.unsent = 'expired'
FROM escalations_notice n JOIN escalations_noticechannel c ON c.id = n.channel_id
LEFT JOIN escalations_ticket k ON k.id = n.ticket_id
WHERE n.state <> 'FOLDED' AND (n.state <> 'DROPPED' OR n.unsent = 'expired' OR n.attempts > 0)
"""
# Whatever is called, the fleet's own mailboxes hear of it: here is what nobody planned.
UNPLANNED = """
SELECT c.address, '', k.number, called.level, called.at, true FROM escalations_noticechannel c
CROSS JOIN (
    SELECT (ids->>'ticket')::uuid AS ticket, created_at AS at,
        CASE name WHEN 'ticket.opened' THEN 1 ELSE (payload->>'level')::int END AS level
    FROM governance_event WHERE name IN ('ticket.opened', 'ticket.escalated')
) AS called JOIN escalations_ticket k ON k.id = called.ticket
WHERE c.fleet_id IS NOT NULL AND called.at > c.proven_at AND NOT EXISTS (
    SELECT 1 FROM escalations_notice n
    WHERE n.channel_id = c.id AND n.ticket_id = k.id AND n.level = called.level)
"""
WAITING = (
    """
SELECT count(*) FROM governance_webhookendpoint w
JOIN governance_event e ON e.fleet_id = w.fleet_id AND e.created_at >= w.created_at
LEFT JOIN governance_webhookdelivery d ON d.event_id = e.id AND d.endpoint_id = w.id
WHERE e.name LIKE 'ticket.%' AND (d.id IS NULL OR d.state = 'pending')
""",
    "SELECT count(*) FROM escalations_notice WHERE state = 'WAITING'",
    # A ticket that waits below the last level is yet to be escalated.
    """
SELECT count(*) FROM escalations_ticket WHERE state = 'PENDING' AND escalate_at IS NOT NULL
""",
)
# For the rule that folds many messages into one, time passes quickly.
AGE = (
    """
UPDATE escalations_notice SET sent_at = sent_at - interval '11 minutes'
WHERE sent_at > now() - interval '10 minutes'
""",
    """
UPDATE escalations_notice SET due_at = now(), next_at = now()
WHERE state = 'WAITING' AND purpose = 'digest' AND attempts = 0 AND next_at > now()
""",
)
AGED_EACH_S = 0.5


def channels_made(stack: Stack, receiver: Receiving) -> None:
    """Let the stack's fleet tell every path and every mailbox of its tickets."""
    given = {"PATHS": PATHS, "PEOPLE": PEOPLE, "OWN": OWN, "SHARED": SHARED, "URL": receiver.url}
    said = "\n".join(f"{name} = {value!r}" for name, value in given.items())
    stack.manage("shell", "-v0", "-c", f"{said}\n{PREPARE}")


def steps_due(stack: Stack) -> list[Due]:
    """Return what each receiver must have been told of since it is there."""
    return [
        Due(channel=name, step=step, at=at.timestamp()) for name, step, at in _rows(stack, HOOKS)
    ] + [
        Due(
            channel=address,
            step=f"message {message}" if number is None else f"#{number} level {level}",
            at=at.timestamp(),
            must=must,
        )
        for query in (NOTICES, UNPLANNED)
        for address, message, number, level, at, must in _rows(stack, query)
    ]


def waiting(stack: Stack) -> int:
    """Return how much is neither told nor given up, or is still to come."""
    return sum(int(count) for query in WAITING for (count,) in _rows(stack, query))


@contextmanager
def no_floods(stack: Stack) -> Iterator[None]:
    """Let few messages be folded into one until the block ends, however many there are."""
    over = Event()

    def age() -> None:
        with psycopg.connect(home_database_url(stack.home), autocommit=True) as connection:
            while not over.wait(AGED_EACH_S):
                for statement in AGE:
                    connection.execute(statement)

    thread = Thread(target=age, name="ageing")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=30.0)


def _rows(stack: Stack, query: str) -> Sequence[tuple[Any, ...]]:
    with psycopg.connect(home_database_url(stack.home)) as connection:
        return connection.execute(query).fetchall()
