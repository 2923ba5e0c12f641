"""What holds about claims at every moment, among the invariants of tickets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from governance.selectors.policies import policy_of
from tests.escalations.invariant_registry import invariant_of
from tests.escalations.rows import Rows

# Who holds a ticket after an event that says so, and where it does.
HOLDER_IN = {"ticket.claimed": "by", "ticket.reassigned": "given_to"}


@invariant_of
def a_claim_has_an_end_and_one_holder(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        parts = (ticket.claimed_by, ticket.claimed_at, ticket.claim_seen_at, ticket.lease_until)
        if not any(parts):
            continue
        if ticket.state != "PENDING" or not all(parts):
            yield f"#{ticket.number} is {ticket.state} with half a claim: {parts}"
            continue
        told = [e for e in rows.told[str(ticket.pk)] if e.name in HOLDER_IN]
        holder = told[-1].payload[HOLDER_IN[told[-1].name]]
        if holder != str(ticket.claimed_by):
            yield f"#{ticket.number} is held by {ticket.claimed_by}, told {holder}"


@invariant_of
def nobody_keeps_a_claim_for_good(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        if ticket.claimed_at is None or ticket.lease_until is None:
            continue
        longest = timedelta(minutes=policy_of(ticket.policy).tickets.lease_longest_min)
        if ticket.lease_until - ticket.claimed_at > longest:
            yield f"#{ticket.number} is claimed from {ticket.claimed_at} to {ticket.lease_until}"


@invariant_of
def nobody_holds_more_than_they_can_work_on(rows: Rows) -> Iterator[str]:
    held = Counter(
        ticket.claimed_by_id
        for ticket in rows.tickets
        if ticket.lease_until and min(ticket.lease_until, ticket.decide_by) > rows.now
    )
    most = max((policy_of(t.policy).tickets.claims_max for t in rows.tickets), default=0)
    yield from (f"person {who} holds {count}" for who, count in held.items() if count > most)


@invariant_of
def whoever_claims_may_decide(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        owner = ticket.agent.owner_id if ticket.agent else None
        holder = ticket.claimed_by_id
        if holder is not None and (holder == owner or holder not in rows.members):
            yield f"#{ticket.number} is claimed by {ticket.claimed_by}"
