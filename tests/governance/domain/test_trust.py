from __future__ import annotations

import math

import pytest

from governance.domain.agent_state import agent_state_new
from governance.domain.evidence import Evidence
from governance.domain.priors import Kin, Prior
from governance.domain.standing import standing
from governance.domain.trust import TrustState, budget_kept, event_s, evidence_at, outcome_weight
from governance.domain.types import Result
from tests.governance.domain.outcomes import (
    DAY_S,
    ONE_SOURCE,
    START_S,
    TRUST,
    fold,
    fold_all,
    outcome,
    outcomes,
)

TEN_GOOD = Evidence(10.0, 1.0, 1.0, 4.0, 4.0, 2.0, 1.0)
AT_START = TrustState(TEN_GOOD, START_S, 0.0, 10, 4, 2)


def test_after_a_half_life_evidence_weighs_half() -> None:
    evidence = evidence_at(AT_START, START_S + 30 * DAY_S, TRUST)

    assert evidence.to_list() == pytest.approx((5.0, 0.5, 0.5, 2.0, 2.0, 1.0, 0.5))


def test_time_does_not_run_back() -> None:
    assert evidence_at(AT_START, START_S - DAY_S, TRUST) == TEN_GOOD


def test_without_outcomes_there_is_nothing_to_decay() -> None:
    assert evidence_at(TrustState(), START_S, TRUST) == Evidence()


def test_an_older_outcome_counts_at_the_time_of_the_newest() -> None:
    assert event_s(AT_START, START_S - DAY_S) == START_S


def test_a_newer_outcome_counts_at_its_own_time() -> None:
    assert event_s(AT_START, START_S + 5) == START_S + 5


def test_the_first_outcome_sets_the_time() -> None:
    assert event_s(TrustState(), START_S) == START_S


@pytest.mark.parametrize(
    ("self_report", "verified", "weight"),
    [(False, False, 1.0), (True, False, 0.25), (True, True, 1.0), (False, True, 1.0)],
)
def test_a_self_report_weighs_a_quarter_unless_verified(
    self_report: bool, verified: bool, weight: float
) -> None:
    assert outcome_weight(self_report=self_report, verified=verified, policy=TRUST) == weight


def test_a_trivial_task_reported_by_the_agent_itself_weighs_a_quarter_of_little() -> None:
    view = ONE_SOURCE._replace(values={"stateless:LOW": math.e**2 - 1.0})

    judged = fold(
        agent_state_new(), outcome(self_report=True, value_usd=math.e - 1.0), refresh=view
    ).judgement

    # ln(1 + v) is 1 where the median's is 2.
    assert judged.weight == pytest.approx(0.25 * 0.5)


def test_an_outcome_brings_what_its_refresh_assumes_of_the_agent() -> None:
    prior = Prior(2.0, Kin(3, 2.0))

    state = fold(agent_state_new(), outcome(), refresh=ONE_SOURCE._replace(prior=prior)).state

    assert state.trust.prior == prior


@pytest.mark.parametrize(
    ("cost", "budget", "kept"),
    [
        (1.0, 2.0, 1.0),
        (2.0, 2.0, 1.0),
        (3.0, 2.0, 0.5),
        (5.0, 2.0, 0.0),
        (0.0, 0.0, 1.0),
        (0.1, 0.0, 0.0),
        (None, 2.0, None),
        (1.0, None, None),
    ],
)
def test_a_budget_is_kept_in_full_within_it_and_not_at_all_at_twice_of_it(
    cost: float | None, budget: float | None, kept: float | None
) -> None:
    assert budget_kept(cost, budget) == kept


@pytest.mark.parametrize(
    ("result", "failures"), [(Result.SUCCESS, 0.0), (Result.PARTIAL, 0.5), (Result.FAILURE, 1.0)]
)
def test_a_partial_result_is_half_a_failure(result: Result, failures: float) -> None:
    state = fold(agent_state_new(), outcome(result)).state

    assert state.trust.evidence.to_list() == pytest.approx((1.0, failures, 0.1, 0, 0, 0, 0))


