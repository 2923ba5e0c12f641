"""Tunable numbers of the plain rules: thresholds that people know, beside the breaker's own."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.fields import Guard, Provenance, setting
from governance.domain.types import RuleMode

CHOICE, STANDARD = Provenance.CHOICE, Provenance.STANDARD
# A fleet of before these rules goes on as it was: nothing of the past begins to be counted.
_OFF = RuleMode.OFF


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRulesPolicy:
    """Whether failures in a row, or a rate over a window, freeze an agent or are only told."""

    in_a_row: RuleMode = setting(
        RuleMode.SHADOW,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="What failures in a row do: nothing, be recorded, or freeze as suspicion does.",
        reference="own choice: recorded beside suspicion, to compare",
        before=_OFF,
    )
    in_a_row_failures: int = setting(
        5,
        unit="failures",
        low=2,
        high=50,
        guard=Guard.RAISING,
        provenance=STANDARD,
        meaning="This many failures without another result between them.",
        reference="Microsoft Agent Governance Toolkit; docs/evidence.md, Breakers: 0 to 35 false"
        " freezes per 1,000 agent-days, by honest rate",
    )
    rate: RuleMode = setting(
        RuleMode.SHADOW,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="What a failure rate does: nothing, be recorded, or freeze as suspicion does.",
        reference="own choice: recorded beside suspicion, to compare",
        before=_OFF,
    )
    rate_share: float = setting(
        0.50,
        unit="share",
        low=0.05,
        high=1.0,
        guard=Guard.RAISING,
        provenance=STANDARD,
        meaning="From this share of failures within the window on; a partial result is no failure.",
        reference="resilience4j failureRateThreshold, 50 %; docs/evidence.md, Breakers: 0 to 161"
        " false freezes per 1,000 agent-days, by honest rate",
    )
    rate_window: int = setting(
        20,
        unit="outcomes",
        low=2,
        high=50,
        provenance=STANDARD,
        meaning="The window: this many of the agent's latest outcomes.",
        reference="resilience4j slidingWindowSize, by default 100; docs/evidence.md, Breakers",
    )
    rate_least: int = setting(
        10,
        unit="outcomes",
        low=2,
        high=50,
        guard=Guard.RAISING,
        provenance=STANDARD,
        meaning="No rate is taken of fewer outcomes than this.",
        reference="docs/evidence.md, Breakers",
    )

    @property
    def counts(self) -> bool:
        """Return whether any rule is on, so that outcomes must be counted."""
        return self.in_a_row is not _OFF or self.rate is not _OFF
