"""Who the evidence comes from: no single unverified source may make an agent's name."""

from __future__ import annotations

import math
from collections.abc import Mapping

from governance.domain.evidence import NO_EVIDENCE, Evidence
from governance.domain.limits import at_least
from governance.domain.policy.trust import TrustPolicy
from governance.domain.value_object import ValueObject

SOURCES_KEPT = 64
SOURCES_AFTER_PRUNING = 48
# A fleet with fewer sources than this cannot spread its evidence.
_ENOUGH_SOURCES = 3


class SourceShare(ValueObject, frozen=True):
    """The unverified evidence of one source, as of its last outcome.

    ``shrink`` is the agent's count of halvings at that moment, ``seen_s`` its event time in epoch
    seconds (of any outcome, verified or not).
    """

    evidence: Evidence
    shrink: float
    seen_s: float


Shares = Mapping[str, SourceShare]
NO_SHARE = SourceShare(NO_EVIDENCE, 0.0, 0.0)


def source_limit(others_weight: float, fleet_sources: int, policy: TrustPolicy) -> float:
    """Return the most weight one unverified source may have, in outcomes.

    The share is taken of all evidence, so for a share of 25 % the limit is a third of what the
    other sources give. A fleet with one source has no limit; with two, the floor is raised so
    that both together can reach what tier high needs.

    Args:
        others_weight: weight of this agent's evidence from elsewhere, verified included.
        fleet_sources: distinct sources of the fleet in the window; 0 where not known yet.
        policy: gives share and floor.

    Source: docs/evidence.md, Trust; the raised floor is an own choice.
    """
    if fleet_sources <= 1:
        return math.inf
    floor = policy.source_floor
    if fleet_sources < _ENOUGH_SOURCES:
        floor *= _ENOUGH_SOURCES / fleet_sources
    return at_least(others_weight * policy.source_share / (1.0 - policy.source_share), floor)


def room_needed(held_weight: float, added_weight: float, limit: float) -> float:
    """Return the share of a source's evidence, in [0, 1], that must give way to new evidence.

    Newer evidence displaces older evidence of the same source instead of being refused:
    otherwise the failures of an agent that works for one client would never count again.
    """
    if held_weight <= 0.0 or held_weight + added_weight <= limit:
        return 0.0
    return 1.0 - at_least(limit - added_weight, 0.0) / held_weight


def sources_with(shares: Shares, source: str, share: SourceShare) -> dict[str, SourceShare]:
    """Return the shares with one replaced; beyond 64 only the 48 heaviest others stay.

    What is dropped weighs at most 1/48 of the cap, about two outcomes: forgetting it gives a
    source less room than its floor already does.
    """
    changed = dict(shares)
    changed[source] = share
    if len(changed) <= SOURCES_KEPT:
        return changed
    others = [item for item in changed.items() if item[0] != source]
    # Weights are comparable on one scale of halvings only.
    others.sort(key=lambda item: (_log_weight(item[1]), item[0]), reverse=True)
    return {**dict(others[:SOURCES_AFTER_PRUNING]), source: share}


def sources_seen(
    shares: Shares, now_s: float, policy: TrustPolicy, *, most: int = SOURCES_KEPT
) -> int:
    """Return how many sources sent work within the policy's window before ``now_s``.

    Counts up to ``most``, because every outcome asks and few need to know more.
    """
    since_s, count = now_s - policy.sources_window_days * 86_400.0, 0
    for share in shares.values():
        if share.seen_s >= since_s:
            count += 1
            if count >= most:
                break
    return count


def _log_weight(share: SourceShare) -> float:
    weight = share.evidence.weight
    return math.log2(weight) + share.shrink if weight > 0.0 else -math.inf
