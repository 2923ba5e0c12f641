"""How long people have to decide, and how long their answer holds."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.fields import Guard, Provenance, setting

_SECTION = "own choice: the riskier, the sooner"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTiming:
    """Deadlines of tickets, claims, grants, rules. That an expired ticket denies is no setting."""

    decide_low_min: float = setting(
        1440.0,
        unit="min",
        low=1,
        high=10_080,
        provenance=Provenance.CHOICE,
        meaning="Time to decide a ticket of level Low; then it expires and nothing runs.",
        reference=_SECTION,
    )
    decide_medium_min: float = setting(
        240.0,
        unit="min",
        low=1,
        high=10_080,
        provenance=Provenance.CHOICE,
        meaning="Time to decide a ticket of level Medium.",
        reference=_SECTION,
    )
    decide_high_min: float = setting(
        30.0,
        unit="min",
        low=1,
        high=10_080,
        provenance=Provenance.CHOICE,
        meaning="Time to decide a ticket of level High.",
        reference=_SECTION,
    )
    decide_critical_min: float = setting(
        15.0,
        unit="min",
        low=1,
        high=10_080,
        provenance=Provenance.CHOICE,
        meaning="Time to decide a ticket of level Critical.",
        reference=_SECTION,
    )
    decide_release_min: float = setting(
        1440.0,
        unit="min",
        low=1,
        high=10_080,
        provenance=Provenance.CHOICE,
        meaning="Time to decide whether a latched agent may go on probation; it stays frozen.",
        reference=_SECTION,
    )
    decide_incident_min: float = setting(
        1440.0,
        unit="min",
        low=1,
        high=10_080,
        provenance=Provenance.CHOICE,
        meaning="Time to answer an incident; the task stays denied either way.",
        reference=_SECTION,
    )
    decide_drift_min: float = setting(
        1440.0,
        unit="min",
        low=1,
        high=10_080,
        provenance=Provenance.CHOICE,
        meaning="Time to say what follows from a drift alarm; the agent stays demoted meanwhile.",
        reference=_SECTION,
    )
    decide_audit_min: float = setting(
        4320.0,
        unit="min",
        low=1,
        high=43_200,
        provenance=Provenance.CHOICE,
        meaning="Time to judge a sampled task; then the audit ends without a verdict.",
        reference=_SECTION,
    )
    decide_cascade_min: float = setting(
        240.0,
        unit="min",
        low=1,
        high=10_080,
        provenance=Provenance.CHOICE,
        meaning="Time to settle what a cascade holds; it stays held, and people are asked again.",
        reference=_SECTION,
    )
    decide_collusion_min: float = setting(
        4_320.0,
        unit="min",
        low=1,
        high=43_200,
        provenance=Provenance.CHOICE,
        meaning="Time to judge a ring; it stays suspected, and people are asked again.",
        reference=_SECTION,
    )
    grant_low_min: float = setting(
        60.0,
        unit="min",
        low=1,
        high=1440,
        guard=Guard.RAISING,
        provenance=Provenance.CHOICE,
        meaning="How long an approved task of level Low may wait for its start.",
        reference=_SECTION,
    )
    grant_medium_min: float = setting(
        60.0,
        unit="min",
        low=1,
        high=1440,
        guard=Guard.RAISING,
        provenance=Provenance.CHOICE,
        meaning="How long an approved task of level Medium may wait for its start.",
        reference=_SECTION,
    )
    grant_high_min: float = setting(
        30.0,
        unit="min",
        low=1,
        high=1440,
        guard=Guard.RAISING,
        provenance=Provenance.CHOICE,
        meaning="How long an approved task of level High may wait for its start.",
        reference=_SECTION,
    )
    grant_critical_min: float = setting(
        10.0,
        unit="min",
        low=1,
        high=1440,
        guard=Guard.RAISING,
        provenance=Provenance.CHOICE,
        meaning="How long an approved task of level Critical may wait for its start.",
        reference=_SECTION,
    )
    undo_s: float = setting(
        10.0,
        unit="s",
        low=0,
        high=300,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="Time between the last approval and the first moment the task may start.",
        reference="own choice",
    )
    lease_min: float = setting(
        10.0,
        unit="min",
        low=1,
        high=60,
        provenance=Provenance.CHOICE,
        meaning="How long a claim holds after its last sign of life.",
        reference="own choice",
    )
    lease_longest_min: float = setting(
        30.0,
        unit="min",
        low=1,
        high=240,
        provenance=Provenance.CHOICE,
        meaning="How long one person may keep a claim, however often it is renewed.",
        reference="own choice",
    )
    claims_max: int = setting(
        5,
        unit="tickets",
        low=1,
        high=50,
        provenance=Provenance.CHOICE,
        meaning="How many tickets one person may hold claimed at a time.",
        reference="own choice",
    )
    stale_claim_s: float = setting(
        90.0,
        unit="s",
        low=10,
        high=600,
        provenance=Provenance.CHOICE,
        meaning="Silence of a holder after which others of the same level may take over.",
        reference="own choice",
    )
    snooze_leaves_share: float = setting(
        0.2,
        unit="share",
        low=0.05,
        high=0.95,
        provenance=Provenance.CHOICE,
        meaning="Share of the time to decide that is left at least when a snoozed ticket wakes.",
        reference="own choice",
    )
    ask_extends_share: float = setting(
        0.5,
        unit="share",
        low=0,
        high=0.5,
        provenance=Provenance.CHOICE,
        meaning="By how much of it a first question makes the time to decide longer, once.",
        reference="own choice",
    )
    emergency_min: float = setting(
        10.0,
        unit="min",
        low=1,
        high=60,
        guard=Guard.RAISING,
        provenance=Provenance.CHOICE,
        meaning="How long one admin's call for an emergency waits for a second; then it lapses.",
        reference="own choice",
    )
    preapproval_longest_h: float = setting(
        8.0,
        unit="h",
        low=0.25,
        high=8,
        guard=Guard.RAISING,
        provenance=Provenance.CHOICE,
        meaning="How long a pre-approval rule may hold at most; a proposal waits as long.",
        reference="own choice",
    )
