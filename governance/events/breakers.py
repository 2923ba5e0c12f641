"""Facts about breakers; the last word of a wire name is the rules' word for the move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from governance.events.base import FleetEvent

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class BreakerMoved(FleetEvent):
    """What every breaker event carries; the wire name ends in the move of the rules.

    ``needs_release`` asks for a person: whoever hears it opens the question.
    """

    agent_id: UUID
    transition_id: UUID
    sentence: str
    reason: str
    enforced: bool
    needs_release: bool
    critical: bool
    level: int
    before: str
    after: str
    frozen_until: str | None
    policy_version: int
    evidence: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class BreakerTripped(BreakerMoved, wire_name="breaker.tripped", required=True):
    """A detector opened the breaker: the agent is frozen, the fourth time in a week for good."""


@dataclass(frozen=True, kw_only=True)
class BreakerOverflow(BreakerMoved, wire_name="breaker.overflow"):
    """A trip over the frozen-share cap: the agent runs on, supervised."""


@dataclass(frozen=True, kw_only=True)
class BreakerWouldTrip(BreakerMoved, wire_name="breaker.would_trip"):
    """A plain rule in shadow would have frozen the agent; nothing follows."""


@dataclass(frozen=True, kw_only=True)
class BreakerLatched(BreakerMoved, wire_name="breaker.latched", required=True):
    """One critical event froze the agent until people release it."""


@dataclass(frozen=True, kw_only=True)
class ProbationStarted(BreakerMoved, wire_name="breaker.probation_started"):
    """The freeze ended; the agent may run supervised probes."""


@dataclass(frozen=True, kw_only=True)
class BreakerReleasedEarly(BreakerMoved, wire_name="breaker.released_early"):
    """A person ended a freeze before its time; the agent is on probation."""


@dataclass(frozen=True, kw_only=True)
class BreakerClosed(BreakerMoved, wire_name="breaker.closed"):
    """Probation passed: the agent runs freely again."""


@dataclass(frozen=True, kw_only=True)
class ProbationFailed(BreakerMoved, wire_name="breaker.probation_failed", required=True):
    """The probes failed; the agent is frozen again, for longer."""


@dataclass(frozen=True, kw_only=True)
class ProbationStarved(BreakerMoved, wire_name="breaker.starved", required=True):
    """Probation went on too long without a verdict; a person decides."""


@dataclass(frozen=True, kw_only=True)
class BreakerForcedOpen(BreakerMoved, wire_name="breaker.forced_open"):
    """A person or an operating key froze the agent."""


@dataclass(frozen=True, kw_only=True)
class BreakerReleased(BreakerMoved, wire_name="breaker.released"):
    """A person released the agent into probation."""


@dataclass(frozen=True, kw_only=True)
class SupervisionEnded(BreakerMoved, wire_name="breaker.supervision_ended"):
    """A supervised agent runs freely again."""


@dataclass(frozen=True, kw_only=True)
class BreakerModeChanged(BreakerMoved, wire_name="breaker.mode_changed"):
    """An admin, or the end of a bypass, put the breaker in another mode."""


@dataclass(frozen=True, kw_only=True)
class BypassAsked(FleetEvent, wire_name="breaker.bypass_asked"):
    """An admin asks to pass the breaker over; nothing is until another one agrees."""

    agent_id: UUID
    length: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class BypassWithdrawn(FleetEvent, wire_name="breaker.bypass_withdrawn"):
    """A bypass that was asked for is not wanted any longer, or nobody agreed in time."""

    agent_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class ProbeJudged(FleetEvent, wire_name="breaker.probe_judged"):
    """One probe ended without deciding probation."""

    agent_id: UUID
    passed: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class ApprovalFlooded(FleetEvent, wire_name="breaker.approval_flood"):
    """A signal, no move: the agent asks people more than they can read with care.

    ``waiting`` of its questions are open, ``raised`` came within the policy's window.
    """

    agent_id: UUID
    sentence: str
    waiting: int
    raised: int


@dataclass(frozen=True, kw_only=True)
class FreezeExplained(FleetEvent, wire_name="breaker.freeze_explained"):
    """A person gave the reason of a freeze by hand that began without one."""

    agent_id: UUID
    reason: str
