"""How many audits people are asked for; how often tasks are drawn is a limit of each preset."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.fields import Guard, Provenance, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPolicy:
    """What keeps sampled audits from flooding the people who make them."""

    open_most: int = setting(
        25,
        unit="audits",
        low=0,
        high=10_000,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="Audits of the fleet that may wait for people at a time; more are skipped.",
        reference="own choice: an hour's work of one person at two minutes each",
    )
    day_most: int = setting(
        100,
        unit="audits a day",
        low=0,
        high=100_000,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="Audits of the fleet put before people in one day, UTC; more are skipped.",
        reference="own choice: three hours of work a day at two minutes each",
    )
