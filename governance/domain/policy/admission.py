"""How long a refused caller waits, and how long an allowed task may wait for its start."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.fields import Guard, Provenance, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionPolicy:
    """Times the gate answers with."""

    retry_parallel_s: float = setting(
        10.0,
        unit="s",
        low=1,
        high=3600,
        provenance=Provenance.CHOICE,
        meaning="When to ask again after too many tasks ran at a time.",
        reference="own choice",
    )
    retry_probe_s: float = setting(
        60.0,
        unit="s",
        low=1,
        high=3600,
        provenance=Provenance.CHOICE,
        meaning="When to ask again while another probe of the agent runs.",
        reference="own choice",
    )
    ready_h: float = setting(
        24.0,
        unit="h",
        low=0.1,
        high=168,
        guard=Guard.RAISING,
        provenance=Provenance.CHOICE,
        meaning="How long an allowed task may wait for its start before it expires.",
        reference="own choice: a day",
    )
