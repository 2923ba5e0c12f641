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

    def plus(self, factor: float, other: Evidence) -> Evidence:
        """Return ``factor`` times these sums plus the other's.

        Written out, because every outcome passes here: a loop costs four times as much.
        """
        return Evidence(
            self.weight * factor + other.weight,
            self.failures * factor + other.failures,
            self.expected * factor + other.expected,
            self.budget_weight * factor + other.budget_weight,
            self.budget_kept * factor + other.budget_kept,
            self.consistency_weight * factor + other.consistency_weight,
            self.consistency_kept * factor + other.consistency_kept,
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
