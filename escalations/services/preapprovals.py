"""Pre-approval rules: proposed, made, accepted, declined, revoked by people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from escalations.domain.preapproval import RuleMove, RuleState, rule_apply, scope_words
from escalations.events import PreApprovalAccepted, PreApprovalEnded, PreApprovalProposed
from escalations.models import PreApproval
from escalations.selectors.preapprovals import preapproval_of_fleet, scope_of
from escalations.services.ballots import words_read
from escalations.services.preapproval_drafts import draft_read
from escalations.services.preapproval_ends import preapproval_grants_revoke
from escalations.services.telling import told_of_rule
from governance.domain.collusion.penalties import tier_in_force
from governance.domain.moves import GuardFailedError, IllegalMoveError
from governance.domain.permissions import Action, permitted
from governance.domain.types import BreakerState, Hold, Tier
from governance.refusals import ConflictError, ForbiddenError, done_first
from governance.selectors.agents import agent_get, agent_lock, agent_lock_named
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.selectors.people import membership_role, role_require
from governance.selectors.policies import policy_in_force
from governance.services.events import events_publish

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from escalations.services.preapproval_drafts import Draft
    from governance.events import FleetEvent
    from governance.models import Agent, Fleet

# More would mean that people pre-approve what they no longer read.
LIVE_MOST = 20


@dataclass(frozen=True, slots=True)
class Move:
    """A person's move of one rule."""

    move: RuleMove
    action: Action
    user: User
    reason: str


@transaction.atomic
def preapproval_make(*, fleet: Fleet, user: User, draft: Draft, reason: str) -> PreApproval:
    """Make a rule, which counts at once if a manager makes it; a reviewer's is a proposal.

    Args:
        fleet: whose agent it is about.
        user: a reviewer or manager who does not own the agent.
        draft: what it lets through, as it was written.
        reason: why nobody need be asked.

    Raises:
        MissingError: for an agent the fleet does not have.
        ForbiddenError: role_too_low, or owns_agent.
        InvalidFieldError: naming the part of the draft, or ``reason``.
        ConflictError: agent_not_ready, if the agent's breaker is not closed or a penalty stands;
            too_many_rules, if as many as are allowed count or wait for it.
    """
    now = clock_now()
    agent = agent_lock_named(fleet=fleet, external_id=draft.agent)
    row = _drafted(agent, user, draft, reason, now)
    _room_require(agent, now)
    fleet_lock(fleet.pk)
    row.number = 1 + (
        PreApproval.objects.filter(fleet=fleet).aggregate(last=Max("number"))["last"] or 0
    )
    told: FleetEvent
    if permitted(membership_role(user=user, fleet=fleet), Action.RULE_MAKE):
        told = _accepted(row, agent, user, now)
    else:
        about = told_of_rule(row, actor=user.get_username())
        told = PreApprovalProposed(**about, sentence=sentence_of(row), reason=row.reason)
    row.save(force_insert=True)
    events_publish(told, now=now)
    return row


def preapproval_preview(*, fleet: Fleet, user: User, draft: Draft, reason: str) -> str:
    """Return what a rule would let through, in a sentence; nothing is recorded.

    Raises:
        MissingError, ForbiddenError, InvalidFieldError, ConflictError: as `preapproval_make`.
    """
    agent = agent_get(fleet=fleet, external_id=draft.agent)
    return sentence_of(_drafted(agent, user, draft, reason, clock_now()))


@transaction.atomic
def preapproval_accept(*, fleet: Fleet, number: int, user: User) -> PreApproval:
    """Accept a proposal, exactly as it stands: from now on it counts.

    Raises:
        MissingError: for a rule the fleet does not have.
        ForbiddenError: role_too_low, or owns_agent.
        ConflictError: rule_over, rule_not_waiting or agent_not_ready; ``current`` says who was
            first.
    """
    now = clock_now()
    row, agent = _held(fleet, number, user, Action.RULE_MAKE)
    _owner_refuse(agent, user)
    _moved(row, RuleMove.ACCEPT, now)
    _ready_require(agent, now)
    told = _accepted(row, agent, user, now)
    row.save()
    events_publish(told, now=now)
    return row


@transaction.atomic
def preapproval_decline(*, fleet: Fleet, number: int, user: User, reason: str) -> PreApproval:
    """Decline a proposal; nothing was ever let through by it.

    Raises:
        MissingError, ForbiddenError, ConflictError: as `preapproval_accept`.
        InvalidFieldError: without a reason.
    """
    return _end(fleet, number, Move(RuleMove.DECLINE, Action.RULE_MAKE, user, reason))


@transaction.atomic
def preapproval_revoke(*, fleet: Fleet, number: int, user: User, reason: str) -> PreApproval:
    """Revoke a rule at once: what it approved and has not started is denied.

    Any member may, whoever made it: a wrong stop costs time, a wrong start harm.

    Raises:
        MissingError: for a rule the fleet does not have.
        ForbiddenError: role_too_low.
        InvalidFieldError: without a reason.
        ConflictError: rule_over or rule_not_active; ``current`` says who was first.
    """
    return _end(fleet, number, Move(RuleMove.REVOKE, Action.RULE_REVOKE, user, reason))


