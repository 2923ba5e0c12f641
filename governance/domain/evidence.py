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
        """Return every sum times ``factor``."""
        n, f, e, bn, bk, cn, ck = self
        return Evidence(
            n * factor, f * factor, e * factor, bn * factor, bk * factor, cn * factor, ck * factor
        )

    def plus(self, factor: float, other: Evidence, share: float = 1.0) -> Evidence:
        """Return ``factor`` times these sums plus ``share`` times the other's.

        Written out, because every outcome passes here: a loop costs four times as much.
        """
        n, f, e, bn, bk, cn, ck = self
        n2, f2, e2, bn2, bk2, cn2, ck2 = other
        return Evidence(
            n * factor + n2 * share,
            f * factor + f2 * share,
            e * factor + e2 * share,
            bn * factor + bn2 * share,
            bk * factor + bk2 * share,
            cn * factor + cn2 * share,
            ck * factor + ck2 * share,
        )

    def to_plain(self) -> dict[str, float]:
        """Return the sums by name."""
        return self._asdict()

    @classmethod
    def from_plain(cls, plain: dict[str, float]) -> Evidence:
        """Return the evidence stored as ``plain``, exactly."""
        # A JSON store may write 3.0 as 3.
        return cls(**{name: float(value) for name, value in plain.items()})


NO_EVIDENCE = Evidence()
