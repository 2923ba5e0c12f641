"""Requests that a rule approved in advance: each has its ticket, closed as it opens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db.models import F, Q

from escalations.domain.guards import TicketFacts
from escalations.domain.lifecycle import PENDING, Move, TicketKind, apply
from escalations.domain.preapproval import (
    AgentNow,
    RuleRequest,
    RuleState,
    rule_match,
)
from escalations.domain.routing import Bar, barred_reasons
from escalations.events import PreApprovalMatched
from escalations.models import PreApproval, Ticket
from escalations.selectors.preapprovals import rule_of
from escalations.selectors.routing import people_of, person_of, route_of
from escalations.services.effects import grant_issue, resolved_event
from escalations.services.flooding import is_flooding
from escalations.services.telling import told_of_rule
from governance.domain.permissions import Action, permitted
from governance.domain.types import BlastLevel, BreakerState, Hold, Role, Tier, Verdict
from governance.selectors.policies import policy_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.contrib.auth.models import User

    from escalations.domain.routing import Person
    from governance.events import FleetEvent
    from governance.models import Decision, Task

REASON_CODE = "pre_approved"
LONGEST_NAME = 150
# Bars that hold for whoever stands behind a rule, as they would for that person's vote.
_NEVER = frozenset({Bar.OWNS_AGENT, Bar.REQUESTED_IT})


def preapproval_use_step(
    *, ticket: Ticket, task: Task, decision: Decision, now: datetime
) -> PreApproval | None:
    """Return the rule that answers a ticket about to open, one use of it taken; None: ask people.

    The publisher holds the agent, and so do all who write its rules. Called before the ticket is
    numbered, which takes the fleet's row.
    """
    active = PreApproval.objects.select_related("agent", "proposed_by", "accepted_by").filter(
        agent=task.agent, state=RuleState.ACTIVE.value, expires_at__gt=now
    )
    rows = list(active)
    if not rows:
        return None
    people = people_of(fleet=task.fleet)
    standing = {row.number: row for row in rows if _is_vouched(row, ticket, people)}
    matched = rule_match(
        [rule_of(row) for row in standing.values()],
        _request(ticket, task, decision),
        _agent_now(task, decision, now),
        now=now,
    )
    if matched is None:
        return None
    row = standing[matched.number]
    # One conditional UPDATE takes the use, whatever the rule read above has become since.
    left = Q(uses_most=None) | Q(uses__lt=F("uses_most"))
    live = PreApproval.objects.filter(left, pk=row.pk, state=row.state, expires_at__gt=now)
    if not live.update(uses=F("uses") + 1):
        return None
    row.uses += 1
    return row


def preapproved_close_step(
    *, ticket: Ticket, task: Task, row: PreApproval, now: datetime
) -> tuple[FleetEvent, ...]:
    """Approve a ticket that has just opened by the rule that matched; return the events.

    The grant can be used at once: whoever made the rule had the time to think, and takes back
    what has not started by revoking it.
    """
    facts = TicketFacts(now=now, decide_by=ticket.decide_by, rule=row.number)
    after = apply(TicketKind(ticket.kind), PENDING, Move.PRE_APPROVE, facts)
    ticket.state = after.state.value
    ticket.resolution = after.resolution.value if after.resolution else ""
    ticket.preapproval = row
    ticket.resolved_at, ticket.resolved_by = now, actor_of(row)
    ticket.reason_code, ticket.reason_text = REASON_CODE, row.reason
    granted = grant_issue(ticket, task, now, undo=False)
    ticket.save()
    matched = PreApprovalMatched(
        **told_of_rule(row, actor=actor_of(row)),
        ticket_id=ticket.pk,
        task_id=task.pk,
        uses=row.uses,
    )
    return (matched, resolved_event(ticket), *granted)


def actor_of(row: PreApproval) -> str:
    """Return how records name a rule that approved something: by number and who accepted it."""
    who = row.accepted_by.get_username() if row.accepted_by else ""
    return f"rule #{row.number} ({who})"[:LONGEST_NAME]


def _is_vouched(row: PreApproval, ticket: Ticket, people: Mapping[str, Person]) -> bool:
    """Return whether those behind the rule could answer this very ticket themselves, today.

    Who accepted it must still be somebody who may; nobody behind it owns the agent or asked for
    the task.
    """
    accepter = people.get(str(row.accepted_by_id))
    if accepter is None or not permitted(accepter.role, Action.RULE_MAKE):
        return False
    route = route_of(ticket=ticket, votes=(), people=people)
    behind = (accepter, people.get(str(row.proposed_by_id)) or _departed(row.proposed_by))
    return not any(
        reason.code in _NEVER for person in behind for reason in barred_reasons(person, route)
    )


def _departed(user: User) -> Person:
    return person_of(user, Role.REVIEWER)


def _request(ticket: Ticket, task: Task, decision: Decision) -> RuleRequest:
    return RuleRequest(
        agent=task.agent.external_id,
        tool=task.tool,
        operation=task.operation,
        environment=task.environment,
        target=task.target,
        arguments=json.loads(task.arguments),
        spend_cap_usd=task.spend_cap_usd,
        level=BlastLevel(ticket.risk_level),
        approvals_needed=ticket.approvals_needed,
        needs_manager=ticket.needs_manager,
        practice=ticket.practice,
        asked_for=frozenset(
            reason["code"]
            for reason in decision.reasons
            if reason.get("verdict") != Verdict.ALLOW.value
        ),
    )


def _agent_now(task: Task, decision: Decision, now: datetime) -> AgentNow:
    standing = task.agent.standing
    return AgentNow(
        tier=Tier(decision.tier),
        is_penal=task.agent.penalty(now) is not None,
        breaker=BreakerState(standing.breaker_state),
        hold=Hold(standing.hold),
        is_flooding=is_flooding(agent=task.agent, policy=policy_of(decision.policy).flood, now=now),
    )
