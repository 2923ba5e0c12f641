"""One alarm of the fleet where detectors freeze much of it within minutes.

What fails many agents at once is seldom the agents: a model, a tool, or what they share otherwise.

Source: docs/architecture.md, Breakers: 20 % of the eligible agents frozen within 5 minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from governance.domain.fleet_incident import Shared, Traits, shared_phrase, traits_shared
from governance.domain.phrases import duration_words, share_words
from governance.domain.policy.breaker import BreakerPolicy

# The kind of such an incident, beside those of drift.
FREEZES = "freezes"


class FrozenTogether(NamedTuple):
    """Agents frozen together: in a sentence, and what they share, the most telling first."""

    sentence: str
    shared: tuple[Shared, ...]
    agents: tuple[str, ...]


def is_fleet_alarm(frozen: int, eligible: int, policy: BreakerPolicy) -> bool:
    """Return whether so many agents, frozen within the window, are an alarm of the fleet.

    Args:
        frozen: agents that detectors froze within the window and that are still frozen.
        eligible: agents not paused and seen within 24 h.
        policy: the share, and how many agents are too few to share anything.
    """
    return frozen >= policy.alarm_agents and not is_fleet_alarm_over(frozen, eligible, policy)


def is_fleet_alarm_over(restricted: int, eligible: int, policy: BreakerPolicy) -> bool:
    """Return whether an alarm has ended: detectors restrict less than its share of the fleet.

    Probation and supervision count as well as freezes: what returns from them together is no news.
    """
    # 0.2 of some fleets misses a whole agent by rounding.
    return restricted < policy.alarm_share * eligible - 1e-9 or restricted == 0


def frozen_together(
    frozen: Sequence[str], eligible: int, traits: Mapping[str, Traits], policy: BreakerPolicy
) -> FrozenTogether:
    """Return what is told of agents that were frozen together.

    Args:
        frozen: each once, by id.
        eligible: agents not paused and seen within 24 h.
        traits: of every agent of the fleet.
        policy: the window and the share.
    """
    shared = traits_shared(frozen, traits)
    window = duration_words(policy.alarm_window_min * 60.0)
    sentence = (
        f"Detectors froze {len(frozen)} of {eligible} agents within {window}; the fleet's alarm is"
        f" at {share_words(policy.alarm_share)}. {shared_phrase(shared)}"
    )
    return FrozenTogether(sentence, shared, tuple(frozen))


def alarm_over_sentence(restricted: int, eligible: int, policy: BreakerPolicy) -> str:
    """Return what is told when an alarm has ended."""
    return (
        f"Detectors freeze, test or supervise {restricted} of {eligible} agents, under"
        f" {share_words(policy.alarm_share)}: should many be frozen again, that is told anew."
    )
