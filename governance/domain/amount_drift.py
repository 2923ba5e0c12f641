"""Whether work costs or lasts more, or less, than it usually does for one agent.

Two one-sided CUSUMs of the deviation of the natural logarithm from what is usual for the agent
on the class, in standard deviations. One wild value counts for no more than a limit, because
costs have heavy tails; and a change too small to act on passes as chance, however sure it is.

Sources: Page (1954), Hawkins and Olwell (1998); limit, slack and figures are
docs/evidence.md, Drift
and 2.2.
"""

from __future__ import annotations

import math

from governance.domain.consistency import Usual
from governance.domain.drift_state import NO_AMOUNT_RUN, AmountRun, AmountWatch
from governance.domain.limits import at_least, at_most
from governance.domain.policy.drift import DriftPolicy


def amount_watched(  # noqa: PLR0917  positional, because keywords cost on the path of every outcome
    watch: AmountWatch,
    usual: Usual,
    amount: float,
    at_s: float,
    least_sigma: float,
    policy: DriftPolicy,
) -> AmountWatch:
    """Return the watch after one task.

    Args:
        watch: before the task.
        usual: of the agent on the class, before the task; nothing counts while it is learned.
        amount: the cost in dollars, or the duration in seconds, > 0.
        at_s: event time, epoch seconds.
        least_sigma: smallest standard deviation assumed.
        policy: drift.
    """
    if usual.seen < policy.learning:
        return watch
    mean, logarithm = usual.mean, math.log(amount)
    sigma = at_least(math.sqrt(usual.variance), least_sigma)
    slack = at_least(math.log1p(policy.amount_least) / sigma, policy.amount_slack)
    # Beyond the slack, one task counts for the same at most, whatever the agent varies by.
    limit = policy.amount_limit - policy.amount_slack + slack
    deviation = at_most(at_least((logarithm - mean) / sigma, -limit), limit)
    # The limit is for the score alone: people are told what the tasks really cost or took.
    return AmountWatch(
        _after(watch.more, deviation - slack, mean, logarithm, at_s),
        _after(watch.less, -deviation - slack, mean, logarithm, at_s),
    )


def _after(run: AmountRun, step: float, mean: float, logarithm: float, at_s: float) -> AmountRun:
    score = run.score + step
    if score <= 0.0:
        return NO_AMOUNT_RUN
    tasks = run.tasks
    since_s = run.since_s if tasks else at_s
    return AmountRun(score, tasks + 1, run.usual + mean, run.excess + (logarithm - mean), since_s)
