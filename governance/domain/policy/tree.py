"""The whole policy as one immutable value."""

from __future__ import annotations

from dataclasses import dataclass, field

from governance.domain.policy.admission import AdmissionPolicy
from governance.domain.policy.approvals import ApprovalPolicy
from governance.domain.policy.audits import AuditPolicy
from governance.domain.policy.blast import BlastPolicy
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.policy.cascade import CascadePolicy
from governance.domain.policy.collusion import CollusionPolicy
from governance.domain.policy.drift import DriftPolicy
from governance.domain.policy.flood import FloodPolicy
from governance.domain.policy.matrix import MatrixPolicy
from governance.domain.policy.pace import PacePolicy
from governance.domain.policy.presets import PresetsPolicy
from governance.domain.policy.retention import RetentionPolicy
from governance.domain.policy.timing import TicketTiming
from governance.domain.policy.trust import TrustPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything tunable; stored as a numbered version that never changes."""

    trust: TrustPolicy = field(default_factory=TrustPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    drift: DriftPolicy = field(default_factory=DriftPolicy)
    audits: AuditPolicy = field(default_factory=AuditPolicy)
    cascade: CascadePolicy = field(default_factory=CascadePolicy)
    collusion: CollusionPolicy = field(default_factory=CollusionPolicy)
    matrix: MatrixPolicy = field(default_factory=MatrixPolicy)
    presets: PresetsPolicy = field(default_factory=PresetsPolicy)
    approvals: ApprovalPolicy = field(default_factory=ApprovalPolicy)
    blast: BlastPolicy = field(default_factory=BlastPolicy)
    admission: AdmissionPolicy = field(default_factory=AdmissionPolicy)
    tickets: TicketTiming = field(default_factory=TicketTiming)
    flood: FloodPolicy = field(default_factory=FloodPolicy)
    pace: PacePolicy = field(default_factory=PacePolicy)
    retention: RetentionPolicy = field(default_factory=RetentionPolicy)


def policy_default() -> Policy:
    """Return the policy of a new fleet."""
    return Policy()
