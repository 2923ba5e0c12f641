"""The receiver's process and the endpoints that lead to it, and what was due to each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import trustme

from config.embedded.home import home_database_url
from tests.chaos.notice_reckoning import Due, Got
from tests.e2e.stack import PROJECT, Stack

PATHS = ("/a", "/b", "/c", "/d")
# Levels of people are called after 6 and 12 s, and nobody's minute to decide is long.
PREPARE = """
import json, sys
from dataclasses import replace
from django.contrib.auth import get_user_model
from escalations.services.escalation_policies import LevelDraft, escalation_publish
from governance.models import Fleet
from governance.selectors.policies import policy_of
from governance.services.policies import policy_publish
from governance.services.webhooks import webhook_create

fleet, adam = Fleet.objects.get(), get_user_model().objects.get(username="adam")
fleet.outbound_networks = ["127.0.0.0/8"]
fleet.save(update_fields=["outbound_networks"])
policy = policy_of(fleet.policy)
timing = replace(policy.tickets, decide_low_min=1, decide_medium_min=1, decide_high_min=1)
policy_publish(
    fleet=fleet, policy=replace(policy, tickets=timing), user=adam, reason="Short, to be tried."
)
escalation_publish(
    fleet=fleet,
    user=adam,
    levels=[LevelDraft(people=[], roles=[role]) for role in ("reviewer", "manager", "admin")],
    shares=[0.1, 0.2],
    reason="Soon, to be tried.",
    replaces=0,
)
for path in PATHS:
    webhook_create(fleet=fleet, user=adam, name=path, url=URL + path, events=["ticket.*"])
"""
# What an endpoint has not been given yet counts as much as what it was given and has not taken.
DUE = """
SELECT w.name, e.id::text, e.created_at FROM governance_webhookendpoint w
JOIN governance_event e ON e.fleet_id = w.fleet_id AND e.created_at >= w.created_at
WHERE e.name LIKE 'ticket.%'
"""
# A ticket that waits is yet to be escalated and to expire.
TO_COME = "SELECT count(*) FROM escalations_ticket WHERE state = 'PENDING'"
WAITING = """
SELECT count(*) FROM governance_webhookendpoint w
JOIN governance_event e ON e.fleet_id = w.fleet_id AND e.created_at >= w.created_at
LEFT JOIN governance_webhookdelivery d ON d.event_id = e.id AND d.endpoint_id = w.id
WHERE e.name LIKE 'ticket.%' AND (d.id IS NULL OR d.state = 'pending')
"""


@dataclass(frozen=True, slots=True)
class Receiving:
    """A receiver that runs: where it is, whom to believe, how it answers, what it got."""

    url: str
    authority: Path
    manners: Path
    journal: Path

    @property
    def environ(self) -> dict[str, str]:
        """Return what the stack must know to believe it."""
        return {"SSL_CERT_FILE": str(self.authority)}

    def got(self) -> list[Got]:
        """Return every message that reached it."""
        lines = self.journal.read_text("utf-8").splitlines()
        return [
            Got(
                channel=line["channel"],
                step=line["step"],
                message=line["message"],
                at=line["at"],
                taken=line["taken"],
            )
            for line in map(json.loads, lines)
        ]


@contextmanager
def receiving(folder: Path) -> Iterator[Receiving]:
    """Run a receiver until the block ends."""
    authority, certificate = folder / "authority.pem", folder / "certificate.pem"
    issuer = trustme.CA()
    issuer.cert_pem.write_to_path(authority)
    issuer.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
    manners, journal = folder / "manners.json", folder / "received.jsonl"
    manners.write_text("{}", "utf-8")
    journal.touch()
    words = [str(each) for each in (certificate, journal, manners)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.receiver", *words],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        yield Receiving(f"https://127.0.0.1:{port}", authority, manners, journal)
    finally:
        process.terminate()
        process.wait(timeout=10)


def hooks_made(stack: Stack, receiver: Receiving) -> Sequence[str]:
    """Let the stack's fleet send its tickets' events to every path, and return the paths."""
    given = f"PATHS, URL = {PATHS!r}, {receiver.url!r}\n"
    stack.manage("shell", "-v0", "-c", given + PREPARE)
    return PATHS


def hooks_due(stack: Stack) -> list[Due]:
    """Return what each endpoint must have been told of: every event of a ticket since it is there."""
    with psycopg.connect(home_database_url(stack.home)) as connection:
        rows = connection.execute(DUE).fetchall()
    return [Due(channel=name, step=step, at=at.timestamp()) for name, step, at in rows]


def hooks_waiting(stack: Stack) -> int:
    """Return how many of these are neither taken nor given up, or are still to come."""
    with psycopg.connect(home_database_url(stack.home)) as connection:
        counted = [connection.execute(query).fetchone() for query in (WAITING, TO_COME)]
    return sum(int(row[0]) for row in counted if row is not None)
