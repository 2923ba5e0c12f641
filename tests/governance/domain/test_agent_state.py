from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.agent_state import agent_state_new, state_from_plain, state_to_plain
from governance.domain.breaker_state import Breaker
from governance.domain.types import Result
from tests.governance.domain.breakers import HALF_OPEN, LATCHED, OPEN
from tests.governance.domain.outcomes import MANY_SOURCES, START_S, fold_all, outcome

RESULTS = st.sampled_from([Result.SUCCESS, Result.PARTIAL, Result.FAILURE, Result.CANCELLED])
AMOUNTS = st.none() | st.floats(0, 1e6)
FACTS = st.lists(
    st.builds(
        outcome,
        RESULTS,
        at_s=st.floats(START_S, START_S + 1e7),
        source=st.sampled_from(["nightly", "Zoë", "ops@example.com"]),
        cost_usd=AMOUNTS,
        budget_usd=AMOUNTS,
        duration_s=AMOUNTS,
        self_report=st.booleans(),
        verified=st.booleans(),
        late=st.booleans(),
    ),
    max_size=30,
)


def _stored(plain: object) -> object:
    return json.loads(json.dumps(plain, allow_nan=False))


def test_a_new_agent_has_a_state_that_can_be_stored() -> None:
    state = agent_state_new()

    assert state_from_plain(_stored(state_to_plain(state))) == state  # type: ignore[arg-type]


@given(FACTS)
def test_a_stored_state_comes_back_to_the_last_bit(facts: list[object]) -> None:
    state = fold_all(agent_state_new(), facts, refresh=MANY_SOURCES)  # type: ignore[arg-type]

    assert state_from_plain(_stored(state_to_plain(state))) == state  # type: ignore[arg-type]


@pytest.mark.parametrize("breaker", [OPEN, HALF_OPEN, LATCHED._replace(critical=True)])
def test_a_breaker_comes_back_in_every_state(breaker: Breaker) -> None:
    state = agent_state_new()._replace(breaker=breaker)

    assert state_from_plain(_stored(state_to_plain(state))) == state  # type: ignore[arg-type]


def test_whole_numbers_that_a_store_wrote_without_a_point_come_back_as_floats() -> None:
    state = agent_state_new()._replace(breaker=OPEN, tier_since_s=START_S)
    plain = json.loads(json.dumps(state_to_plain(state)).replace(".0", ""))

    restored = state_from_plain(plain)

    assert restored == state
    assert isinstance(restored.tier_since_s, float)
    assert isinstance(restored.trust.shrink, float)
    assert isinstance(restored.breaker.frozen_until_s, float)
    assert isinstance(restored.breaker.run.suspicion, float)


def test_a_form_of_another_version_is_refused() -> None:
    plain = {**state_to_plain(agent_state_new()), "form": 2}

    with pytest.raises(ValueError, match="form must be 1, got 2"):
        state_from_plain(plain)
