"""What a correction of an outcome changed, in words."""

from __future__ import annotations

from governance.domain.phrases import count_words
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
    return f"{counted}; {_change(was, becomes)}."


def weighed_sentence(
    *, agent: str, outcomes: int, vouched_inside: bool, was: Standing, becomes: Standing
) -> str:
    """Return what a ring's word no longer counts for, or again, and what that made of an agent.

    Args:
        agent: what it is called.
        outcomes: how many weigh something else from now on.
        vouched_inside: whether they weigh nothing now.
        was: the agent's standing before.
        becomes: and after.
    """
    counted = count_words(outcomes, "outcome")
    weighs = "weigh" if outcomes > 1 else "weighs"
    them = "them" if outcomes > 1 else "it"
    told = (
        f"{counted} of {agent} {weighs} nothing: only its ring vouches for {them}"
        if vouched_inside
        else f"{counted} of {agent} {weighs} again: its ring's word counts"
    )
    return f"{told[0].upper()}{told[1:]}; {_change(was, becomes)}."


def _change(was: Standing, becomes: Standing) -> str:
    return f"{_trust(was, becomes)}{_tier(was, becomes)}"


def _trust(was: Standing, becomes: Standing) -> str:
    if was.enough and becomes.enough:
        return f"trust {was.trust:.2f} to {becomes.trust:.2f}"
    return f"too little is known for a score ({becomes.outcomes} of {becomes.outcomes_needed})"


def _tier(was: Standing, becomes: Standing) -> str:
    if was.tier is becomes.tier:
        return f", tier {becomes.tier.value} as before"
    return f", tier {was.tier.value} to {becomes.tier.value}"


def _words(result: Result) -> str:
    return _WORDS.get(result, result.value)
