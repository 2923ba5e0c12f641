"""Each invariant is broken on purpose once: rows that no service would write are told of."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from escalations.models import Ticket
from escalations.services.claims import ticket_claim
from governance.models import Event
from tests.clock import NOON
from tests.escalations.answering import approve
from tests.escalations.invariant_registry import INVARIANTS
from tests.escalations.invariants import broken
from tests.escalations.preapproving import NOTE, rule_made
from tests.escalations.rows import Rows, rows_read
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

APPROVED, CLAIMED, RULED = 0, 1, 2


@pytest.fixture
def rows(fleet: Fleet, crew: Crew, clock: Clock) -> Rows:
    """Return a ticket that is approved and started, one claimed by rita, one approved by a rule."""
    shop = Orchestrator(fleet, crew)
    task, other = shop.ask("refund").task, shop.ask("refund").task
    first = approve(Ticket.objects.get(task=task), crew.rita).ticket
    approve(first, crew.mona)
    clock.forward(seconds=10)
    shop.start(task)
    waiting = Ticket.objects.get(task=other)
    ticket_claim(ticket_id=waiting.pk, user=crew.rita, expected_version=1)
    shop.tool_new("note", NOTE)
    rule_made(fleet, crew.mona)
    shop.ask("note")
    return rows_read(fleet)


def ticket(place: int, **fields: Any) -> Callable[[Rows], Rows]:
    """Return a change of a ticket's columns."""

    def change(rows: Rows) -> Rows:
        for name, found in fields.items():
            setattr(rows.tickets[place], name, found)
        return rows

    return change


def vote(**fields: Any) -> Callable[[Rows], Rows]:
    """Return a change of the second approval."""

    def change(rows: Rows) -> Rows:
        for name, found in fields.items():
            setattr(rows.votes[rows.tickets[APPROVED].pk][1], name, found)
        return rows

    return change


def grant(**fields: Any) -> Callable[[Rows], Rows]:
    """Return a change of the approval's grant."""

    def change(rows: Rows) -> Rows:
        for name, found in fields.items():
            setattr(rows.grants[rows.tickets[APPROVED].pk][0], name, found)
        return rows

    return change


def used_uncounted(rows: Rows) -> Rows:
    rule = rows.tickets[RULED].preapproval
    assert rule is not None
    rule.uses = 0
    return rows


def without_votes(rows: Rows) -> Rows:
    return replace(rows, votes={})


def granted_twice(rows: Rows) -> Rows:
    return replace(rows, grants={key: [*each, *each] for key, each in rows.grants.items()})


def without_managers(rows: Rows) -> Rows:
    return replace(rows, members=dict.fromkeys(rows.members, "reviewer"))


def without_members(rows: Rows) -> Rows:
    return replace(rows, members={})


def voted_by_one(rows: Rows) -> Rows:
    first, second = rows.votes[rows.tickets[APPROVED].pk]
    second.user_id = first.user_id
    return rows


def told_of_an_end(rows: Rows) -> Rows:
    rows.told[str(rows.tickets[APPROVED].pk)].insert(1, Event(name="ticket.expired"))
    return rows


def called_by_nobody(rows: Rows) -> Rows:
    told = Event(
        name="ticket.escalated", actor="rita", payload={"by": "ravi", "reason": "", "level": 2}
    )
    rows.tickets[CLAIMED].escalation_level = 2
    rows.told[str(rows.tickets[CLAIMED].pk)].append(told)
    return rows


def told_of_nothing(rows: Rows) -> Rows:
    rows.told[str(rows.tickets[CLAIMED].pk)].clear()
    return rows


def held_for_good(rows: Rows) -> Rows:
    held = rows.tickets[CLAIMED]
    held.lease_until = rows.now + timedelta(minutes=31)
    return rows


def held_six_times(rows: Rows) -> Rows:
    return replace(rows, tickets=[rows.tickets[CLAIMED]] * 6)


