"""How long a fleet's record and its logs are kept, and what nobody may forget sooner."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from governance.domain.policy.fields import Guard, Provenance, setting

if TYPE_CHECKING:
    from governance.domain.policy.tree import Policy

# The longest six consecutive months, July to December.
SIX_MONTHS_DAYS = 184
FOR_EVER = 0
_LAW = "Regulation (EU) 2024/1689, Art. 26(6): logs are kept at least six months"
_PAGES = "docs/architecture.md, Roll-ups: pages draw these ranges from them"
_YEARS = 36_500
# After so many half-lives an outcome weighs 6 % of what it did.
_HALF_LIVES = 4
_H_A_DAY, _MIN_A_DAY = 24, 1_440


class Need(NamedTuple):
    """So many days back a rule looks, and the field that says so."""

    days: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """0 keeps for ever. Nothing of the record is removed by itself: people do, after an export.

    What is only a log, and what is only summed up, goes by itself when its time is over.
    """

    tasks_days: int = setting(
        FOR_EVER,
        unit="days",
        low=0,
        high=_YEARS,
        guard=Guard.ANY,
        provenance=Provenance.STANDARD,
        meaning="How long tasks stay, with decisions, outcomes and tickets; 0 is for ever.",
        reference=_LAW,
    )
    interactions_days: int = setting(
        FOR_EVER,
        unit="days",
        low=0,
        high=_YEARS,
        guard=Guard.ANY,
        provenance=Provenance.STANDARD,
        meaning="How long interactions between agents stay; 0 is for ever.",
        reference=_LAW,
    )
    events_days: int = setting(
        FOR_EVER,
        unit="days",
        low=0,
        high=_YEARS,
        guard=Guard.ANY,
        provenance=Provenance.STANDARD,
        meaning="How long the log of events stays; 0 is for ever.",
        reference=_LAW,
    )
    deliveries_days: int = setting(
        30,
        unit="days",
        low=7,
        high=_YEARS,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="How long the log of messages to webhooks stays, from when each ended.",
        reference="own choice: a month to find out why a message did not arrive",
    )
    minutes_days: int = setting(
        3,
        unit="days",
        low=3,
        high=400,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="How long sums of 5 min stay, from which a day is drawn.",
        reference=_PAGES,
    )
    hours_days: int = setting(
        32,
        unit="days",
        low=32,
        high=3_660,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="How long sums of an hour stay, from which a month is drawn.",
        reference=_PAGES,
    )
    days_days: int = setting(
        400,
        unit="days",
        low=400,
        high=_YEARS,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="How long sums of a day stay, from which a year is drawn.",
        reference=_PAGES,
    )
    cells_days: int = setting(
        400,
        unit="days",
        low=400,
        high=_YEARS,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="How long the hourly sums of the matrix's cells stay.",
        reference=_PAGES,
    )


class TooShort(NamedTuple):
    """A time that is shorter than the law or a rule needs, ``because`` of which field or law."""

    name: str
    days: int
    allowed: str
    because: str


def retention_conflicts(policy: Policy) -> Iterator[TooShort]:
    """Yield each time that is too short for the law or for what the rules look back on."""
    needs = {
        "tasks_days": work_need(policy),
        "interactions_days": ties_need(policy),
        "events_days": _LAWFUL,
    }
    for name, need in needs.items():
        days = getattr(policy.retention, name)
        longest = max(need, _LAWFUL)
        if days != FOR_EVER and days < longest.days:
            allowed = (
                f"0, which keeps for ever, or at least {longest.days} days,"
                f" because of {longest.because}"
            )
            yield TooShort(name, days, allowed, longest.because)


_LAWFUL = Need(SIX_MONTHS_DAYS, _LAW)


def work_need(policy: Policy) -> Need:
    """Return how far back the rules look at tasks and outcomes, and which of them farthest."""
    trust, tickets = policy.trust, policy.tickets
    longest_min = max(
        getattr(tickets, name) for name in tickets.__slots__ if name.startswith("decide_")
    )
    return max(
        ties_need(policy),
        Need(_whole_days(_HALF_LIVES * trust.half_life_days), "trust.half_life_days"),
        Need(_whole_days(trust.sources_window_days), "trust.sources_window_days"),
        Need(_whole_days(trust.inheritance_days), "trust.inheritance_days"),
        Need(_whole_days(policy.breaker.latch_window_days), "breaker.latch_window_days"),
        Need(_whole_days(policy.drift.incident_window_h / _H_A_DAY), "drift.incident_window_h"),
        Need(_whole_days(policy.blast.history_days), "blast.history_days"),
        Need(_whole_days(longest_min / _MIN_A_DAY), "the times to decide of tickets"),
    )


def ties_need(policy: Policy) -> Need:
    """Return how far back scans for collusion look; a ring looks back a window more."""
    collusion = policy.collusion
    window = max(
        Need(2 * _whole_days(collusion.window_days), "collusion.window_days"),
        Need(2 * _whole_days(collusion.quiet_days), "collusion.quiet_days"),
    )
    return max(window, Need(_whole_days(collusion.penal_days), "collusion.penal_days"))


def _whole_days(days: float) -> int:
    """Return whole days, rounded up, also of what is far outside of its own range."""
    # In this order NaN counts as nothing: it compares false with everything.
    return math.ceil(min(_YEARS, max(0, days)))
