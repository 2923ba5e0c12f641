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

    ``next_at`` is None on the last level; ``reason`` is empty where the level is the one before.
    """

    level: int
    next_at: datetime | None
    reason: str


def reached(
    policy: EscalationPolicy,
    routing: Routing,
    *,
    level: int,
    opened_at: datetime,
    decide_by: datetime,
    now: datetime,
) -> Reached:
    """Return which level is called at ``now``.

    The shares of the time say how far it has come; from there a level on which nobody may decide
    gives way to the next at once, and the last one stays whoever is on it.

    Args:
        policy: as it was copied onto the ticket.
        routing: who may decide the ticket and who may not, of the fleet's members now.
        level: the one reached before, from 1; it is never taken back.
        opened_at: when the time to decide began.
        decide_by: when it ends.
        now: the moment.
    """
    last = len(policy.levels)
    timed = 1 + sum(
        level_due(policy, each, opened_at=opened_at, decide_by=decide_by) <= now
        for each in range(2, last + 1)
    )
    arrived = max(level, timed)
    found, passed = arrived, []
    while found <= last and (trouble := _nobody_on(found, policy.levels[found - 1], routing)):
        passed.append(trouble)
        found += 1
    found = min(found, last)
    because = [] if arrived == level else [_time_over(policy.shares[arrived - 2])]
    return Reached(
        level=found,
        next_at=(
            None
            if found == last
            else level_due(policy, found + 1, opened_at=opened_at, decide_by=decide_by)
        ),
        reason=_sentence([*because, *passed]) if found > level else "",
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


def _sentence(parts: list[str]) -> str:
    said = "; ".join(parts)
    return f"{said[:1].upper()}{said[1:]}."
