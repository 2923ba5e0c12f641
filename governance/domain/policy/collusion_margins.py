"""What is tolerated among agents before it is evidence, and how much of it is needed."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.fields import Guard, Provenance, setting

MEASURED, CHOICE = Provenance.MEASURED, Provenance.CHOICE
_METHOD = "docs/evidence.md, Collusion"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginPolicy:
    """How far agents may depart from what others say; these matter more than any other choice."""

    margin_over_rated: float = setting(
        0.08,
        unit="of a rating from 0 to 1",
        low=0.0,
        high=0.5,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="How far ratings may exceed checked quality before it is evidence.",
        reference="own choice; docs/evidence.md, Collusion: without margins precision falls"
        " from 1.00 to 0.40",
    )
    least_over_rated: int = setting(
        3,
        unit="verified interactions",
        low=2,
        high=50,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Fewest verified and rated interactions that can be such evidence.",
        reference=_METHOD,
    )
    margin_favoured: float = setting(
        0.10,
        unit="of a rating from 0 to 1",
        low=0.0,
        high=0.5,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="How far ratings may exceed what others give the same agent.",
        reference="docs/evidence.md, Collusion",
    )
    least_favoured: int = setting(
        4,
        unit="rated interactions",
        low=2,
        high=50,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Fewest rated interactions that can be such evidence.",
        reference=_METHOD,
    )
    margin_waved_through: float = setting(
        0.10,
        unit="share",
        low=0.0,
        high=0.5,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="How much more often poor work may be accepted than by others.",
        reference="docs/evidence.md, Collusion",
    )
    least_waved_through: int = setting(
        4,
        unit="poor results",
        low=2,
        high=50,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Fewest poor results that can be such evidence.",
        reference=_METHOD,
    )
    margin_joint_benefit: float = setting(
        0.10,
        unit="thirds of a standard deviation",
        low=0.0,
        high=0.5,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="How much more two agents may gain together than such work usually brings.",
        reference="docs/evidence.md, Collusion",
    )
    least_joint_benefit: int = setting(
        4,
        unit="paid interactions",
        low=2,
        high=50,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Fewest interactions with a payoff that can be such evidence.",
        reference=_METHOD,
    )
    margin_lockstep: float = setting(
        0.10,
        unit="of a rating from 0 to 1",
        low=0.0,
        high=0.5,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="How far ratings given in step may depart from what outsiders say.",
        reference=_METHOD,
    )
    pair_spread: float = setting(
        0.02,
        unit="of a rating from 0 to 1",
        low=0.0,
        high=0.2,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="How much two honest agents may see each other's work more kindly than others do.",
        reference=_METHOD,
    )
