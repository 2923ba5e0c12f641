"""What counts as collusion: margins that are tolerated, and how sure an alarm must be."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.fields import Provenance, setting

MEASURED, CHOICE, STANDARD = Provenance.MEASURED, Provenance.CHOICE, Provenance.STANDARD
_METHOD = "science.md 4.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollusionPolicy:
    """How rings are searched for; the margins matter more than any other choice."""

    window_days: int = setting(
        28,
        unit="days",
        low=7,
        high=90,
        provenance=MEASURED,
        meaning="How far back a full scan looks; quiet fleets need more.",
        reference="science.md 4.4",
    )
    tie_rate: float = setting(
        0.01,
        unit="share",
        low=0.0001,
        high=0.1,
        provenance=STANDARD,
        meaning="Share of the excess ties that may be chance.",
        reference="Benjamini and Hochberg (1995); science.md 4.2",
    )
    tie_least: int = setting(
        3,
        unit="interactions",
        low=2,
        high=50,
        provenance=MEASURED,
        meaning="Fewest interactions of two agents that can be an excess tie.",
        reference=_METHOD,
    )
    alarm_rate: float = setting(
        0.002,
        unit="share",
        low=0.0001,
        high=0.1,
        provenance=STANDARD,
        meaning="Share of the accused ties that may be chance.",
        reference="Benjamini and Hochberg (1995); science.md 4.2",
    )
    open_rate: float = setting(
        0.001,
        unit="share",
        low=0.00001,
        high=0.05,
        provenance=MEASURED,
        meaning="The same for pairs that do not work together more than usual.",
        reference=_METHOD,
    )
    open_least: int = setting(
        4,
        unit="interactions",
        low=3,
        high=50,
        provenance=MEASURED,
        meaning="Fewest interactions of such a pair that are looked at.",
        reference=_METHOD,
    )
    margin_over_rated: float = setting(
        0.08,
        unit="of a rating from 0 to 1",
        low=0.0,
        high=0.5,
        provenance=CHOICE,
        meaning="How far ratings may exceed checked quality before it is evidence.",
        reference="science.md 4.5, without margins precision falls from 1.00 to .40",
    )
    least_over_rated: int = setting(
        3,
        unit="verified interactions",
        low=2,
        high=50,
        provenance=MEASURED,
        meaning="Fewest verified and rated interactions that can be such evidence.",
        reference=_METHOD,
    )
    margin_favoured: float = setting(
        0.10,
        unit="of a rating from 0 to 1",
        low=0.0,
        high=0.5,
        provenance=CHOICE,
        meaning="How far ratings may exceed what others give the same agent.",
        reference="science.md 4.5",
    )
    least_favoured: int = setting(
        4,
        unit="rated interactions",
        low=2,
        high=50,
        provenance=MEASURED,
        meaning="Fewest rated interactions that can be such evidence.",
        reference=_METHOD,
    )
    margin_waved_through: float = setting(
        0.10,
        unit="share",
        low=0.0,
        high=0.5,
        provenance=CHOICE,
        meaning="How much more often poor work may be accepted than by others.",
        reference="science.md 4.5",
    )
    least_waved_through: int = setting(
        4,
        unit="poor results",
        low=2,
        high=50,
        provenance=MEASURED,
        meaning="Fewest poor results that can be such evidence.",
        reference=_METHOD,
    )
    margin_joint_benefit: float = setting(
        0.10,
        unit="thirds of a standard deviation",
        low=0.0,
        high=0.5,
        provenance=CHOICE,
        meaning="How much more two agents may gain together than such work usually brings.",
        reference="science.md 4.6",
    )
    least_joint_benefit: int = setting(
        4,
        unit="paid interactions",
        low=2,
        high=50,
        provenance=MEASURED,
        meaning="Fewest interactions with a payoff that can be such evidence.",
        reference=_METHOD,
    )
    margin_lockstep: float = setting(
        0.10,
        unit="of a rating from 0 to 1",
        low=0.0,
        high=0.5,
        provenance=CHOICE,
        meaning="How far ratings given in step may depart from what outsiders say.",
        reference=_METHOD,
    )
    pair_spread: float = setting(
        0.02,
        unit="of a rating from 0 to 1",
        low=0.0,
        high=0.2,
        provenance=MEASURED,
        meaning="How much two honest agents may see each other's work more kindly than others do.",
        reference=_METHOD,
    )
    own_chance: float = setting(
        0.10,
        unit="probability",
        low=0.0,
        high=1.0,
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
        provenance=MEASURED,
        meaning="Share of the agents found to pass amounts on that may be chance.",
        reference=_METHOD,
    )
    circular_least: int = setting(
        5,
        unit="matches",
        low=3,
        high=100,
        provenance=MEASURED,
        meaning="Fewest amounts passed on inside a group that accuse it.",
        reference=_METHOD,
    )
    circular_chance: float = setting(
        1e-6,
        unit="probability",
        low=1e-12,
        high=0.01,
        provenance=MEASURED,
        meaning="So many matches must be less likely than this by chance.",
        reference=_METHOD,
    )
    circular_returned: float = setting(
        0.5,
        unit="share",
        low=0.1,
        high=1.0,
        provenance=MEASURED,
        meaning="Share of the value moved inside a group that must come back.",
        reference=_METHOD,
    )
    recent_every_min: int = setting(
        60,
        unit="minutes",
        low=1,
        high=1_440,
        provenance=CHOICE,
        meaning="How often the latest day is scanned.",
        reference="science.md 4.8",
    )
    full_every_h: int = setting(
        24,
        unit="hours",
        low=1,
        high=168,
        provenance=CHOICE,
        meaning="How often the whole window is scanned.",
        reference="science.md 4.8",
    )
    quiet_days: int = setting(
        90,
        unit="days",
        low=28,
        high=365,
        provenance=MEASURED,
        meaning="The window of a fleet whose agents have few interactions each.",
        reference="science.md 4.4, recall follows interactions per pair",
    )
    quiet_interactions: int = setting(
        100,
        unit="interactions of an agent",
        low=10,
        high=1_000,
        provenance=MEASURED,
        meaning="Fewer than this within the window on average make a fleet quiet.",
        reference="science.md 4.4",
    )
    penal_days: int = setting(
        14,
        unit="days",
        low=0,
        high=90,
        provenance=CHOICE,
        meaning="How long members of a confirmed ring stay at tier low.",
        reference="domain.md, Numbers an agent earns",
    )
    fine_share: float = setting(
        1.0,
        unit="share",
        low=0.0,
        high=2.0,
        provenance=CHOICE,
        meaning="What a member of a confirmed ring is fined of what it received from the others.",
        reference="domain.md, Numbers an agent earns",
    )
    penal_budget_share: float = setting(
        0.5,
        unit="share",
        low=0.0,
        high=1.0,
        provenance=CHOICE,
        meaning="What is left of their monthly budget meanwhile.",
        reference="domain.md, Numbers an agent earns",
    )
    team_days: int = setting(
        90,
        unit="days",
        low=1,
        high=365,
        provenance=CHOICE,
        meaning="How long a dismissed ring counts as a declared team.",
        reference="science.md 4.9",
    )
    verify_jobs: int = setting(
        8,
        unit="jobs",
        low=1,
        high=50,
        provenance=MEASURED,
        meaning="How many of the next jobs on a tie are checked when people ask for it.",
        reference="science.md 4.3, a pair needs about 5 to 7 verified outcomes",
    )
