"""A reviewer's own pace in a sentence, shown to nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dashboard.cards.queue import PaceNote
from dashboard.display.durations import NBSP, span_text
from dashboard.display.figures import plural
from escalations.domain.pace import Haste, pace_of
from escalations.selectors.pace import decisions_since
from governance.selectors.policies import policy_in_force

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.contrib.auth.models import User

    from escalations.domain.pace import Pace
    from governance.domain.policy.pace import PacePolicy
    from governance.models import Fleet

_TENTHS_BELOW_S = 10.0


def pace_note(user: User, fleets: Iterable[Fleet], *, now: datetime) -> PaceNote | None:
    """Return how fast the person decided lately; None if nothing was decided.

    Args:
        user: whose pace it is, and who alone is shown it.
        fleets: those of the page; where any of their policies finds the pace hasty, it is.
        now: the time of asking.
    """
    policies = [policy_in_force(fleet=fleet)[1].pace for fleet in fleets if fleet.policy_id]
    if not policies:
        return None
    longest = max(policy.window_min for policy in policies)
    decided = decisions_since(user=user, since=now - timedelta(minutes=longest))
    if not decided:
        return None
    found = [(pace_of(decided, policy, now=now), policy) for policy in policies]
    pace, policy = next((each for each in found if each[0].haste), found[0])
    if not pace.decisions:
        return None
    return PaceNote(
        sentence=f"{_counts(pace, policy)}{_median(pace)}",
        advice=_advice(pace, policy),
    )


def _counts(pace: Pace, policy: PacePolicy) -> str:
    window = span_text(policy.window_min * 60)
    approvals = plural(pace.approvals, "approval")
    return f"Your last {window}: {plural(pace.decisions, 'answer')}, {approvals} among them."


def _median(pace: Pace) -> str:
    """Return the median with its n; what it leaves open is said, because it is an upper bound."""
    if pace.median_s is None:
        return ""
    seconds = (
        f"{pace.median_s:.1f}{NBSP}s"
        if pace.median_s < _TENTHS_BELOW_S
        else span_text(pace.median_s)
    )
    return (
        f" At most {seconds} from your claim, or else from the opening, to your answer (median of"
        f" {pace.timed})."
    )


def _advice(pace: Pace, policy: PacePolicy) -> str:
    if pace.haste is None:
        return ""
    why = {
        Haste.MANY: f"{policy.approvals_many} approvals or more in that time are many.",
        Haste.FAST: f"Under {policy.median_least_s:g}{NBSP}s is short.",
    }[pace.haste]
    return f"{why} A break or a second pair of eyes may help; nothing is held back."
