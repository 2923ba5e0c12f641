"""What holding work back is worth: an estimate from the work of the same kind that ran."""

from __future__ import annotations

# Below this many outcomes a failure rate is no knowledge.
OUTCOMES_LEAST = 10


def failures_stopped(held_back: int, *, outcomes: int, failures: int) -> float | None:
    """Return how many tasks that were kept from running would have failed, as an estimate.

    It takes them to be like the tasks of the same kind that ran. The gate holds the riskier ones
    back, so that the estimate is rather low than high.

    Args:
        held_back: tasks that were denied, refused or left to expire, >= 0.
        outcomes: how many tasks of the kind ran to an outcome, >= 0.
        failures: how many of these failed, 0 <= failures <= outcomes.

    Returns:
        ``held_back`` times the failure rate; None from fewer than 10 outcomes.

    Raises:
        ValueError: if a count is negative or failures exceed outcomes.

    Source: own choice, the plainest estimate that can be checked by hand.
    """
    if held_back < 0 or not 0 <= failures <= outcomes:
        raise ValueError(
            "counts must be >= 0 and failures at most outcomes,"
            f" got held_back {held_back}, failures {failures} of {outcomes}"
        )
    return None if outcomes < OUTCOMES_LEAST else held_back * failures / outcomes
