"""Critical events: one of them is enough to freeze an agent until two people release it (B3)."""

from __future__ import annotations

from collections.abc import Collection
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import NamedTuple

from governance.domain.breaker_state import Breaker
from governance.domain.facts import Mandate
from governance.domain.mandate import mandate_allows_tool
from governance.domain.money import usd_shown
from governance.domain.phrases import count_words, list_words
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.transitions import BreakerReason
from governance.domain.types import Hold, Result, TaskState

VIOLATION_CODE = "policy_violation"
"""The one ``error_code`` with a meaning: the task broke a policy while it ran."""

_NOT_ALLOWED = {
    TaskState.PENDING: "while people were still asked about it",
    TaskState.DENIED: "although it was denied",
}
_NAMED = 3
_DONE = frozenset({Result.SUCCESS, Result.PARTIAL})


class Critical(NamedTuple):
    """One critical event: its code, and the sentence with what decided it."""

    reason: BreakerReason
    sentence: str


def tool_forbidden(mandate: Mandate, joined: Collection[str], *, tool: str) -> Critical | None:
    """Return the event that a running task used tools which nobody allowed, or None.

    Args:
        mandate: what the agent is meant to do.
        joined: the tools it reports for the first time, without the task's own, which the gate or
            people have judged.
        tool: the task's own, which says which task it was.

    Source: docs/architecture.md, Breakers.
    """
    outside = sorted(name for name in joined if not mandate_allows_tool(mandate, name))
    if not outside:
        return None
    meant = ", ".join(mandate.tools) or "no tools"
    named = outside[:_NAMED]
    if len(outside) > _NAMED:
        named.append(count_words(len(outside) - _NAMED, "other tool"))
    sentence = (
        f"During a task with {tool} it used {list_words(named)}: nobody approved that, and its"
        f" mandate ({meant}) does not name it."
    )
    return Critical(BreakerReason.FORBIDDEN_TOOL, sentence)


def cap_broken(
    spent_usd: Decimal | None, cap_usd: Decimal | None, policy: BreakerPolicy
) -> Critical | None:
    """Return the event that a task spent beyond the hard cap, or None.

    The hard cap is the policy's factor times the task's cap; up to the policy's least amount above
    the cap nothing is critical, so that cents never freeze an agent. Without a cap there is none.

    Source: docs/architecture.md, Breakers; factor and least amount are an own choice.
    """
    if spent_usd is None or cap_usd is None:
        return None
    hard = cap_usd * Decimal(str(policy.hard_cap_factor))
    least = cap_usd + Decimal(str(policy.hard_cap_least_usd))
    if spent_usd <= max(hard, least):
        return None
    sentence = (
        f"One task spent {usd_shown(spent_usd, rounding=ROUND_UP)}; its cap is"
        f" {usd_shown(cap_usd, rounding=ROUND_DOWN)} and nothing may exceed"
        f" {usd_shown(max(hard, least), rounding=ROUND_DOWN)}."
    )
    return Critical(BreakerReason.HARD_CAP, sentence)


def violation_executed(
    state: TaskState, result: Result, *, tool: str, error_code: str = ""
) -> Critical | None:
    """Return the event that work was done which was not allowed, or None.

    Either the report says so itself (``error_code`` `VIOLATION_CODE`), or it says that a task was
    done which the gate denied or still asks people about.

    Source: docs/architecture.md, Breakers.
    """
    if state in _NOT_ALLOWED and result in _DONE:
        sentence = f"It did a task with {tool} {_NOT_ALLOWED[state]}."
        return Critical(BreakerReason.POLICY_VIOLATION, sentence)
    if error_code == VIOLATION_CODE and state not in _NOT_ALLOWED:
        sentence = f"A task with {tool} is reported as a violation of a policy."
        return Critical(BreakerReason.POLICY_VIOLATION, sentence)
    return None


def is_latched_already(breaker: Breaker) -> bool:
    """Return whether a critical event holds the agent: another one changes nothing more."""
    return breaker.hold is Hold.LATCHED and breaker.critical
