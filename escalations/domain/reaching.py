"""Which level of its escalation policy a ticket is with, since when, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from escalations.domain.escalation import EscalationLevel, EscalationPolicy, called_on
from escalations.domain.routing import Bar, Routing
from governance.domain.phrases import list_words, share_words

_BECAUSE: Mapping[Bar, str] = {
    Bar.NOT_A_MEMBER: "not being a member",
    Bar.INACTIVE: "a closed account",
    Bar.OWNS_AGENT: "owning the agent",
    Bar.REQUESTED_IT: "having asked for the task",
    Bar.APPROVED_IT: "having approved the task before",
    Bar.ROLE_TOO_LOW: "too low a role",
    Bar.ALREADY_APPROVED: "having approved already",
    Bar.MANAGER_MISSING: "not being a manager",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The level a ticket is with, from 1, when the next one is called, and why this one is.

    ``next_at`` is None on the last level; ``reason`` is empty where the level is the one before;
    ``is_by_hand`` says that a person called it.
    """

    level: int
    next_at: datetime | None
    reason: str
    is_by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledByHand:
    """What a person wants: which level is called, from 2, who they are and why, in their words."""

    level: int
    by: str
    why: str


def reached(
    policy: EscalationPolicy,
    routing: Routing,
    *,
    level: int,
    opened_at: datetime,
    decide_by: datetime,
    now: datetime,
    by_hand: CalledByHand | None = None,
) -> Reached:
    """Return which level is called at ``now``.

    The shares of the time say how far it has come, or a person who calls a level sooner; from there
    a level on which nobody may decide gives way to the next at once, and the last one stays whoever
    is on it.

    Args:
        policy: as it was copied onto the ticket.
        routing: who may decide the ticket and who may not, of the fleet's members now.
        level: the one reached before, from 1; it is never taken back.
        opened_at: when the time to decide began.
        decide_by: when it ends.
        now: the moment.
        by_hand: the level that a person calls, one that the policy has.
    """
    last = len(policy.levels)
    timed = 1 + sum(
        level_due(policy, each, opened_at=opened_at, decide_by=decide_by) <= now
        for each in range(2, last + 1)
    )
    arrived = max(level, timed)
    because = [] if arrived == level else [_time_over(policy.shares[arrived - 2])]
    said = ""
    if by_hand is not None and by_hand.level > arrived:
        arrived, because = by_hand.level, []
        said = f"{by_hand.by} called level {by_hand.level}: {by_hand.why}"
    found, passed = arrived, []
    while found <= last and (trouble := _nobody_on(found, policy.levels[found - 1], routing)):
        passed.append(trouble)
        found += 1
    found = min(found, last)
    return Reached(
        level=found,
        next_at=(
            None
            if found == last
            else level_due(policy, found + 1, opened_at=opened_at, decide_by=decide_by)
        ),
        reason=_reason(said, [*because, *passed]) if found > level else "",
        is_by_hand=bool(said),
    )


def level_due(
    policy: EscalationPolicy, level: int, *, opened_at: datetime, decide_by: datetime
) -> datetime:
    """Return when a level after the first is called at the latest."""
    return opened_at + (decide_by - opened_at) * policy.shares[level - 2]


def _nobody_on(number: int, level: EscalationLevel, routing: Routing) -> str:
    """Return why nobody on the level may decide, empty if somebody may."""
    barred = {person.id: reasons for person, reasons in routing.excluded}
    members = {person.id: person for person in routing.eligible}
    called = called_on(level, members | {person.id: person for person, _ in routing.excluded})
    if called & members.keys():
        return ""
    gone = set(level.people) - called
    bars = {reason.code for each in called for reason in barred[each]}
    bars |= {Bar.NOT_A_MEMBER} if gone else set()
    if not bars:
        return f"nobody is on level {number}"
    why = list_words([words for bar, words in _BECAUSE.items() if bar in bars])
    excluded = len(called) + len(gone)
    return f"no eligible reviewer on level {number}, {excluded} excluded because of {why}"


def _time_over(share: float) -> str:
    return f"{share_words(share)} of the time to decide is over"


def _reason(by_hand: str, parts: list[str]) -> str:
    """Return what a person said, as they ended it, and then what the rules say, as a sentence."""
    said = "; ".join(parts)
    by_rule = f"{said[:1].upper()}{said[1:]}." if said else ""
    return " ".join(part for part in (by_hand, by_rule) if part)
