"""What counts as collusion, how sure an alarm must be, and what follows."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.collusion_scans import ScanPolicy
from governance.domain.policy.fields import Guard, Provenance, setting

MEASURED, CHOICE, STANDARD = Provenance.MEASURED, Provenance.CHOICE, Provenance.STANDARD
_METHOD = "docs/evidence.md, Collusion"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollusionPolicy(ScanPolicy):
    """How rings are searched for, and what stands against whom they are confirmed."""

    tie_rate: float = setting(
        0.01,
        unit="share",
        low=0.0001,
        high=0.1,
        guard=Guard.LOWERING,
        provenance=STANDARD,
        meaning="Share of the excess ties that may be chance.",
        reference="Benjamini and Hochberg (1995); docs/evidence.md, Collusion",
    )
    tie_least: int = setting(
        3,
        unit="interactions",
        low=2,
        high=50,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Fewest interactions of two agents that can be an excess tie.",
        reference=_METHOD,
    )
    alarm_rate: float = setting(
        0.002,
        unit="share",
        low=0.0001,
        high=0.1,
        guard=Guard.LOWERING,
        provenance=STANDARD,
        meaning="Share of the accused ties that may be chance.",
        reference="Benjamini and Hochberg (1995); docs/evidence.md, Collusion",
    )
    open_rate: float = setting(
        0.001,
        unit="share",
        low=0.00001,
        high=0.05,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="The same for pairs that do not work together more than usual.",
        reference=_METHOD,
    )
    open_least: int = setting(
        4,
        unit="interactions",
        low=3,
        high=50,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Fewest interactions of such a pair that are looked at.",
        reference=_METHOD,
    )
    own_chance: float = setting(
        0.10,
        unit="probability",
        low=0.0,
        high=1.0,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="Evidence a tie needs of its own before its triangles speak for it.",
        reference=_METHOD,
    )
    served_share: float = setting(
        0.3,
        unit="share",
        low=0.1,
        high=1.0,
        provenance=MEASURED,
        meaning="Share of an agent's work from which on it serves the agent it works with.",
        reference=_METHOD,
    )
    window_s: int = setting(
        900,
        unit="seconds",
        low=60,
        high=7_200,
        provenance=MEASURED,
        meaning="Interactions within this time of each other are in step.",
        reference=_METHOD,
    )
    window_agents: int = setting(
        25,
        unit="agents",
        low=5,
        high=200,
        provenance=MEASURED,
        meaning="With more agents at once, a moment says nothing.",
        reference=_METHOD,
    )
    lockstep_rate: float = setting(
        0.001,
        unit="share",
        low=0.00001,
        high=0.05,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="Share of the pairs found in step that may be chance.",
        reference=_METHOD,
    )
    passed_on_s: int = setting(
        7_200,
        unit="seconds",
        low=60,
        high=86_400,
        provenance=MEASURED,
        meaning="An amount that leaves within this time of its arrival was passed on.",
        reference=_METHOD,
    )
    same_amount: float = setting(
        0.02,
        unit="share",
        low=0.001,
        high=0.1,
        provenance=MEASURED,
        meaning="How much an amount may shrink and still count as the same; half as much may grow.",
        reference=_METHOD,
    )
    circular_rate: float = setting(
        0.001,
        unit="share",
        low=0.00001,
        high=0.05,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="Share of the agents found to pass amounts on that may be chance.",
        reference=_METHOD,
    )
    circular_least: int = setting(
        5,
        unit="matches",
        low=3,
        high=100,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Fewest amounts passed on inside a group that accuse it.",
        reference=_METHOD,
    )
    circular_chance: float = setting(
        1e-6,
        unit="probability",
        low=1e-12,
        high=0.01,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="So many matches must be less likely than this by chance.",
        reference=_METHOD,
    )
    circular_returned: float = setting(
        0.5,
        unit="share",
        low=0.1,
        high=1.0,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Share of the value moved inside a group that must come back.",
        reference=_METHOD,
    )
    penal_days: int = setting(
        14,
        unit="days",
        low=0,
        high=90,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="How long members of a confirmed ring stay at tier low.",
        reference="own choice: what follows a confirmed ring",
    )
    fine_share: float = setting(
        1.0,
        unit="share",
        low=0.0,
        high=2.0,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="What a member of a confirmed ring is fined of what it received from the others.",
        reference="own choice: what follows a confirmed ring",
    )
    penal_budget_share: float = setting(
        0.5,
        unit="share",
        low=0.0,
        high=1.0,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="What is left of their monthly budget meanwhile.",
        reference="own choice: what follows a confirmed ring",
    )
    team_days: int = setting(
        90,
        unit="days",
        low=1,
        high=365,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="How long a declared team counts: one of a dismissed ring, any other at most.",
        reference="own choice: a quarter; docs/evidence.md, Collusion",
    )
    verify_jobs: int = setting(
        8,
        unit="jobs",
        low=1,
        high=50,
        guard=Guard.LOWERING,
        provenance=MEASURED,
        meaning="How many of the next jobs on a tie are checked when people ask for it.",
        reference="docs/evidence.md, Collusion: a pair needs about 5 to 7 verified outcomes",
    )
    verify_days: int = setting(
        7,
        unit="days",
        low=1,
        high=90,
        provenance=CHOICE,
        meaning="After this time people are asked again, whether the checks are in or not.",
        reference="own choice: a suspicion that nobody settles goes on holding work",
    )
