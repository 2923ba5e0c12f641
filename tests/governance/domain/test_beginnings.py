from __future__ import annotations

import json

import pytest

from governance.domain.agent_state import agent_state_new, state_from_plain, state_to_plain
from governance.domain.beginnings import (
    Inheritance,
    agent_state_begun,
    inheritance_of,
    inheritance_phrase,
)
from governance.domain.evidence import Evidence
from governance.domain.priors import FLEET_PRIOR, Kin, Prior
from governance.domain.standing import standing
from governance.domain.trust import TrustState
from governance.domain.types import BreakerState, Tier
from tests.governance.domain.outcomes import DAY_S, START_S, TRUST, fold_all, outcomes

POOR = Evidence(100.0, 40.0, 10.0, 20.0, 10.0, 0.0, 0.0)
WORSE = Prior(2.0, Kin(3, 2.0))


def _frozen() -> Inheritance:
    new = agent_state_new()
    breaker = new.breaker._replace(
        state=BreakerState.OPEN, level=3, level_since_s=START_S, trips_s=(START_S - 9.0, START_S)
    )
    state = new._replace(
        trust=TrustState(POOR, START_S, 2.0, 400, 20, 0), tier=Tier.LOW, breaker=breaker
    )
    return inheritance_of(state, TRUST)


def test_half_of_the_evidence_passes_and_all_of_the_breakers_count() -> None:
    inherited = _frozen()

    assert inherited == Inheritance(
        Evidence(50.0, 20.0, 5.0, 10.0, 5.0, 0.0, 0.0),
        START_S,
        3,
        START_S,
        (START_S - 9.0, START_S),
    )


def test_a_look_alike_starts_with_what_it_inherits_and_runs() -> None:
    state = agent_state_begun(WORSE, _frozen())

    assert state.trust == TrustState(_frozen().evidence, START_S, 0.0, 0, 0, 0, WORSE)
    assert (state.breaker.state, state.breaker.level) == (BreakerState.CLOSED, 3)
    assert len(state.breaker.trips_s) == 2
    assert state.tier is Tier.LOW


def test_inherited_evidence_is_none_of_its_own_outcomes() -> None:
    earned = standing(agent_state_begun(FLEET_PRIOR, _frozen()), TRUST, now_s=START_S)

    assert (earned.outcomes, earned.enough) == (0, False)
    assert earned.evidence == pytest.approx(50.0)


def test_a_bad_record_weighs_after_ten_good_outcomes_of_its_own() -> None:
    ten = outcomes(10, start_s=START_S + DAY_S)

    clean = standing(fold_all(agent_state_begun(FLEET_PRIOR), ten), TRUST, now_s=START_S + DAY_S)
    again = standing(
        fold_all(agent_state_begun(FLEET_PRIOR, _frozen()), ten), TRUST, now_s=START_S + DAY_S
    )

    assert clean.trust > 0.9
    assert again.trust < 0.75


def test_an_agent_without_inheritance_starts_from_its_prior() -> None:
    assert agent_state_begun(WORSE) == agent_state_new()._replace(trust=TrustState(prior=WORSE))


def test_a_beginning_survives_being_stored() -> None:
    inherited = _frozen()
    state = agent_state_begun(WORSE, inherited)

    assert Inheritance.from_plain(json.loads(json.dumps(inherited.to_plain()))) == inherited
    assert state_from_plain(json.loads(json.dumps(state_to_plain(state)))) == state


def test_an_inheritance_without_any_outcome_survives_being_stored() -> None:
    inherited = inheritance_of(agent_state_new(), TRUST)

    assert Inheritance.from_plain(json.loads(json.dumps(inherited.to_plain()))) == inherited


def test_a_state_stored_before_there_were_priors_loads_with_the_fleets() -> None:
    plain = state_to_plain(agent_state_begun(WORSE))
    del plain["trust"]["prior"]

    assert state_from_plain(plain).trust.prior == FLEET_PRIOR


def test_an_inheritance_is_told_with_its_numbers() -> None:
    words = inheritance_phrase(_frozen(), name="clerk-1", frozen_ago_s=2 * DAY_S, policy=TRUST)

    assert words == (
        "It has the owner, template and tools of clerk-1, which was frozen 2 days ago, within"
        " 30 days: it inherits 50 % of that record (20.0 failures in 50.0 outcomes) and its"
        " breaker's count (2 trips lately, level 3)."
    )