def test_evidence_equals_the_decayed_sum_over_all_outcomes() -> None:
    facts = outcomes(60, every_s=DAY_S) + outcomes(3, Result.FAILURE, start_s=START_S + 60 * DAY_S)

    evidence = fold_all(agent_state_new(), facts).trust.evidence

    last_s = facts[-1].at_s
    ages = [(last_s - fact.at_s) / (30 * DAY_S) for fact in facts]
    assert evidence.weight == pytest.approx(sum(2**-age for age in ages), rel=1e-12)
    assert evidence.failures == pytest.approx(sum(2**-age for age in ages[60:]), rel=1e-12)


def test_evidence_never_weighs_more_than_the_cap() -> None:
    state = fold_all(agent_state_new(), outcomes(150, every_s=0.0))

    assert state.trust.evidence.weight == pytest.approx(100.0)
    assert state.trust.outcomes == 150


def test_at_the_cap_old_failures_fade_with_each_outcome() -> None:
    failed = fold_all(agent_state_new(), outcomes(100, Result.FAILURE, every_s=0.0))

    after = fold(failed, outcome()).state

    assert after.trust.evidence.failures == pytest.approx(100 * 100 / 101)


def test_components_count_only_where_they_were_measured() -> None:
    facts = [outcome(), outcome(cost_usd=3.0, budget_usd=2.0), outcome(cost_usd=1.0)]

    trust = fold_all(agent_state_new(), facts).trust

    assert (trust.outcomes, trust.budgets, trust.consistencies) == (3, 1, 0)
    assert (trust.evidence.budget_weight, trust.evidence.budget_kept) == pytest.approx((1.0, 0.5))


def test_a_neutral_outcome_leaves_trust_as_it_was() -> None:
    before = fold_all(agent_state_new(), outcomes(5))

    after = fold(before, outcome(Result.DEPENDENCY_DOWN, at_s=START_S + DAY_S)).state

    assert after == before


def test_an_idle_agent_drifts_to_the_fleet_and_its_band_widens() -> None:
    state = fold_all(agent_state_new(), outcomes(100, every_s=60.0))

    soon = standing(state, TRUST, now_s=START_S + DAY_S)
    late = standing(state, TRUST, now_s=START_S + 300 * DAY_S)

    assert late.trust < soon.trust
    assert late.high - late.low > soon.high - soon.low


def test_the_eleventh_task_of_a_class_is_the_first_whose_consistency_counts() -> None:
    learned = fold_all(agent_state_new(), [outcome(cost_usd=1.0)] * 10)

    trust = fold_all(learned, [outcome(cost_usd=1.0), outcome(cost_usd=9.0)]).trust

    assert (learned.trust.consistencies, trust.consistencies) == (0, 2)
    assert trust.evidence.to_list()[5:] == pytest.approx((2.0, 1.0))


def test_what_only_a_ring_vouches_for_leaves_trust_as_time_leaves_it() -> None:
    known = fold_all(agent_state_new(), outcomes(20))
    at_s = known.trust.at_s or START_S
    inside = outcome(Result.FAILURE, at_s=at_s + 30 * DAY_S, source="friend", vouched_inside=True)

    found = fold(known, inside)

    # One half-life: 20 hourly outcomes weigh a little under 20, then half of that.
    assert found.state.trust.evidence == known.trust.evidence.scaled(0.5)
    assert (found.state.trust.outcomes, found.judgement.weight) == (20, 0.0)
    assert found.state.sources == known.sources


def test_the_breaker_counts_a_failure_that_only_a_ring_tells_of() -> None:
    inside = outcome(Result.FAILURE, vouched_inside=True)

    assert fold(agent_state_new(), inside).judgement.suspicion_after > 0.0
