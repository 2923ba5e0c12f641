"""The letters of the blast vector in words, from the one scale the rules use."""

from __future__ import annotations

from governance.domain.blast.scale import SCALE, BlastMetric

DECLARED = (
    BlastMetric.WRITE,
    BlastMetric.REVERSIBILITY,
    BlastMetric.DATA,
    BlastMetric.REACH,
    BlastMetric.INPUT,
)


def letters(metric: BlastMetric) -> str:
    """Return what each letter of a metric stands for, mildest first."""
    return ", ".join(f"{step.letter} {step.meaning}" for step in SCALE[metric].steps) + "."


def every_letter() -> str:
    """Return the letters of every metric that a caller may declare."""
    return " ".join(f"{m.value} ({SCALE[m].name}): {letters(m)}" for m in DECLARED)
