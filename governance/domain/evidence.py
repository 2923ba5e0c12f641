"""Decayed sums of what an agent has done: the value that trust, sources and score share."""

from __future__ import annotations

from governance.domain.value_object import ValueObject


class Evidence(ValueObject, frozen=True):
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
        return Evidence(
            self.weight * factor,
            self.failures * factor,
            self.expected * factor,
            self.budget_weight * factor,
            self.budget_kept * factor,
            self.consistency_weight * factor,
            self.consistency_kept * factor,
        )

    def plus(self, factor: float, other: Evidence, share: float = 1.0) -> Evidence:
        """Return ``factor`` times these sums plus ``share`` times the other's.

        Written out, because every outcome passes here: a loop costs four times as much.
        """
        return Evidence(
            self.weight * factor + other.weight * share,
            self.failures * factor + other.failures * share,
            self.expected * factor + other.expected * share,
            self.budget_weight * factor + other.budget_weight * share,
            self.budget_kept * factor + other.budget_kept * share,
            self.consistency_weight * factor + other.consistency_weight * share,
            self.consistency_kept * factor + other.consistency_kept * share,
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
