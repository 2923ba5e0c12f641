from __future__ import annotations

import pytest

from governance.domain.agent_state import agent_state_new
from governance.domain.corrections import correction_sentence, weighed_sentence
from governance.domain.engine import AgentState
from governance.domain.standing import Standing, standing
from governance.domain.types import Result, Tier
from tests.governance.domain.outcomes import START_S, TRUST, fold_all, outcome


def known(count: int, tier: Tier = Tier.LOW) -> Standing:
    """Return the standing of an agent after so many successes of one moment, put in a tier."""
    state: AgentState = fold_all(agent_state_new(), [outcome()] * count)
    return standing(state.in_tier(tier, START_S), TRUST, now_s=START_S)


def test_a_correction_says_what_it_made_of_trust_and_tier() -> None:
    was, becomes = known(40, Tier.MEDIUM), known(20, Tier.LOW)

    found = correction_sentence(
        task="t-1",
        before=Result.SUCCESS,
        after=Result.FAILURE,
        by="rita",
        was=was,
        becomes=becomes,
    )

    assert found == (
        "t-1 now counts as a failure, not as a success: checked by rita;"
        f" trust {was.trust:.2f} to {becomes.trust:.2f}, tier medium to low."
    )


@pytest.mark.parametrize(
    ("result", "words"), [(Result.PARTIAL, "a partial success"), (Result.DENIED, "denied")]
)
def test_a_confirmation_says_that_nothing_else_changed(result: Result, words: str) -> None:
    few = known(7)

    found = correction_sentence(
        task="t-1", before=result, after=result, by="rita", was=few, becomes=few
    )

    assert found == (
        f"t-1 was checked by rita and stays {words}, now verified;"
        " too little is known for a score (7 of 10), tier low as before."
    )


def test_a_ring_s_word_that_counts_no_longer_says_what_that_took() -> None:
    was, becomes = known(40, Tier.MEDIUM), known(20, Tier.LOW)

    found = weighed_sentence(
        agent="a-1", outcomes=20, vouched_inside=True, was=was, becomes=becomes
    )

    assert found == (
        "20 outcomes of a-1 weigh nothing: only its ring vouches for them;"
        f" trust {was.trust:.2f} to {becomes.trust:.2f}, tier medium to low."
    )


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (True, "1 outcome of a-1 weighs nothing: only its ring vouches for it; too little"),
        (False, "1 outcome of a-1 weighs again: its ring's word counts; too little"),
    ],
)
def test_one_outcome_is_one(inside: bool, words: str) -> None:
    few = known(7)

    found = weighed_sentence(agent="a-1", outcomes=1, vouched_inside=inside, was=few, becomes=few)

    assert found.startswith(words)
