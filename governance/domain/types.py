"""The words that rules share: every closed set of values in one place."""

from __future__ import annotations

from enum import StrEnum


class _Ordered(StrEnum):
    """Values listed from mildest to strictest; ``rank`` is the place, 0 for the mildest."""

    rank: int

    def __init__(self, _value: str) -> None:
        # Members exist in the order they are listed, so those already there give the place.
        # Counted once, because the gate compares ranks some twenty times for each answer.
        self.rank = len(type(self).__members__)


class Environment(StrEnum):
    """Where a task acts; every API key is bound to one."""

    SANDBOX = "sandbox"
    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"


class TaskType(_Ordered):
    """Structure of a task, mildest first (docs/evidence.md, Blast radius)."""

    STATELESS = "stateless"
    PIPELINE = "pipeline"
    COORDINATION = "coordination"


class Tier(_Ordered):
    """Trust tier, most trusted first, so that a higher rank is stricter."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Preset(_Ordered):
    """Bundle of limits, loosest first."""

    AGGRESSIVE = "aggressive"
    BALANCED = "balanced"
    CONSERVATIVE = "conservative"


class BlastLevel(_Ordered):
    """How much damage a task can do."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class Approval(_Ordered):
    """What the approval table asks for, mildest first."""

    RUN = "run"
    RUN_SAMPLED = "run_sampled"
    ONE = "one_approval"
    TWO = "two_approvals"
    TWO_WITH_MANAGER = "two_approvals_one_manager"
    DENY = "deny"


class Verdict(_Ordered):
    """The gate's answer, mildest first."""

    ALLOW = "allow"
    ESCALATE = "escalate"
    DENY = "deny"


class Enforcement(StrEnum):
    """Whether decisions act, or are only recorded."""

    ENFORCE = "enforce"
    SHADOW = "shadow"


class TaskState(StrEnum):
    """States of a task (docs/architecture.md)."""

    PENDING = "PENDING"
    READY = "READY"
    HELD = "HELD"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    DENIED = "DENIED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class Result(StrEnum):
    """How a task ended; the last four are neutral and never count for or against."""

    SUCCESS = "success"
    PARTIAL = "partial"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    CHILD_FROZEN = "child_frozen"
    DEPENDENCY_DOWN = "dependency_down"
    DENIED = "denied"


class BreakerState(StrEnum):
    """What the detector derived (docs/architecture.md, Breakers)."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


class BreakerMode(StrEnum):
    """Whether the breaker acts for this agent."""

    ENFORCE = "ENFORCE"
    SHADOW = "SHADOW"
    BYPASS = "BYPASS"


class RuleMode(StrEnum):
    """What an optional rule of the breaker does: nothing, say what it would have done, or act."""

    OFF = "off"
    SHADOW = "shadow"
    ENFORCE = "enforce"


class Hold(StrEnum):
    """A hold on top of any breaker state."""

    NONE = "none"
    FORCED_OPEN = "FORCED_OPEN"
    LATCHED = "LATCHED"
    SUPERVISED = "SUPERVISED"


# A freeze by hand, and a latch: no time ends them.
ENDED_BY_PEOPLE = frozenset({Hold.FORCED_OPEN, Hold.LATCHED})


class HoldOrigin(StrEnum):
    """Who set a hold: what a person held, no detector setting releases."""

    NONE = "none"
    DETECTOR = "detector"
    PERSON = "person"


class Scope(StrEnum):
    """What an API key may do."""

    GATE = "gate"
    REPORT = "report"
    VERIFY = "verify"
    READ = "read"
    OPERATE = "operate"


class Role(_Ordered):
    """A person's role in one fleet; each includes the ones before it."""

    REVIEWER = "reviewer"
    MANAGER = "manager"
    ADMIN = "admin"

    @property
    def one(self) -> str:
        """Return the role with its article, as it stands in a sentence: "an admin"."""
        return f"{'an' if self is Role.ADMIN else 'a'} {self.value}"


class ToolStatus(StrEnum):
    """A tool counts once an admin has confirmed it."""

    PENDING = "pending"
    CONFIRMED = "confirmed"


class GrantState(StrEnum):
    """Where a grant stands; only an issued one lets anything run."""

    ISSUED = "ISSUED"
    CONSUMED = "CONSUMED"
    REVOKED = "REVOKED"
    LAPSED = "LAPSED"
