"""Small values that several pages draw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """Time that runs out.

    `left_s` is what was left when the page was made, by the database clock; the script goes on
    from `deadline` with the server's time.
    """

    deadline: datetime
    span_s: float
    left_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustBand:
    """Trust in [0, 1] with its 10 to 90 % band; below `needed` outcomes no figure is shown."""

    score: float
    low: float
    high: float
    tier: str
    outcomes: int
    needed: int = 10

    @property
    def is_known(self) -> bool:
        """Return whether there are enough outcomes to show a figure."""
        return self.outcomes >= self.needed


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyNote:
    """What confirmed collusion imposes on an agent now.

    `words` say it in a few words, `sentence` in whole; `url` leads to the ring, empty for none.
    """

    words: str
    sentence: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who holds a ticket, until when."""

    name: str
    initials: str
    is_me: bool
    lease: Countdown


def claim_words(claim: Claim | None) -> str:
    """Return who works on a ticket now, to go on in a sentence."""
    if claim is None:
        return "claimed by nobody"
    return "claimed by you" if claim.is_me else f"claimed by {claim.name}"
