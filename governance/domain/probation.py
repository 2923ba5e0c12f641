"""Probation: whether an agent that was frozen works normally again.

Wald's sequential probability ratio test between "as usual" (p) and "success halved"
(q = (1 + p) / 2), on few tasks of low blast radius.

Source: Wald (1945); error rates and figures are docs/evidence.md, Breakers.
"""

from __future__ import annotations

import math
from enum import StrEnum

from governance.domain.breaker_state import Probation
from governance.domain.policy.breaker import BreakerPolicy


class ProbationVerdict(StrEnum):
    """What the probes so far say."""

    UNDECIDED = "undecided"
    PASSED = "passed"
    FAILED = "failed"


def probation_bound(policy: BreakerPolicy) -> float:
    """Return the log likelihood ratio at which probation is decided, either way; 3.89 at 2 %."""
    return math.log((1.0 - policy.probation_error) / policy.probation_error)


def probation_after(
    probation: Probation, *, failure: float, step: float, probe: str | None
) -> Probation:
    """Return the probation after one outcome, the place given back if it was the probe's own.

    Args:
        probation: before the outcome.
        failure: 0 clean, 0.5 partial, 1 failed.
        step: the outcome's log likelihood ratio, as suspicion counts it.
        probe: the task, if it ran as a probe.
    """
    counted = probation._replace(
        ratio=probation.ratio + step,
        clean=probation.clean + (failure == 0.0),
        failed=probation.failed + (failure == 1.0),
        partial=probation.partial + (failure == 0.5),
    )
    return probe_returned(counted, probe)


def probation_verdict(probation: Probation, policy: BreakerPolicy) -> ProbationVerdict:
    """Return whether the probes so far decide; six clean ones from the start pass."""
    bound = probation_bound(policy)
    if probation.ratio >= bound:
        return ProbationVerdict.FAILED
    if probation.ratio <= -bound:
        return ProbationVerdict.PASSED
    return ProbationVerdict.UNDECIDED


def probe_free(probation: Probation, probe: str, now_s: float) -> bool:
    """Return whether ``probe`` may run: its place is its own, is free, or was leased too long."""
    until_s = probation.lease_until_s
    return until_s is None or until_s <= now_s or probation.lease_task == probe


def probe_leased(
    probation: Probation, probe: str, *, now_s: float, time_limit_s: float, policy: BreakerPolicy
) -> Probation:
    """Return the probation with its one place taken by ``probe`` for its ``time_limit_s``."""
    until_s = now_s + time_limit_s + policy.probe_margin_s
    return probation._replace(lease_until_s=until_s, lease_task=probe)


def probe_returned(probation: Probation, probe: str | None) -> Probation:
    """Return the probation with the place of ``probe`` free, however it ended.

    A probe whose lease ran out may end while a newer one runs; that one keeps its place.
    """
    if probe is None or probation.lease_task != probe:
        return probation
    return probation._replace(lease_until_s=None, lease_task=None)


def probation_phrase(probation: Probation) -> str:
    """Return the counts of probes as a sentence."""
    probes = probation.clean + probation.failed + probation.partial
    partly = f", {probation.partial} partly" if probation.partial else ""
    noun = "probe" if probes == 1 else "probes"
    return f"{probation.failed} of {probes} {noun} failed{partly}."
