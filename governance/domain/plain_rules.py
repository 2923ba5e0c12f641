"""Plain rules of the breaker: failures in a row, and a failure rate over the latest outcomes (B2).

Rules that people know from elsewhere, to set beside suspicion: they take no account of what is
normal for the agent. Ones in shadow say what they would have done and do nothing.

Source: docs/architecture.md, Breakers; their false freezes are in docs/evidence.md, Breakers.
"""

from __future__ import annotations

from collections.abc import Iterator

from governance.domain.breaker_state import NO_RECENT, Recent
from governance.domain.phrases import share_words
from governance.domain.policy.plain_rules import PlainRulesPolicy
from governance.domain.transitions import BreakerReason
from governance.domain.types import RuleMode

# As many outcomes as the widest window holds; so many bits every JSON store keeps exactly.
KEPT = 50
_MASK = (1 << KEPT) - 1


def recent_after(recent: Recent, failed: bool, rules: PlainRulesPolicy) -> Recent:
    """Return the counts after one outcome that counts, none where both rules are off.

    What a rule in shadow has told is told again only after the run of failures: a row ends with
    any other result, a rate once it has fallen to half of its limit.
    """
    if not rules.counts:
        return NO_RECENT
    bits = (recent.bits << 1 | failed) & _MASK
    seen = recent.seen + 1 if recent.seen < KEPT else KEPT
    rate_told = recent.rate_told
    if rate_told:
        failures, counted = _window(bits, seen, rules)
        rate_told = failures > rules.rate_share * counted / 2.0
    in_row = recent.in_row + 1 if failed else 0
    return Recent(in_row, bits, seen, recent.row_told and failed, rate_told)


def rules_met(
    recent: Recent, rules: PlainRulesPolicy, mode: RuleMode
) -> Iterator[tuple[BreakerReason, int, int]]:
    """Yield reason, failures and outcomes counted of each rule in ``mode`` that is met."""
    if rules.in_a_row is mode and recent.in_row >= rules.in_a_row_failures:
        yield BreakerReason.FAILURES_IN_A_ROW, recent.in_row, recent.in_row
    if rules.rate is mode and recent.seen >= rules.rate_least:
        failures, counted = _window(recent.bits, recent.seen, rules)
        if failures >= rules.rate_share * counted:
            yield BreakerReason.FAILURE_RATE, failures, counted


def rule_told(recent: Recent, reason: BreakerReason) -> Recent | None:
    """Return the counts once a rule in shadow has told this run of failures, None if it had."""
    if reason is BreakerReason.FAILURES_IN_A_ROW:
        return None if recent.row_told else recent._replace(row_told=True)
    return None if recent.rate_told else recent._replace(rate_told=True)


def rule_phrase(reason: BreakerReason, failures: int, counted: int, rules: PlainRulesPolicy) -> str:
    """Return the sentence behind a rule that is met, with its counts and its limit."""
    if reason is BreakerReason.FAILURES_IN_A_ROW:
        return f"{failures} tasks failed in a row; the limit is {rules.in_a_row_failures}."
    return (
        f"{failures} of the last {counted} tasks failed, {share_words(failures / counted)};"
        f" the limit is {share_words(rules.rate_share)} of at least {rules.rate_least}."
    )


def _window(bits: int, seen: int, rules: PlainRulesPolicy) -> tuple[int, int]:
    """Return failures and outcomes within the window of the rate."""
    counted = min(seen, rules.rate_window)
    return (bits & ((1 << counted) - 1)).bit_count(), counted
