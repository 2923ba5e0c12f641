"""What people do to a breaker: freeze, release, release early; and who may."""

from __future__ import annotations

from typing import NamedTuple

from governance.domain.breaker_moves import Moved, moved, on_probation
from governance.domain.breaker_state import Breaker
from governance.domain.freezing import level_at
from governance.domain.permissions import Action
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.transitions import BreakerMove, BreakerReason
from governance.domain.types import Hold, HoldOrigin, Role

_TO_FOLLOW = "No reason given yet."


class ReleaseRequirement(NamedTuple):
    """Who may release: at least this role, this many people."""

    role: Role
    people: int

    @property
    def action(self) -> Action:
        """Return what each of these people must be permitted to do."""
        high = self.role.rank > Role.REVIEWER.rank
        return Action.AGENT_RELEASE_HIGH if high else Action.AGENT_RELEASE


def release_requirement(
    breaker: Breaker, policy: BreakerPolicy, *, now_s: float
) -> ReleaseRequirement:
    """Return who may end the freeze (B5, B11); the agent's owner alone never may.

    Two people for a latch, whether by repetition or by a critical event. Otherwise one: a
    reviewer up to the policy's level, a manager above.
    """
    high = level_at(breaker, now_s, policy) > policy.early_release_level
    role = Role.MANAGER if high else Role.REVIEWER
    return ReleaseRequirement(role, 2 if breaker.hold is Hold.LATCHED else 1)


def freeze_sentence(actor: str, reason: str) -> str:
    """Return the record of a freeze by hand; an empty ``reason`` is to follow."""
    return f"Frozen by {actor}: {reason.strip() or _TO_FOLLOW}"


def is_unexplained(sentence: str) -> bool:
    """Return whether the record of a freeze by hand says that its reason is to follow."""
    return sentence.endswith(_TO_FOLLOW)


def breaker_force_open(breaker: Breaker, sentence: str, *, now_s: float) -> Moved:
    """Freeze by hand, from any state (B10); a latch stays, and with it the two people it needs."""
    after = breaker._replace(
        hold=Hold.LATCHED if breaker.hold is Hold.LATCHED else Hold.FORCED_OPEN,
        hold_origin=HoldOrigin.PERSON,
        opened_s=now_s,
    )
    return moved(
        BreakerMove.FORCED_OPEN, BreakerReason.MANUAL, sentence, breaker, after, now_s=now_s
    )


def breaker_release(breaker: Breaker, sentence: str, *, now_s: float) -> Moved:
    """End a hold by a person's decision (B11): into probation, never straight into CLOSED."""
    return moved(
        BreakerMove.RELEASED,
        BreakerReason.MANUAL,
        sentence,
        breaker,
        on_probation(breaker, now_s),
        now_s=now_s,
    )


def breaker_release_early(breaker: Breaker, sentence: str, *, now_s: float) -> Moved:
    """End a freeze before its time (B5), level kept."""
    return moved(
        BreakerMove.RELEASED_EARLY,
        BreakerReason.MANUAL,
        sentence,
        breaker,
        on_probation(breaker, now_s),
        now_s=now_s,
    )
