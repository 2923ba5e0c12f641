"""Fleets with every kind of ring, and who is in them."""

from __future__ import annotations

from tests.governance.domain.collusion.fleets import Fleet

POOR = (30, 50, 51, 52, 53)
SYBILS = range(55, 60)

BOOSTERS = (2, 20, 41)
CHAIN = (21, 32, 43)
STAR = (30, *SYBILS)
IN_STEP = (11, 22, 33, 44)
WAVED = (23, 46)
CIRCLE = (24, 35, 47)
GAINERS = (25, 36)


def many_rings(seed: int = 3) -> Fleet:
    """Return a fleet with seven rings, and jobs on the hour beside."""
    return (
        Fleet(seed, poor=POOR)
        .honest(busy=range(55))
        .cron((12, 26, 37), (5, 6, 7))
        .boosting(*BOOSTERS)
        .rating_chain(*CHAIN)
        .star(STAR[0], SYBILS)
        .in_step(IN_STEP, POOR[1:], kinder=-0.3)
        .waved_through(*WAVED)
        .circle(*CIRCLE)
        .joint_benefit(*GAINERS)
    )
