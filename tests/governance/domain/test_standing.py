from __future__ import annotations

import pytest

from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.evidence import Evidence
from governance.domain.standing import Component, points_of, standing, tier_now
from governance.domain.trust import TrustState
from governance.domain.types import Result, Tier
from tests.governance.domain.outcomes import DAY_S, HOUR_S, START_S, TRUST, fold_all, outcomes

NOTHING = Component(score=None, low=None, high=None, outcomes=0)
POOR = TrustState(Evidence(100.0, 60.0, 10.0, 0.0, 0.0, 0.0, 0.0), START_S, 0.0, 400, 0, 0)


def _with_trust(trust: TrustState, tier: Tier) -> AgentState:
    return agent_state_new()._replace(trust=trust, tier=tier)


def test_nine_outcomes_are_not_enough_and_ten_are() -> None:
    nine = standing(fold_all(agent_state_new(), outcomes(9)), TRUST, now_s=START_S)
    ten = standing(fold_all(agent_state_new(), outcomes(10)), TRUST, now_s=START_S)

    assert (nine.enough, nine.outcomes, nine.outcomes_needed) == (False, 9, 10)
    assert ten.enough


def test_a_new_agent_has_nothing_measured() -> None:
    found = standing(agent_state_new(), TRUST, now_s=START_S)

    assert (found.success, found.budget, found.consistency) == (NOTHING, NOTHING, NOTHING)
    assert (found.tier, found.sources, found.evidence) == (Tier.LOW, 0, 0.0)
    assert found.low <= found.trust <= found.high


def test_what_was_measured_shows_its_counts() -> None:
    trust = TrustState(Evidence(20.0, 0.0, 2.0, 8.0, 4.0, 0.0, 0.0), START_S, 0.0, 20, 8, 0)

    found = standing(_with_trust(trust, Tier.LOW), TRUST, now_s=START_S)

    assert found.success.outcomes == 20
    assert found.budget.score == pytest.approx(0.58)
    assert found.budget.outcomes == 8
    assert found.consistency == NOTHING


def test_evidence_is_decayed_to_the_moment_of_reading() -> None:
    state = fold_all(agent_state_new(), outcomes(20, every_s=0.0))

    found = standing(state, TRUST, now_s=START_S + 30 * DAY_S)

    assert found.evidence == pytest.approx(10.0)
    assert found.outcomes == 20


def test_sources_are_counted_in_the_window_before_the_moment_of_reading() -> None:
    state = fold_all(agent_state_new(), outcomes(20))

    assert standing(state, TRUST, now_s=START_S + DAY_S).sources == 1
    assert standing(state, TRUST, now_s=START_S + 40 * DAY_S).sources == 0


def test_a_tier_that_the_evidence_no_longer_carries_is_not_shown() -> None:
    state = _with_trust(POOR, Tier.HIGH)

    assert standing(state, TRUST, now_s=START_S).tier is Tier.LOW
    assert tier_now(state, TRUST, now_s=START_S) is Tier.LOW


def test_reading_never_promotes() -> None:
    good = POOR._replace(evidence=POOR.evidence._replace(failures=0.0))

    assert standing(_with_trust(good, Tier.LOW), TRUST, now_s=START_S + DAY_S).tier is Tier.LOW


def test_an_agent_idle_for_a_year_does_not_keep_tier_high() -> None:
    facts = outcomes(60) + outcomes(2, Result.FAILURE, start_s=START_S + 60 * HOUR_S)
    state = fold_all(agent_state_new(), facts)._replace(tier=Tier.HIGH)

    assert tier_now(state, TRUST, now_s=START_S + 3 * DAY_S) is Tier.HIGH
    assert tier_now(state, TRUST, now_s=START_S + 365 * DAY_S) is Tier.MEDIUM


def test_the_score_right_after_an_outcome_is_the_standing_of_that_moment() -> None:
    state = fold_all(agent_state_new(), outcomes(20, every_s=0.0))

    scored, earned = points_of(state, TRUST), standing(state, TRUST, now_s=START_S)

    assert scored.score == pytest.approx(earned.trust)
    assert (scored.budget, scored.consistency) == (None, None)
