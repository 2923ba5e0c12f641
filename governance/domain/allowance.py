"""What a task may spend and how many may run at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_DOWN, ROUND_UP, Decimal

from governance.domain.facts import MoneyFacts
from governance.domain.money import ZERO, usd_round, usd_shown
from governance.domain.phrases import count_words
from governance.domain.policy.presets import PresetLimits
from governance.domain.reasons import Finding, ReasonCode
from governance.domain.types import Approval, Preset


def spend_cap(money: MoneyFacts, limits: PresetLimits) -> Decimal | None:
    """Return the most the task may spend in dollars, or None where no budget says anything.

    The preset's factor times the declared budget, never more than the month has left.
    """
    left = _month_left(money)
    if money.task_budget_usd is None:
        return left
    cap = usd_round(money.task_budget_usd * Decimal(str(limits.budget_factor)))
    return cap if left is None else min(cap, left)


def budget_finding(
    money: MoneyFacts, limits: PresetLimits, *, preset: Preset, now_s: float
) -> Finding:
    """Return whether the month has room for the task, with the amounts that decide it.

    The month must hold the declared budget, or the preset's share of it where that is less; a
    budget of nothing always fits. ``retry_after_s`` runs to the first of the next month, UTC.
    """
    left = _month_left(money)
    asked = money.task_budget_usd
    factor = min(1.0, limits.budget_factor)
    needed = None if asked is None else usd_round(asked * Decimal(str(factor)))
    exhausted = left is not None and (left <= 0 if needed is None else needed > left)
    if left is not None and exhausted:
        wants = "An unstated amount" if needed is None else usd_shown(needed, rounding=ROUND_UP)
        rest = usd_shown(left, rounding=ROUND_DOWN)
        return Finding(
            code=ReasonCode.OVER_BUDGET,
            sentence=f"{wants} is asked for, {rest} of the monthly budget is left.",
            asks=Approval.DENY,
            retry_after_s=_next_month_s(now_s) - now_s,
        )
    sentence = _cap_sentence(spend_cap(money, limits), asked, left, limits.budget_factor, preset)
    return Finding(code=ReasonCode.BUDGET_OK, sentence=sentence)


def parallel_findings(
    running: int, limits: PresetLimits, *, retry_after_s: float
) -> tuple[Finding, ...]:
    """Return a denial when the agent already has as many open tasks as its preset allows."""
    if running < limits.parallel_max:
        return ()
    return (
        Finding(
            code=ReasonCode.OVER_PARALLEL,
            sentence=f"{count_words(running, 'task')} open, {limits.parallel_max} allowed.",
            asks=Approval.DENY,
            retry_after_s=retry_after_s,
        ),
    )


def _cap_sentence(
    cap: Decimal | None, asked: Decimal | None, left: Decimal | None, factor: float, preset: Preset
) -> str:
    """Return how much may be spent, and what of budget, month and preset set it."""
    if cap is None:
        return "No budget is declared, so nothing caps the spending."
    may = f"May spend up to {usd_shown(cap)}"
    if cap == asked:
        return f"{may}, the budget it asked for."
    if cap == left:
        return f"{may}, what the month has left."
    assert asked is not None, "without a budget of the task the month alone is the cap"  # noqa: S101
    share = "half of" if factor == 0.5 else f"{factor:g} ×"
    return f"{may}: {share} the {usd_shown(asked)} it asked for, by preset {preset.value}."


def _month_left(money: MoneyFacts) -> Decimal | None:
    if money.month_budget_usd is None:
        return None
    return max(ZERO, money.month_budget_usd - money.month_spent_usd)


def _next_month_s(now_s: float) -> float:
    now = datetime.fromtimestamp(now_s, UTC)
    year, month = (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)
    return datetime(year, month, 1, tzinfo=UTC).timestamp()
