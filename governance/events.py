"""The facts governance publishes: one class, one wire name, one meaning.

The registry maps each wire name to its class; the feed, webhooks and the documentation read it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Mapping

REGISTRY: dict[str, type[FleetEvent]] = {}


@dataclass(frozen=True, kw_only=True)
class FleetEvent:
    """A fact about one fleet: its UUID fields travel to browsers, the others are its payload.

    A ``required`` event needs a listener that acts in the same transaction; without one nothing
    is written at all.
    """

    wire_name: ClassVar[str] = ""
    required: ClassVar[bool] = False

    fleet_id: UUID
    actor: str

    def __init_subclass__(cls, *, wire_name: str = "", required: bool = False) -> None:
        """Register the class under its wire name."""
        super().__init_subclass__()
        if wire_name:
            cls.wire_name = wire_name
            cls.required = required
            REGISTRY[wire_name] = cls

    def ids(self) -> dict[str, str]:
        """Return the ids this event is about, by field name without ``_id``."""
        return {
            name.removesuffix("_id"): str(value)
            for name, value in self._values()
            if isinstance(value, UUID)
        }

    def payload(self) -> dict[str, Any]:
        """Return everything but the ids, ready for JSON."""
        return {
            name: value
            for name, value in self._values()
            if value is not None and not isinstance(value, UUID)
        }

    def _values(self) -> list[tuple[str, object]]:
        return [
            (f.name, getattr(self, f.name))
            for f in fields(self)
            if f.name not in {"fleet_id", "actor"}
        ]


@dataclass(frozen=True, kw_only=True)
class AgentRegistered(FleetEvent, wire_name="agent.registered"):
    """An agent is known to the fleet for the first time."""

    agent_id: UUID


@dataclass(frozen=True, kw_only=True)
class AgentChanged(FleetEvent, wire_name="agent.changed"):
    """An agent's identity, owner, mandate or budget changed; ``fields`` names what."""

    agent_id: UUID
    fields_changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AgentPaused(FleetEvent, wire_name="agent.paused"):
    """A person or an operating key paused an agent."""

    agent_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class AgentResumed(FleetEvent, wire_name="agent.resumed"):
    """A person resumed a paused agent."""

    agent_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class TierChanged(FleetEvent, wire_name="tier.changed"):
    """An agent's trust tier moved; the sentence holds the numbers that moved it."""

    agent_id: UUID
    before: str
    after: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class ToolProposed(FleetEvent, wire_name="tool.proposed"):
    """A tool was described or its description changed; it waits for an admin."""

    tool_id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class ToolConfirmed(FleetEvent, wire_name="tool.confirmed"):
    """An admin confirmed what a tool can do."""

    tool_id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class TaskEscalated(FleetEvent, wire_name="task.escalated", required=True):
    """A task waits for people; what they must see and how many must agree."""

    task_id: UUID
    agent_id: UUID
    level: str
    approvals_needed: int
    needs_manager: bool
    practice: bool


@dataclass(frozen=True, kw_only=True)
class AttemptDenied(FleetEvent, wire_name="task.attempt_denied", required=True):
    """A dangerous attempt was denied outright and a person should know."""

    task_id: UUID
    agent_id: UUID
    level: str
    practice: bool


@dataclass(frozen=True, kw_only=True)
class TaskOverdue(FleetEvent, wire_name="task.overdue", required=True):
    """A waiting task was read or started after its time to answer had passed."""

    task_id: UUID
    agent_id: UUID


@dataclass(frozen=True, kw_only=True)
class TaskResolved(FleetEvent, wire_name="task.resolved"):
    """A waiting task got its answer: READY, DENIED, EXPIRED, or PENDING again after an undo."""

    task_id: UUID
    agent_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class TaskCancelled(FleetEvent, wire_name="task.cancelled"):
    """The caller withdrew a task before it ended."""

    task_id: UUID
    agent_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class TaskStarted(FleetEvent, wire_name="task.started"):
    """A task that people approved has started; its grant is consumed."""

    task_id: UUID
    agent_id: UUID


@dataclass(frozen=True, kw_only=True)
class TaskFinished(FleetEvent, wire_name="task.finished"):
    """A task that people approved has an outcome."""

    task_id: UUID
    agent_id: UUID
    result: str


@dataclass(frozen=True, kw_only=True)
class TaskStopRequested(FleetEvent, wire_name="task.stop_requested"):
    """A running task left its envelope or its agent was frozen; it is told to stop."""

    task_id: UUID
    agent_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class GrantRevoked(FleetEvent, wire_name="grant.revoked"):
    """An unused permission was taken back."""

    task_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class GrantLapsed(FleetEvent, wire_name="grant.lapsed"):
    """A permission was not used in time: approved, never started."""

    task_id: UUID


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
class ProbeJudged(FleetEvent, wire_name="breaker.probe_judged"):
    """One probe ended without deciding probation."""

    agent_id: UUID
    passed: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class FleetHalted(FleetEvent, wire_name="fleet.halted"):
    """Every task of the fleet is denied at the gate until a person resumes it."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class FleetResumed(FleetEvent, wire_name="fleet.resumed"):
    """A person ended the halt."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class PolicyPublished(FleetEvent, wire_name="policy.published"):
    """A new policy version is in force."""

    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class KeyCreated(FleetEvent, wire_name="key.created"):
    """An API key was made; its secret was shown once."""

    key_id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class KeyRevoked(FleetEvent, wire_name="key.revoked"):
    """An API key no longer signs in."""

    key_id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class MembershipChanged(FleetEvent, wire_name="membership.changed"):
    """A person's role in the fleet was given, changed or taken (``role`` empty)."""

    username: str
    role: str


@dataclass(frozen=True, kw_only=True)
class SessionEnded(FleetEvent, wire_name="session.ended"):
    """A person must not receive this fleet's events any longer."""

    user_key: str

    def ids(self) -> dict[str, str]:
        """Return the person's key: sockets close by it."""
        return {"user": self.user_key}


@dataclass(frozen=True, kw_only=True)
class AuditorMended(FleetEvent, wire_name="auditor.mended"):
    """Something should have advanced and had not; the auditor moved it on and says what."""

    sentence: str
