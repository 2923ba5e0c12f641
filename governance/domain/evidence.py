"""Decayed sums of what an agent has done: the value that trust, sources and score share."""

from __future__ import annotations

from typing import NamedTuple


class Evidence(NamedTuple):
    """Sums over outcomes, each multiplied by its weight and by the forgetting since.

    ``weight`` is the outcomes' worth of evidence; ``failures`` of them failed (a partial result
    counts half) where the fleet would have failed ``expected``. The pairs ``budget`` and
    ``consistency`` hold the weight of what was measured and how much of it was kept.
    """

    weight: float = 0.0
    failures: float = 0.0
    expected: float = 0.0
    budget_weight: float = 0.0
    budget_kept: float = 0.0
    consistency_weight: float = 0.0
    consistency_kept: float = 0.0

    def scaled(self, factor: float) -> Evidence:
        """Return every sum times ``factor``, in [0, 1]."""
        n, f, e, bn, bk, cn, ck = self
        return Evidence(
            n * factor, f * factor, e * factor, bn * factor, bk * factor, cn * factor, ck * factor
        )

    def plus(self, other: Evidence) -> Evidence:
        """Return the sums of both."""
        n, f, e, bn, bk, cn, ck = self
        n2, f2, e2, bn2, bk2, cn2, ck2 = other
        return Evidence(n + n2, f + f2, e + e2, bn + bn2, bk + bk2, cn + cn2, ck + ck2)

    def without(self, part: Evidence) -> Evidence:
        """Return the sums without a ``part`` of them; rounding never leaves a negative sum."""
        return Evidence(*(max(0.0, a - b) for a, b in zip(self, part, strict=True)))

    def to_plain(self) -> dict[str, float]:
        """Return the sums by name."""
        return self._asdict()

    @classmethod
    def from_plain(cls, plain: dict[str, float]) -> Evidence:
        """Return the evidence stored as ``plain``, exactly."""
        # A JSON store may write 3.0 as 3.
        return cls(**{name: float(value) for name, value in plain.items()})


NO_EVIDENCE = Evidence()
