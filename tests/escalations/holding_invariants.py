"""What holds about snoozes, questions and hand-overs at every moment, beside the other invariants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from escalations.domain.deadlines import wake_before
from escalations.models import Note
from governance.selectors.policies import policy_of
from tests.escalations.invariant_registry import Invariant

if TYPE_CHECKING:
    from governance.models import Event
    from tests.escalations.rows import Rows

MOST_LONGER = 0.5


def holding_broken(rows: Rows) -> list[str]:
    """Return a sentence for everything that breaks one of these, with the name of that."""
    found = HOLDING_INVARIANTS.items()
    return [f"{name}: {said}" for name, holds in found for said in holds(rows)]


def what_is_put_off_waits_and_is_nobodys(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        if ticket.snoozed_until is None:
            continue
        if ticket.state != "PENDING" or ticket.claimed_by_id or not ticket.snoozed_by_id:
            yield f"#{ticket.number} is {ticket.state}, snoozed, claimed by {ticket.claimed_by}"


def nothing_is_put_off_so_far_that_nobody_could_decide_it(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        # A deadline that has passed since is the sweeper's to see.
        if ticket.snoozed_until is None or ticket.decide_by <= rows.now:
            continue
        timing = policy_of(ticket.policy).tickets
        if ticket.snoozed_until >= wake_before(ticket.opened_at, ticket.decide_by, timing=timing):
            yield f"#{ticket.number} to be decided by {ticket.decide_by}, snoozed too long"
        if ticket.risk_level == "CRITICAL":
            yield f"#{ticket.number} is critical and snoozed"


def only_who_held_a_ticket_put_it_off(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        holder = ""
        for event in rows.told[str(ticket.pk)]:
            if event.name == "ticket.snoozed" and event.payload["by"] != holder:
                yield f"#{ticket.number} was snoozed by {event.payload['by']}, held by {holder!r}"
            holder = _holder_after(event, holder)


def the_time_to_decide_grows_once_and_by_half_at_most(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        asked = [e for e in rows.told[str(ticket.pk)] if e.name == "ticket.asked"]
        longer = [e for e in asked if e.payload["is_extended"]]
        if len(longer) > 1 or bool(longer) != (ticket.extended_from is not None):
            yield f"#{ticket.number} was extended {len(longer)} times"
        if ticket.extended_from is None:
            continue
        first = ticket.extended_from - ticket.opened_at
        told = datetime.fromisoformat(longer[0].payload["decide_by"])
        if told - ticket.extended_from > first * MOST_LONGER:
            yield f"#{ticket.number} was extended from {ticket.extended_from} to {told}"


def a_question_stands_until_it_is_answered(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        names = [event.name for event in rows.told[str(ticket.pk)]]
        asked, answered = names.count("ticket.asked"), names.count("ticket.answered")
        if asked - answered != int(ticket.needs_info):
            yield f"#{ticket.number} was asked {asked} times, answered {answered} times"


def whatever_is_said_was_told_once(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        names = [event.name for event in rows.told[str(ticket.pk)]]
        told = {
            "question": names.count("ticket.asked"),
            "answer": names.count("ticket.answered"),
            "handover": names.count("ticket.reassigned"),
        }
        kinds = list(Note.objects.filter(ticket=ticket).values_list("kind", flat=True))
        kept = {kind: kinds.count(kind) for kind in told}
        if kept != told:
            yield f"#{ticket.number} keeps {kept}, told {told}"


def a_task_is_waited_for_as_long_as_its_ticket(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        task = rows.task_of(ticket) if ticket.kind == "task" else None
        if task is not None and ticket.state == "PENDING" and task.answer_by != ticket.decide_by:
            yield f"#{ticket.number} is decided by {ticket.decide_by}, its task {task.answer_by}"


HOLDING_INVARIANTS: dict[str, Invariant] = {
    holds.__name__: holds
    for holds in (
        what_is_put_off_waits_and_is_nobodys,
        nothing_is_put_off_so_far_that_nobody_could_decide_it,
        only_who_held_a_ticket_put_it_off,
        the_time_to_decide_grows_once_and_by_half_at_most,
        a_question_stands_until_it_is_answered,
        whatever_is_said_was_told_once,
        a_task_is_waited_for_as_long_as_its_ticket,
    )
}


def _holder_after(event: Event, holder: str) -> str:
    if event.name == "ticket.claimed":
        return str(event.payload["by"])
    if event.name == "ticket.reassigned":
        return str(event.payload["given_to"])
    is_free = event.name in {"ticket.claim_released", "ticket.snoozed", "ticket.vote_recorded"}
    return "" if is_free else holder
