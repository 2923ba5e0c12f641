"""Facts about audits, and about outcomes that people overturned."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from governance.events.base import FleetEvent


@dataclass(frozen=True, kw_only=True)
class AuditDrawn(FleetEvent, wire_name="audit.drawn"):
    """A finished task was drawn for a person to check; the sentence says by which chance.

    ``enforced`` is false in shadow, where nobody is asked.
    """

    task_id: UUID
    agent_id: UUID
    outcome_id: UUID
    probability: float
    sentence: str
    enforced: bool


@dataclass(frozen=True, kw_only=True)
class AuditsSkipped(FleetEvent, wire_name="audit.skipped"):
    """People have no room for more audits: told once a day, for the first that is skipped."""

    agent_id: UUID
    sentence: str


@dataclass(frozen=True, kw_only=True)
class AuditSettled(FleetEvent, wire_name="audit.settled"):
    """A person judged the work that was drawn: passed, failed or unclear."""

    task_id: UUID
    agent_id: UUID
    outcome_id: UUID
    verdict: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class OutcomeCorrected(FleetEvent, wire_name="outcome.corrected"):
    """An outcome counts as something else from now on; the sentence says what that changed."""

    agent_id: UUID
    outcome_id: UUID
    before: str
    after: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class OutcomesReweighed(FleetEvent, wire_name="outcomes.reweighed"):
    """What a ring's members say of each other weighs nothing in an agent's trust, or again."""

    agent_id: UUID
    outcomes: int
    vouched_inside: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class RefoldDiffered(FleetEvent, wire_name="agent.refold_differed"):
    """An agent's history folded again ends elsewhere than the state it is judged by."""

    agent_id: UUID
    sentence: str
    live_digest: str
    refolded_digest: str
