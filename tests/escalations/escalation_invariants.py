"""What holds about levels of escalation at every moment, among the invariants of tickets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from escalations.selectors.escalation import escalation_of
from tests.escalations.invariant_registry import invariant_of
from tests.escalations.rows import Rows


@invariant_of
def each_level_is_told_once_and_none_is_taken_back(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        escalated = [e for e in rows.told[str(ticket.pk)] if e.name == "ticket.escalated"]
        levels = [1, *(event.payload["level"] for event in escalated)]
        if any(later <= before for before, later in pairwise(levels)):
            yield f"#{ticket.number} was escalated to {levels[1:]}"
        if levels[-1] != ticket.escalation_level:
            yield f"#{ticket.number} is with level {ticket.escalation_level}, told {levels}"


@invariant_of
def every_call_of_a_level_says_why_and_by_hand_who(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        escalated = [e for e in rows.told[str(ticket.pk)] if e.name == "ticket.escalated"]
        for event in escalated:
            by, reason = event.payload["by"], event.payload["reason"]
            if by not in {"", event.actor} or not reason:
                yield f"#{ticket.number} was escalated by {by!r} ({event.actor}): {reason!r}"


@invariant_of
def below_the_last_level_there_is_a_next_step(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        policy = escalation_of(ticket)
        last = 1 if policy is None else len(policy.levels)
        if (ticket.escalate_at is None) != (ticket.escalation_level == last):
            yield f"#{ticket.number} is with {ticket.escalation_level}, next {ticket.escalate_at}"


@invariant_of
def a_level_is_called_while_there_is_time(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        at = ticket.escalated_at
        if at is not None and not ticket.opened_at <= at < ticket.decide_by:
            yield f"#{ticket.number} escalated at {at}, opened at {ticket.opened_at}"