def sentence_of(row: PreApproval) -> str:
    """Return what a rule lets through without asking, as a sentence with its numbers."""
    return scope_words(scope_of(row), uses_most=row.uses_most)


def _drafted(agent: Agent, user: User, draft: Draft, reason: str, now: datetime) -> PreApproval:
    """Return a rule as a proposal, unsaved, if this person may make one for this agent now."""
    role_require(membership_role(user=user, fleet=agent.fleet), Action.RULE_PROPOSE)
    version, policy = policy_in_force(fleet=agent.fleet)
    longest_h = policy.tickets.preapproval_longest_h
    words = _reason_read(reason)
    _owner_refuse(agent, user)
    _ready_require(agent, now)
    return PreApproval(
        fleet=agent.fleet,
        agent=agent,
        policy=version,
        state=RuleState.PROPOSED.value,
        reason=words,
        proposed_by=user,
        proposed_at=now,
        expires_at=now + timedelta(hours=longest_h),
        **draft_read(draft, agent=agent, longest_h=longest_h),
    )


def _reason_read(text: str) -> str:
    return words_read(text, field="reason", what="The reason", missing="Say in your words why.")


def _end(fleet: Fleet, number: int, move: Move) -> PreApproval:
    now = clock_now()
    words = _reason_read(move.reason)
    row, _ = _held(fleet, number, move.user, move.action)
    _moved(row, move.move, now)
    actor = move.user.get_username()
    row.ended_at, row.ended_by, row.end_reason = now, actor, words
    row.save()
    revoked, grants = preapproval_grants_revoke(row=row, now=now)
    ended = PreApprovalEnded(
        **told_of_rule(row, actor=actor), state=row.state, reason=words, grants_revoked=grants
    )
    events_publish(ended, *revoked, now=now)
    return row


def _held(fleet: Fleet, number: int, user: User, action: Action) -> tuple[PreApproval, Agent]:
    """Return a rule under its agent's lock, which all who use or end the rule hold."""
    role_require(membership_role(user=user, fleet=fleet), action)
    found = preapproval_of_fleet(fleet=fleet, number=number)
    agent = agent_lock(found.agent_id)
    # Read again: it may have moved while its agent was waited for.
    row = preapproval_of_fleet(fleet=fleet, number=number)
    row.agent = agent
    return row, agent


def _accepted(row: PreApproval, agent: Agent, user: User, now: datetime) -> PreApprovalAccepted:
    """Let a rule count from now on, for as many hours as it was written for."""
    row.state = RuleState.ACTIVE.value
    row.accepted_by, row.accepted_at = user, now
    row.expires_at = now + timedelta(hours=row.hours)
    row.tier = tier_in_force(Tier(agent.standing.tier), agent.penalty(now)).value
    return PreApprovalAccepted(
        **told_of_rule(row, actor=user.get_username()),
        sentence=sentence_of(row),
        expires_at=row.expires_at.isoformat(),
    )


def _moved(row: PreApproval, move: RuleMove, now: datetime) -> None:
    """Move a locked rule as its table says, or say who was first."""
    try:
        row.state = rule_apply(RuleState(row.state), move, now=now, expires_at=row.expires_at).value
    except GuardFailedError as error:
        over = f"{row.expires_at:%Y-%m-%d %H:%M} UTC"
        raise ConflictError(
            f"Rule #{row.number} ended {over}.", code="rule_over", current=_current(row)
        ) from error
    except IllegalMoveError as error:
        raise ConflictError(
            f"Rule #{row.number} is {row.state.lower()}: to {move.value} it is not possible.",
            code="rule_not_active" if move is RuleMove.REVOKE else "rule_not_waiting",
            current=_current(row),
        ) from error


def _current(row: PreApproval) -> dict[str, Any]:
    by = row.ended_by or (row.accepted_by.get_username() if row.accepted_by else "")
    at = row.ended_at or row.accepted_at
    return done_first(row.state.lower(), by, at, row.end_reason)


def _owner_refuse(agent: Agent, user: User) -> None:
    if agent.owner_id == user.pk:
        raise ForbiddenError(
            "You own the agent; somebody else must make or accept a rule for it.",
            code="owns_agent",
        )


def _ready_require(agent: Agent, now: datetime) -> None:
    standing = agent.standing
    is_closed = (standing.breaker_state, standing.hold) == (BreakerState.CLOSED, Hold.NONE)
    if is_closed and agent.penalty(now) is None:
        return
    why = "is under a penalty for collusion" if is_closed else "is not running freely"
    raise ConflictError(
        f"{agent.external_id} {why}: people look at each of its requests.", code="agent_not_ready"
    )


def _room_require(agent: Agent, now: datetime) -> None:
    alive = [RuleState.ACTIVE.value, RuleState.PROPOSED.value]
    live = PreApproval.objects.filter(agent=agent, state__in=alive, expires_at__gt=now).count()
    if live >= LIVE_MOST:
        raise ConflictError(
            f"{live} rules count or wait for {agent.external_id}; revoke one first.",
            code="too_many_rules",
        )
