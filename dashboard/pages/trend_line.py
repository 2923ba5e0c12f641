"""One agent's buckets of time, and from which of them on there is a score to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from governance.models import AgentBucket


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendLine:
    """One agent's buckets, oldest first; those before ``shown_from`` had too few outcomes."""

    name: str
    buckets: Sequence[AgentBucket]
    shown_from: int = 0

    def trust(self, place: int) -> float | None:
        """Return the score after the bucket in this place, None where it is not to be shown."""
        return self.buckets[place].trust if place >= self.shown_from else None

    @property
    def scores(self) -> list[tuple[AgentBucket, float]]:
        """Return the buckets after which there was a score, each with it."""
        known = ((bucket, self.trust(place)) for place, bucket in enumerate(self.buckets))
        return [(bucket, trust) for bucket, trust in known if trust is not None]


def counts_of(bucket: AgentBucket) -> tuple[int, int, int, int]:
    """Return how many of each of `RESULTS` finished in the bucket."""
    return bucket.successes, bucket.partials, bucket.failures, bucket.neutrals
