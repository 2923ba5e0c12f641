from __future__ import annotations

import pytest

from governance.domain.agent_state import agent_state_new
from governance.domain.corrections import correction_sentence
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
        f" trust {was.trust:.2f} -> {becomes.trust:.2f}, tier medium -> low."
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