def expired_by_somebody(rows: Rows) -> Rows:
    rows.tickets[APPROVED].state = "EXPIRED"
    return rows


def told_and_run(rows: Rows) -> Rows:
    task = rows.task_of(rows.tickets[APPROVED])
    assert task is not None
    task.answer_read_at = rows.now
    return rows


def task_that_waits(rows: Rows) -> Rows:
    rows.tickets[APPROVED].resolution = "denied"
    return rows


def without_starts(rows: Rows) -> Rows:
    rows.starts.clear()
    return rows


def without_an_event(rows: Rows) -> Rows:
    return replace(rows, events=rows.events[1:])


BREAKS = {
    "each_level_is_told_once_and_none_is_taken_back": ticket(CLAIMED, escalation_level=2),
    "every_call_of_a_level_says_why_and_by_hand_who": called_by_nobody,
    "below_the_last_level_there_is_a_next_step": ticket(CLAIMED, escalate_at=None),
    "a_level_is_called_while_there_is_time": ticket(
        CLAIMED, escalated_at=NOON - timedelta(minutes=1)
    ),
    "one_grant_lives_at_most": granted_twice,
    "an_approval_has_issued_one_grant_for_each_time_it_was_given": granted_twice,
    "only_an_approved_ticket_has_a_grant_that_lives": ticket(APPROVED, resolution=""),
    "a_grant_permits_exactly_what_was_shown_at_the_last_vote": grant(action_digest="sha256:other"),
    "a_task_runs_as_its_ticket_shows_it": ticket(APPROVED, resolution="approved_edited"),
    "nothing_is_approved_without_a_quorum_of_distinct_people": voted_by_one,
    "what_nobody_voted_for_was_approved_by_a_rule_that_lived_then": ticket(
        RULED, risk_level="HIGH"
    ),
    "a_rule_counts_each_ticket_that_it_approved": used_uncounted,
    "an_emergency_has_two_admins_and_a_review_that_neither_answers": ticket(
        APPROVED, emergency=True
    ),
    "where_a_manager_is_needed_one_has_approved": without_managers,
    "nobody_votes_who_is_no_member_or_owns_the_agent": without_members,
    "one_person_has_one_standing_vote": voted_by_one,
    "a_vote_was_given_to_what_the_voter_had_read": vote(ticket_version=1),
    "a_denial_beats_an_approval_until_the_grant_is_used": vote(choice="deny"),
    "what_ended_without_an_answer_stays_so": told_of_an_end,
    "a_denial_that_the_agent_knows_of_is_final": told_and_run,
    "nobody_is_said_to_have_denied_what_expired": expired_by_somebody,
    "every_move_has_one_event_and_one_version": ticket(CLAIMED, version=1),
    "a_ticket_was_opened_once_and_first": told_of_nothing,
    "votes_and_what_was_told_of_them_are_the_same": without_votes,
    "a_claim_has_an_end_and_one_holder": ticket(CLAIMED, lease_until=None),
    "nobody_keeps_a_claim_for_good": held_for_good,
    "nobody_holds_more_than_they_can_work_on": held_six_times,
    "whoever_claims_may_decide": without_members,
    "a_task_stands_where_its_ticket_says": task_that_waits,
    "what_runs_was_started_once_by_a_used_grant": without_starts,
    "whatever_is_over_says_since_when": ticket(APPROVED, resolved_at=None),
    "tickets_are_numbered_without_gaps": ticket(CLAIMED, number=4),
    "events_are_numbered_without_gaps_and_chained": without_an_event,
}


def test_rows_that_services_wrote_break_no_invariant(rows: Rows) -> None:
    assert broken(rows) == []


def test_every_invariant_tells_of_rows_that_no_service_writes(rows: Rows) -> None:
    told_of = {
        name for name, change in BREAKS.items() if list(INVARIANTS[name](change(deepcopy(rows))))
    }

    assert told_of == INVARIANTS.keys()
