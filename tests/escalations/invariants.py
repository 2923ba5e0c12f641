"""What holds about a fleet's tickets at every moment, whoever moved them in whichever order.

Each invariant reads stored rows and returns a sentence for everything that breaks it. The stateful
test asks them after every move, ``python -m tests.chaos.tickets`` after a minute of moves at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from escalations.selectors.edits import is_edited
from governance.services.events import GENESIS, event_hash
from tests.escalations import (  # each counts its own among them
    claim_invariants,  # noqa: F401
    escalation_invariants,  # noqa: F401
)
from tests.escalations.invariant_registry import INVARIANTS, invariant_of
from tests.escalations.rows import Rows

if TYPE_CHECKING:
    from escalations.models import Ticket
    from governance.models import Event

# By how much each event says that its ticket's version grew; one of them tells of each move.
# What a resolution says was moved by the vote recorded just before it; a lease that ends by
# itself leaves the version to whoever is answering, and so does a snooze.
VERSION_STEP: Mapping[str, int] = {
    "ticket.opened": 0,
    "ticket.unroutable": 0,
    "ticket.claimed": 1,
    "ticket.claim_released": 1,
    "ticket.reassigned": 1,
    "ticket.snoozed": 1,
    "ticket.woken": 0,
    "ticket.escalated": 0,
    "ticket.asked": 1,
    "ticket.answered": 1,
    "ticket.edited": 1,
    "ticket.vote_recorded": 1,
    "ticket.resolved": 0,
    "ticket.undone": 1,
    "ticket.reopened": 1,
    "ticket.expired": 1,
    "ticket.withdrawn": 1,
    "ticket.superseded": 1,
}
MANAGERS = {"manager", "admin"}
LIVE_GRANT = {"ISSUED", "CONSUMED"}
STARTED = {"RUNNING", "FINISHED"}
APPROVED = {"approved", "approved_edited"}
ENDED_BY = {
    "ticket.expired": "EXPIRED",
    "ticket.withdrawn": "CANCELLED",
    "ticket.superseded": "SUPERSEDED",
}
# Where a task stands that people were asked about, while their answer says only one place.
TASK_STATES: Mapping[str, set[str]] = {
    "PENDING": {"PENDING"},
    "EXPIRED": {"EXPIRED"},
    "CANCELLED": {"CANCELLED"},
    "SUPERSEDED": {"CANCELLED"},
    "denied": {"DENIED"},
    "responded": {"DENIED"},
}


def broken(rows: Rows) -> list[str]:
    """Return a sentence for everything that breaks an invariant, with the name of that."""
    return [f"{name}: {said}" for name, holds in INVARIANTS.items() for said in holds(rows)]


@invariant_of
def one_grant_lives_at_most(rows: Rows) -> Iterator[str]:
    live = Counter(
        g.task_id for each in rows.grants.values() for g in each if g.state in LIVE_GRANT
    )
    yield from (f"task {task} has {count} live grants" for task, count in live.items() if count > 1)


@invariant_of
def an_approval_has_issued_one_grant_for_each_time_it_was_given(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        given = sum(
            event.name == "ticket.resolved" and event.payload["resolution"] in APPROVED
            for event in rows.told[str(ticket.pk)]
        )
        found = len(rows.grants.get(ticket.pk, ()))
        if ticket.kind == "task" and found != given:
            yield f"#{ticket.number} was approved {given} times and issued {found} grants"


@invariant_of
def only_an_approved_ticket_has_a_grant_that_lives(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        live = any(grant.state in LIVE_GRANT for grant in rows.grants.get(ticket.pk, ()))
        if live and ticket.resolution not in APPROVED:
            yield f"#{ticket.number} is {_standing_of(ticket)} and its grant lives"


@invariant_of
def a_grant_permits_exactly_what_was_shown_at_the_last_vote(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        shown = {vote.action_digest for vote in rows.standing(ticket, "approve")}
        shown.add(ticket.action_digest)
        for grant in rows.grants.get(ticket.pk, ()):
            if grant.state in LIVE_GRANT and shown != {grant.action_digest}:
                yield f"#{ticket.number} granted {grant.action_digest}, shown were {shown}"


@invariant_of
def a_task_runs_as_its_ticket_shows_it(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        task = rows.task_of(ticket) if ticket.kind == "task" else None
        if task is None:
            continue
        if task.action_digest != ticket.action_digest:
            yield f"#{ticket.number} shows {ticket.action_digest}, its task has {task.action_digest}"
        if bool(task.arguments_asked) != is_edited(ticket):
            yield f"#{ticket.number} and its task do not agree whether it was edited"
        if ticket.resolution in APPROVED and (ticket.resolution == "approved") == is_edited(ticket):
            yield f"#{ticket.number} is {ticket.resolution}, edited: {is_edited(ticket)}"


@invariant_of
def nothing_is_approved_without_a_quorum_of_distinct_people(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        people = {vote.user_id for vote in rows.standing(ticket, "approve")}
        if (
            ticket.preapproval is None
            and not ticket.emergency
            and ticket.resolution in APPROVED
            and len(people) < ticket.approvals_needed
        ):
            yield f"#{ticket.number} needs {ticket.approvals_needed} approvals, {len(people)} stand"


@invariant_of
def what_nobody_voted_for_was_approved_by_a_rule_that_lived_then(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        rule = ticket.preapproval
        if rule is None:
            continue
        if ticket.risk_level not in {"LOW", "MEDIUM"} or ticket.practice or ticket.needs_manager:
            yield f"#{ticket.number} of level {ticket.risk_level} was approved by {rule}"
        begun, over = rule.accepted_at, min(rule.ended_at or rule.expires_at, rule.expires_at)
        if (
            begun is None
            or not begun <= ticket.opened_at <= over
            or ticket.opened_at == rule.expires_at
        ):
            yield f"#{ticket.number} of {ticket.opened_at} was approved by {rule}, {begun} to {over}"


@invariant_of
def a_rule_counts_each_ticket_that_it_approved(rows: Rows) -> Iterator[str]:
    matched = Counter(ticket.preapproval for ticket in rows.tickets if ticket.preapproval)
    for rule, found in matched.items():
        if rule.uses != found or (rule.uses_most is not None and found > rule.uses_most):
            yield f"{rule} of {rule.uses_most} uses counts {rule.uses}, approved {found}"


@invariant_of
def an_emergency_has_two_admins_and_a_review_that_neither_answers(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        # Who calls it and then denies it has taken the call back.
        if not ticket.emergency or ticket.resolution not in APPROVED:
            continue
        calls = rows.standing(ticket, "emergency")
        admins = {vote.user_id for vote in calls if vote.role == "admin"}
        if len(admins) < 2 or any(len(vote.reason_text) < 30 for vote in calls):
            yield f"#{ticket.number} is an emergency of {calls}"
        reviews = [each for each in rows.tickets if each.subject in {vote.pk for vote in calls}]
        # One that expired is asked for again, so there is always one that did not.
        standing = [each for each in reviews if each.state != "EXPIRED"]
        late = [each for each in reviews if each.decide_by - each.opened_at > timedelta(hours=24)]
        if len(standing) != 1 or late:
            yield f"#{ticket.number} is an emergency with reviews {reviews}"
        if {v.user_id for each in reviews for v in rows.votes.get(each.pk, ())} & admins:
            yield f"#{ticket.number} is reviewed by one of its admins"


@invariant_of
def where_a_manager_is_needed_one_has_approved(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        votes = [*rows.standing(ticket, "approve"), *rows.standing(ticket, "emergency")]
        roles = {rows.members.get(vote.user_id) for vote in votes}
        if ticket.resolution in APPROVED and ticket.needs_manager and not roles & MANAGERS:
            yield f"#{ticket.number} is approved by {roles}"


@invariant_of
def nobody_votes_who_is_no_member_or_owns_the_agent(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        owner = ticket.agent.owner_id if ticket.agent else None
        for vote in rows.votes.get(ticket.pk, ()):
            if vote.user_id == owner or vote.user_id not in rows.members:
                yield f"#{ticket.number} has a vote of {vote.user}"


@invariant_of
def one_person_has_one_standing_vote(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        found = Counter(vote.user_id for vote in rows.standing(ticket) if vote.task_id is None)
        if any(count > 1 for count in found.values()):
            yield f"#{ticket.number} has several standing votes of one person"


@invariant_of
def a_vote_was_given_to_what_the_voter_had_read(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        votes = rows.votes.get(ticket.pk, ())
        read = [vote.ticket_version for vote in votes]
        if len(set(read)) != len(read) or any(version >= ticket.version for version in read):
            yield f"#{ticket.number} of version {ticket.version} has votes on versions {read}"
        if {vote.action_digest for vote in rows.standing(ticket)} - {ticket.action_digest}:
            yield f"#{ticket.number} has votes that count on another action"


@invariant_of
def a_denial_beats_an_approval_until_the_grant_is_used(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        states = {grant.state for grant in rows.grants.get(ticket.pk, ())}
        denied = bool(rows.standing(ticket, "deny"))
        if denied and (ticket.resolution != "denied" or states & LIVE_GRANT):
            yield f"#{ticket.number} is {_standing_of(ticket)} with a denial and grants {states}"


@invariant_of
def what_ended_without_an_answer_stays_so(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        names = [event.name for event in rows.told[str(ticket.pk)]]
        ends = [name for name in names if name in ENDED_BY]
        if ends and (names[-1] != ends[0] or ticket.state != ENDED_BY[ends[0]]):
            yield f"#{ticket.number} is {_standing_of(ticket)} after {names}"


@invariant_of
def a_denial_that_the_agent_knows_of_is_final(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        task = rows.task_of(ticket) if ticket.kind == "task" else None
        if task is not None and task.answer_read_at and task.state != "DENIED":
            yield f"#{ticket.number} was told at {task.answer_read_at} and is {task.state}"


@invariant_of
def nobody_is_said_to_have_denied_what_expired(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        task = rows.task_of(ticket)
        if ticket.state != "EXPIRED" or task is None:
            continue
        if ticket.resolved_by or ticket.resolution or (task.resolution or {}).get("by"):
            yield f"#{ticket.number} expired by {ticket.resolved_by!r}: {task.resolution}"


@invariant_of
def every_move_has_one_event_and_one_version(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        told = rows.told[str(ticket.pk)]
        unknown = {event.name for event in told} - VERSION_STEP.keys()
        if unknown:
            yield f"{unknown} has no place in VERSION_STEP"
            continue
        told_version = 1 + sum(map(_step, told))
        if ticket.version != told_version:
            names = [event.name for event in told]
            yield f"#{ticket.number} is at version {ticket.version}, told {told_version}: {names}"


@invariant_of
def a_ticket_was_opened_once_and_first(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        names = [event.name for event in rows.told[str(ticket.pk)]]
        if names[:1] != ["ticket.opened"] or names.count("ticket.opened") != 1:
            yield f"#{ticket.number} began with {names[:3]}"


@invariant_of
def votes_and_what_was_told_of_them_are_the_same(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        told = [e for e in rows.told[str(ticket.pk)] if e.name == "ticket.vote_recorded"]
        cast = [(v.user.get_username(), v.choice) for v in rows.votes.get(ticket.pk, ())]
        if sorted((e.payload["by"], e.payload["choice"]) for e in told) != sorted(cast):
            yield f"#{ticket.number} has {len(cast)} votes and told of {len(told)}"


@invariant_of
def a_task_stands_where_its_ticket_says(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        task = rows.task_of(ticket) if ticket.kind == "task" else None
        allowed = TASK_STATES.get(ticket.resolution or ticket.state)
        if task is not None and allowed is not None and task.state not in allowed:
            yield f"#{ticket.number} is {_standing_of(ticket)}, its task {task.state}"


@invariant_of
def what_runs_was_started_once_by_a_used_grant(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        used = sum(grant.state == "CONSUMED" for grant in rows.grants.get(ticket.pk, ()))
        task = rows.task_of(ticket) if ticket.kind == "task" else None
        if task is None:
            continue
        started = rows.starts[task.pk]
        # Its caller may have given it up since.
        fits = task.state in STARTED | {"CANCELLED"} if started else task.state not in STARTED
        if used != started or started > 1 or not fits:
            yield f"task of #{ticket.number} is {task.state} after {started} starts, {used} grants"


@invariant_of
def whatever_is_over_says_since_when(rows: Rows) -> Iterator[str]:
    for ticket in rows.tickets:
        if (ticket.state == "PENDING") != (ticket.resolved_at is None):
            yield f"#{ticket.number} is {_standing_of(ticket)}, resolved at {ticket.resolved_at}"
        if (ticket.state == "RESOLVED") != bool(ticket.resolution):
            yield f"#{ticket.number} is {ticket.state} with resolution {ticket.resolution!r}"


@invariant_of
def tickets_are_numbered_without_gaps(rows: Rows) -> Iterator[str]:
    numbers = sorted(ticket.number for ticket in rows.tickets)
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"{numbers}"


@invariant_of
def events_are_numbered_without_gaps_and_chained(rows: Rows) -> Iterator[str]:
    numbers = [event.seq for event in rows.events]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"{len(numbers)} events end at {numbers[-1]}"
    if rows.events and rows.events[0].previous_hash != GENESIS:
        yield "the chain has no beginning"
    for before, event in pairwise(rows.events):
        if event.previous_hash != before.hash:
            yield f"the chain breaks at {event.seq}"
    yield from (f"event {e.seq} was changed" for e in rows.events if event_hash(e) != e.hash)


def _step(event: Event) -> int:
    if event.name == "ticket.claim_released" and event.payload["lease_ended"]:
        return 0
    if event.name == "ticket.woken" and event.payload["woken_by"] == "person":
        return 1
    # What a rule approved and takes back when it ends: nobody voted on it.
    if event.name == "ticket.resolved" and event.payload["reason_code"] == "rule_ended":
        return 1
    return VERSION_STEP[event.name]


def _standing_of(ticket: Ticket) -> str:
    return f"{ticket.state} {ticket.resolution}".strip()
