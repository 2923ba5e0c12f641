"""What a correction of an outcome changed, in words."""

from __future__ import annotations

from governance.domain.standing import Standing
from governance.domain.types import Result

_WORDS = {
    Result.SUCCESS: "a success",
    Result.PARTIAL: "a partial success",
    Result.FAILURE: "a failure",
}


def correction_sentence(
    *, task: str, before: Result, after: Result, by: str, was: Standing, becomes: Standing
) -> str:
    """Return what an outcome counts as from now on, and what that made of its agent.

    Args:
        task: how its caller names the task.
        before: what the outcome counted as.
        after: what it counts as now.
        by: who checked it.
        was: the agent's standing before.
        becomes: and after.
    """
    counted = (
        f"{task} was checked by {by} and stays {_words(after)}, now verified"
        if before is after
        else f"{task} now counts as {_words(after)}, not as {_words(before)}: checked by {by}"
    )
    return f"{counted}; {_trust(was, becomes)}{_tier(was, becomes)}."


def _trust(was: Standing, becomes: Standing) -> str:
    if was.enough and becomes.enough:
        return f"trust {was.trust:.2f} -> {becomes.trust:.2f}"
    return f"too little is known for a score ({becomes.outcomes} of {becomes.outcomes_needed})"


def _tier(was: Standing, becomes: Standing) -> str:
    if was.tier is becomes.tier:
        return f", tier {becomes.tier.value} as before"
    return f", tier {was.tier.value} -> {becomes.tier.value}"


def _words(result: Result) -> str:
    return _WORDS.get(result, result.value)
