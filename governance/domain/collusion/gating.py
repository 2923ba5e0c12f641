"""What a ring does to the tasks of its members: a second approval, tier low for a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from governance.domain.facts import AgentStanding
from governance.domain.reasons import Finding, ReasonCode
from governance.domain.types import Approval


def is_penal(standing: AgentStanding, *, now_s: float) -> bool:
    """Return whether the agent is held at tier low, whatever it has earned."""
    return standing.penal_until_s is not None and now_s < standing.penal_until_s


def ring_findings(
    standing: AgentStanding, ring_partner: str | None, *, now_s: float
) -> Iterator[Finding]:
    """Yield what a ring asks of a task.

    Args:
        standing: of the agent.
        ring_partner: the agent of the same ring whose work the task goes on with, None for none.
        now_s: epoch seconds.
    """
    if ring_partner is not None:
        yield Finding(
            code=ReasonCode.RING_WORK,
            sentence=f"It goes on with work of {ring_partner}, with which it is accused of"
            " collusion: two people must agree.",
            asks=Approval.TWO,
        )
    if standing.penal_until_s is not None and is_penal(standing, now_s=now_s):
        until = datetime.fromtimestamp(standing.penal_until_s, UTC)
        yield Finding(
            code=ReasonCode.RING_PENALTY,
            sentence=f"Tier low until {until:%Y-%m-%d %H:%M} UTC, because collusion was confirmed.",
        )
