"""Pre-approval: what a manager has approved in advance, within bounds and for a few hours.

A request that meets nothing but a rule of its own is a matter of course; whatever makes it unlike
the one that the manager had in mind goes to people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from escalations.domain.bounds import Bounds, bounds_allow, bounds_width, bounds_words
from governance.domain.canonical import JsonValue
from governance.domain.money import usd_shown
from governance.domain.moves import GuardFailedError, IllegalMoveError
from governance.domain.phrases import count_words
from governance.domain.reasons import ReasonCode
from governance.domain.types import BlastLevel, BreakerState, Hold, Tier

HIGHEST = BlastLevel.MEDIUM
TARGETS_MOST = 20
# What a request may be asked about for and still be the manager's matter of course.
_ORDINARY = frozenset({ReasonCode.APPROVAL_TABLE, ReasonCode.ABOVE_MANDATE_LEVEL})


class RuleState(StrEnum):
    """Where a rule stands; that it is over or used up is read from its time and its uses."""

    PROPOSED = "PROPOSED"
    ACTIVE = "ACTIVE"
    DECLINED = "DECLINED"
    REVOKED = "REVOKED"
    SUSPENDED = "SUSPENDED"


class RuleMove(StrEnum):
    """What can happen to a rule."""

    ACCEPT = "accept"
    DECLINE = "decline"
    REVOKE = "revoke"
    SUSPEND = "suspend"


class RuleGuard(StrEnum):
    """A condition on a move of a rule."""

    IN_TIME = "in_time"


RULE_MOVES: Mapping[tuple[RuleState, RuleMove], tuple[RuleState, tuple[RuleGuard, ...]]] = {
    (RuleState.PROPOSED, RuleMove.ACCEPT): (RuleState.ACTIVE, (RuleGuard.IN_TIME,)),
    (RuleState.PROPOSED, RuleMove.DECLINE): (RuleState.DECLINED, (RuleGuard.IN_TIME,)),
    (RuleState.ACTIVE, RuleMove.REVOKE): (RuleState.REVOKED, (RuleGuard.IN_TIME,)),
    (RuleState.ACTIVE, RuleMove.SUSPEND): (RuleState.SUSPENDED, ()),
}


def rule_apply(
    state: RuleState, move: RuleMove, *, now: datetime, expires_at: datetime
) -> RuleState:
    """Return the state of a rule after ``move``; what has ended never comes back.

    Raises:
        IllegalMoveError: if the table has no such move from this state.
        GuardFailedError: if the rule, or the proposal, is over.
    """
    found = RULE_MOVES.get((state, move))
    if found is None:
        raise IllegalMoveError(state.value, move.value)
    after, guards = found
    if RuleGuard.IN_TIME in guards and now >= expires_at:
        raise GuardFailedError(state.value, move.value, RuleGuard.IN_TIME, "its time is over")
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleScope:
    """What a rule lets through: one agent, one tool and operation in one environment.

    ``targets`` lists what it may act on, "" for a request that names none; ``arguments`` bounds
    every argument; each task may spend at most ``spend_most_usd``.
    """

    agent: str
    tool: str
    operation: str
    environment: str
    targets: frozenset[str]
    arguments: Bounds
    spend_most_usd: Decimal
    level_most: BlastLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule with how long and how often it still counts; ``uses_most`` None means without limit.

    ``tier`` is the agent's when the rule began to count.
    """

    number: int
    scope: RuleScope
    state: RuleState
    expires_at: datetime
    uses: int
    uses_most: int | None
    tier: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRequest:
    """The request as it is hashed, and why the gate asks people about it."""

    agent: str
    tool: str
    operation: str
    environment: str
    target: str
    arguments: Mapping[str, JsonValue]
    spend_cap_usd: Decimal | None
    level: BlastLevel
    approvals_needed: int
    needs_manager: bool
    practice: bool
    asked_for: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentNow:
    """How the agent stands while it is locked; a flood is what `domain.flooding` says."""

    tier: Tier
    is_penal: bool
    breaker: BreakerState
    hold: Hold
    is_flooding: bool


