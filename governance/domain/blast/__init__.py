"""The blast radius: how much damage a task can do, as a nine-metric vector and a level."""

from governance.domain.blast.honesty import declared_honestly, level_outgrown, level_stated
from governance.domain.blast.scale import (
    POINTS_MAX,
    SCALE,
    VECTOR_VERSION,
    BlastMetric,
    BlastValueError,
    blast_step,
    vector_parse,
    vector_text,
)
from governance.domain.blast.score import (
    BlastPart,
    BlastResult,
    blast_level,
    blast_score,
    level_of_points,
)
from governance.domain.blast.sources import BlastSource, MissingSource, observed_letters

__all__ = [
    "POINTS_MAX",
    "SCALE",
    "VECTOR_VERSION",
    "BlastMetric",
    "BlastPart",
    "BlastResult",
    "BlastSource",
    "BlastValueError",
    "MissingSource",
    "blast_level",
    "blast_score",
    "blast_step",
    "declared_honestly",
    "level_of_points",
    "level_outgrown",
    "level_stated",
    "observed_letters",
    "vector_parse",
    "vector_text",
]
