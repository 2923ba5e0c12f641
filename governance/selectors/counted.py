"""Counts of the whole installation as `services.counted` keeps them in the broker."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from governance.feed import broker_client

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COUNTED_KEY = "countersign:counted"
# Tasks that one containment reached; the caps of the policy stop at some hundreds.
CASCADE_BUCKETS = (1, 2, 5, 10, 20, 50, 100, 500)
# A minute to a day: what people take for an answer, and the deadlines they have.
DECIDE_BUCKETS_S = (30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400)


def field_of(name: str, **labels: str) -> str:
    """Return the field of a count, with its labels in order."""
    return "|".join([name, *(f"{label}={value}" for label, value in sorted(labels.items()))])


def counted_read() -> dict[str, float]:
    """Return all counts by field.

    Raises:
        redis.RedisError: if the broker is away.
    """
    kept = cast("dict[bytes, bytes]", broker_client().hgetall(COUNTED_KEY))
    return {field.decode(): float(amount) for field, amount in kept.items()}


def labelled(counts: Mapping[str, float], name: str) -> list[tuple[dict[str, str], float]]:
    """Return the counts of one name with their labels, in order."""
    found = []
    for field in sorted(counts):
        head, *labels = field.split("|")
        if head == name:
            found.append((dict(label.split("=", 1) for label in labels), counts[field]))
    return found


def histogram(
    counts: Mapping[str, float], name: str, buckets: Sequence[float]
) -> tuple[list[tuple[str, float]], float]:
    """Return a histogram as Prometheus has it: buckets that add up, and the sum of all seen."""
    total, found = 0.0, []
    for bucket in [*map(str, buckets), "+Inf"]:
        total += counts.get(field_of(name, le=bucket), 0.0)
        found.append((bucket, total))
    return found, counts.get(field_of(name, part="sum"), 0.0)
