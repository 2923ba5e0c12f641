from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.agent_state import agent_state_new, state_from_plain, state_to_plain
from tests.governance.domain.ledger import Ledger, facts_at_random, flat
from tests.governance.domain.outcomes import MANY_SOURCES, TRUST, fold_all

AGENTS = 8


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Return 100,000 outcomes folded live, each state stored and read back now and then."""
    return Ledger(random.Random(2)).live(facts_at_random(100_000, agents=AGENTS, seed=1))


@pytest.mark.parametrize("agent", [f"agent{n}" for n in range(AGENTS)])
def test_what_was_folded_live_is_what_a_full_re_fold_gives(ledger: Ledger, agent: str) -> None:
    live, live_words = flat(state_to_plain(ledger.states[agent]))

    again, again_words = flat(state_to_plain(ledger.refolded(agent)))

    assert live == pytest.approx(again, rel=1e-9, abs=1e-9)
    assert live_words == again_words


def test_the_re_fold_went_through_many_freezes_and_tiers(ledger: Ledger) -> None:
    # Otherwise the equality above would say little.
    assert sum(len(rows) for rows in ledger.entries.values()) == 100_000
    assert ledger.moves > 100
    assert len({state.tier for state in ledger.states.values()}) > 1


@given(st.integers(0, 10**9), st.integers(0, 60), st.integers(0, 60))
def test_storing_a_state_anywhere_changes_nothing(seed: int, before: int, after: int) -> None:
    facts = [fact for _, fact in facts_at_random(before + after, agents=1, seed=seed)]
    at_once = fold_all(agent_state_new(), facts, refresh=MANY_SOURCES)

    half = fold_all(agent_state_new(), facts[:before], refresh=MANY_SOURCES)
    stored = state_from_plain(json.loads(json.dumps(state_to_plain(half), allow_nan=False)))

    assert fold_all(stored, facts[before:], refresh=MANY_SOURCES) == at_once


@given(st.integers(0, 10**9))
def test_evidence_stays_within_its_cap_and_each_source_within_it(seed: int) -> None:
    facts = [fact for _, fact in facts_at_random(200, agents=1, seed=seed)]

    state = fold_all(agent_state_new(), facts, refresh=MANY_SOURCES)

    evidence = state.trust.evidence
    assert evidence.weight <= TRUST.evidence_cap + 1e-9
    assert 0.0 <= evidence.failures <= evidence.weight
    assert all(share.evidence.weight <= TRUST.evidence_cap for share in state.sources.values())
    assert state.breaker.suspicion >= 0.0