def rule_counts(rule: Rule, *, now: datetime) -> bool:
    """Return whether a rule lets anything through at ``now``: accepted, in time, not used up."""
    has_uses = rule.uses_most is None or rule.uses < rule.uses_most
    return rule.state is RuleState.ACTIVE and now < rule.expires_at and has_uses


def scope_allows(scope: RuleScope, request: RuleRequest) -> bool:
    """Return whether a request lies within what the rule names, in every part.

    A request without a spend cap may cost anything, so it lies within none.
    """
    return (
        (scope.agent, scope.tool, scope.operation, scope.environment)
        == (request.agent, request.tool, request.operation, request.environment)
        and request.target in scope.targets
        and request.level.rank <= scope.level_most.rank
        and request.spend_cap_usd is not None
        and request.spend_cap_usd <= scope.spend_most_usd
        and bounds_allow(scope.arguments, request.arguments)
    )


_Check = Callable[[RuleRequest, AgentNow], bool]
_PEOPLE_ONLY: tuple[tuple[_Check, str], ...] = (
    (lambda request, _: request.level.rank > HIGHEST.rank, "High and Critical go to people."),
    (lambda request, _: request.practice, "It is practice: the task runs in any case."),
    (
        lambda request, _: request.approvals_needed != 1 or request.needs_manager,
        "It takes more than one approval, or a manager's.",
    ),
    (
        lambda request, _: not request.asked_for or not request.asked_for <= _ORDINARY,
        "Something beside the approval table asks people about it.",
    ),
    (
        lambda _, agent: agent.breaker is not BreakerState.CLOSED or agent.hold is not Hold.NONE,
        "The agent's breaker is not closed.",
    ),
    (lambda _, agent: agent.is_penal, "The agent is under a penalty for collusion."),
    (lambda _, agent: agent.is_flooding, "The agent floods people with requests."),
)


def people_only(request: RuleRequest, agent: AgentNow) -> str:
    """Return why no rule may answer this request, as a sentence; empty where one may."""
    return next((why for check, why in _PEOPLE_ONLY if check(request, agent)), "")


def rule_match(
    rules: Sequence[Rule], request: RuleRequest, agent: AgentNow, *, now: datetime
) -> Rule | None:
    """Return the rule that approves a request; of several the most restrictive. None: ask people.

    An agent below the tier it had when a rule began to count is not the one that was approved.
    """
    if people_only(request, agent):
        return None
    matching = [
        rule
        for rule in rules
        if rule_counts(rule, now=now)
        and agent.tier.rank <= rule.tier.rank
        and scope_allows(rule.scope, request)
    ]
    return min(matching, key=_latitude, default=None)


def scope_words(scope: RuleScope, *, uses_most: int | None) -> str:
    """Return what a rule lets through without asking, as a sentence with its numbers."""
    named = [f"on {' or '.join(sorted(filter(None, scope.targets)))}"] if any(scope.targets) else []
    bounded = bounds_words(scope.arguments) or ("no arguments",)
    cap = usd_shown(scope.spend_most_usd)
    often = "as often as it asks"
    if uses_most is not None:
        in_all = usd_shown(scope.spend_most_usd * uses_most)
        often = f"at most {count_words(uses_most, 'time')}, {in_all} in all"
    what = " ".join([scope.operation, "with", scope.tool, *named, "in", scope.environment])
    return (
        f"{scope.agent} may run {what} without asking: {'; '.join(bounded)}; at most {cap} each,"
        f" up to {scope.level_most.capitalize()}, {often}."
    )


def _latitude(rule: Rule) -> tuple[object, ...]:
    """Return how much a rule lets through: a scope within another's never sorts after it."""
    scope = rule.scope
    ranges, combinations, width = bounds_width(scope.arguments)
    return (
        ranges,
        combinations * len(scope.targets),
        width,
        scope.level_most.rank,
        scope.spend_most_usd,
        rule.expires_at,
        rule.number,
    )
