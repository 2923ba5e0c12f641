"""What an agent starts with: the prior of its kin, and what it inherits from a frozen look-alike.

Whoever registers a frozen agent anew would otherwise wash its record white. A look-alike has the
same owner, template and tools (docs/evidence.md, Trust).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.evidence import Evidence
from governance.domain.phrases import count_words, duration_words, share_words
from governance.domain.policy.trust import TrustPolicy
from governance.domain.priors import Prior
from governance.domain.trust import TrustState


class Inheritance(NamedTuple):
    """What passes from a frozen agent to a look-alike.

    ``evidence`` is already cut to the policy's share, as of event time ``at_s``; ``level``, its
    time and ``trips_s`` are the breaker's count, whole: freezes go on lengthening where they were.
    Times are epoch seconds.
    """

    evidence: Evidence
    at_s: float | None
    level: int
    level_since_s: float | None
    trips_s: tuple[float, ...]

    def to_plain(self) -> dict[str, Any]:
        """Return the inheritance as JSON values."""
        return {
            "evidence": self.evidence.to_plain(),
            "at_s": self.at_s,
            "level": self.level,
            "level_since_s": self.level_since_s,
            "trips_s": list(self.trips_s),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Inheritance:
        """Return the inheritance stored as ``plain``, exactly."""
        at_s, since_s = plain["at_s"], plain["level_since_s"]
        return cls(
            Evidence.from_plain(plain["evidence"]),
            None if at_s is None else float(at_s),
            plain["level"],
            None if since_s is None else float(since_s),
            tuple(float(each) for each in plain["trips_s"]),
        )


def inheritance_of(state: AgentState, policy: TrustPolicy) -> Inheritance:
    """Return what a look-alike of an agent in this state inherits."""
    breaker = state.breaker
    return Inheritance(
        state.trust.evidence.scaled(policy.inheritance_share),
        state.trust.at_s,
        breaker.level,
        breaker.level_since_s,
        breaker.trips_s,
    )


def agent_state_begun(prior: Prior, inherited: Inheritance | None = None) -> AgentState:
    """Return the state of an agent before its first outcome.

    It is in tier low and its breaker is closed whatever it inherits. Inherited evidence has no
    source and counts as none of the agent's own outcomes: a score waits for those.
    """
    new = agent_state_new()
    if inherited is None:
        return new._replace(trust=TrustState(prior=prior))
    trust = TrustState(evidence=inherited.evidence, at_s=inherited.at_s, prior=prior)
    breaker = new.breaker._replace(
        level=inherited.level,
        level_since_s=inherited.level_since_s,
        trips_s=inherited.trips_s,
    )
    return new._replace(trust=trust, breaker=breaker)


def inheritance_phrase(
    inherited: Inheritance, *, name: str, frozen_ago_s: float, policy: TrustPolicy
) -> str:
    """Return why an agent inherits, and what, with the numbers.

    Args:
        inherited: as `inheritance_of` gives it.
        name: how the frozen agent is called.
        frozen_ago_s: seconds since it was last frozen.
        policy: gives the share and the days.
    """
    evidence, trips = inherited.evidence, count_words(len(inherited.trips_s), "trip")
    return (
        f"It has the owner, template and tools of {name}, which was frozen"
        f" {duration_words(frozen_ago_s)} ago, within {policy.inheritance_days:g} days: it inherits"
        f" {share_words(policy.inheritance_share)} of that record ({evidence.failures:.1f} failures"
        f" in {evidence.weight:.1f} outcomes) and its breaker's count"
        f" ({trips} lately, level {inherited.level})."
    )
