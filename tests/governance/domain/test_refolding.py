from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.agent_state import AgentState, agent_state_new, state_to_plain
from governance.domain.breaker_state import Probation
from governance.domain.drift_state import DriftFacts
from governance.domain.history import (
    Acknowledged,
    Act,
    Change,
    Corrected,
    Fact,
    Judged,
    Trip,
    UnknownActError,
)
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.refolding import Refolding, leases_kept
from governance.domain.state_difference import difference_sentence, differences, state_flat
from governance.domain.transitions import BreakerMove, BreakerReason
from governance.domain.types import BreakerMode, BreakerState, Hold, Result, Tier
from tests.governance.domain.outcomes import HOUR_S, MANY_SOURCES, POLICY, START_S, outcome

GOOD, BAD = Result.SUCCESS, Result.FAILURE


def judged(number: int, result: Result = GOOD, **fields: object) -> Judged:
    fact = outcome(result, at_s=START_S + number * HOUR_S, **fields)
    return Judged(number, fact, MANY_SOURCES, POLICY)


def history(*results: Result) -> list[Fact]:
    return [judged(number, result) for number, result in enumerate(results, 1)]


def act(number: int, move: BreakerMove, *, mode: BreakerMode | None = None) -> Act:
    reason = BreakerReason.HARD_CAP if move is BreakerMove.LATCHED else BreakerReason.MANUAL
    return Act(number, move, reason, "As recorded.", START_S + number * HOUR_S, mode, POLICY)


def folded(facts: list[Fact], *corrections: Change, trips: tuple[Trip, ...] = ()) -> AgentState:
    refolding = Refolding("a", agent_state_new(), corrections=corrections, trips=trips)
    for fact in [*facts, *corrections]:
        refolding.fold(fact)
    return refolding.state


def known(fact: Fact, result: Result) -> Fact:
    """Return an outcome as if it had been reported so, verified, at once."""
    assert isinstance(fact, Judged)
    return fact._replace(fact=fact.fact._replace(result=result, verified=True))


results = st.lists(st.sampled_from([GOOD, GOOD, GOOD, Result.PARTIAL]), min_size=1, max_size=40)


@given(results, st.integers(0, 10**6))
def test_a_correction_gives_what_the_right_report_would_have_given(
    reported: list[Result], place: int
) -> None:
    facts = history(*reported)
    wrong = place % len(facts)
    right = [*facts[:wrong], known(facts[wrong], BAD), *facts[wrong + 1 :]]

    corrected = folded(facts, Corrected(len(facts) + 1, wrong + 1, BAD))

    # One failure more trips no breaker and raises no drift: nothing but what it says changes.
    assert not differences(
        state_flat(state_to_plain(folded(right))), state_flat(state_to_plain(corrected))
    )


def test_two_corrections_give_what_both_right_reports_would_have_given() -> None:
    facts = history(*[GOOD] * 30)
    first, second = Corrected(31, 20, BAD), Corrected(32, 5, Result.PARTIAL)
    right = list(facts)
    right[19], right[4] = known(facts[19], BAD), known(facts[4], Result.PARTIAL)

    assert folded(facts, first, second) == folded(right)


def test_a_later_correction_of_the_same_outcome_wins() -> None:
    facts = history(*[GOOD] * 30)

    found = folded(facts, Corrected(31, 20, BAD), Corrected(32, 20, GOOD))

    assert found == folded([*facts[:19], known(facts[19], GOOD), *facts[20:]])


def test_what_follows_a_correction_folds_on_from_it() -> None:
    facts = history(*[GOOD] * 20)
    correction = Corrected(21, 10, BAD)
    after = [judged(22), judged(23, BAD)]

    refolding = Refolding("a", agent_state_new(), corrections=[correction])
    for fact in [*facts, correction, *after]:
        refolding.fold(fact)

    assert refolding.state == folded([*facts[:9], known(facts[9], BAD), *facts[10:], *after])


def test_a_correction_of_an_outcome_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        folded(history(GOOD), Corrected(2, 7, BAD))


def test_a_freeze_that_the_facts_no_longer_call_for_stays() -> None:
    facts = history(*[GOOD] * 20, BAD, BAD, BAD, BAD)
    frozen = folded(facts)

    corrected = folded(facts, Corrected(25, 22, GOOD), Corrected(26, 23, GOOD))

    assert frozen.breaker.state is corrected.breaker.state is BreakerState.OPEN
    assert corrected.breaker.frozen_until_s == frozen.breaker.frozen_until_s
    assert corrected.tier is Tier.LOW
    assert corrected.trust.evidence.failures < frozen.trust.evidence.failures


def test_a_freeze_that_the_facts_call_for_only_now_waits_for_the_next_failure() -> None:
    facts = history(*[GOOD] * 40, BAD, BAD, GOOD, GOOD)
    corrections = Corrected(45, 43, BAD), Corrected(46, 44, BAD)
    quiet = folded(facts, *corrections)

    refolding = Refolding("a", quiet)
    refolding.fold(judged(47, BAD))

    assert folded(facts).breaker.state is quiet.breaker.state is BreakerState.CLOSED
    assert refolding.state.breaker.state is BreakerState.OPEN


def test_a_trip_over_the_cap_stays_supervised() -> None:
    facts = history(*[GOOD] * 20, BAD, BAD, BAD, BAD)
    trips = (Trip(3, supervised=False), Trip(24, supervised=True))

    found = folded(facts, Corrected(25, 10, BAD), trips=trips)

    assert found.breaker.hold is Hold.SUPERVISED


def test_acts_of_people_and_the_clock_are_made_again() -> None:
    facts = [
        *history(*[GOOD] * 20, BAD, BAD, BAD, BAD),
        act(25, BreakerMove.RELEASED_EARLY),
        act(26, BreakerMove.FORCED_OPEN),
        act(27, BreakerMove.RELEASED),
        act(28, BreakerMove.MODE_CHANGED, mode=BreakerMode.SHADOW),
        act(29, BreakerMove.LATCHED),
    ]

    found = folded(facts, Corrected(30, 5, BAD))

    assert found.breaker.hold is Hold.LATCHED
    assert found.breaker.mode is BreakerMode.SHADOW
    assert found.breaker.critical


def test_probation_begun_and_starved_by_the_clock_is_made_again() -> None:
    facts = [
        *history(*[GOOD] * 20, BAD, BAD, BAD, BAD),
        act(60, BreakerMove.PROBATION_STARTED),
        judged(61, probe="t"),
        act(300, BreakerMove.STARVED),
    ]

    found = folded(facts, Corrected(301, 61, BAD))

    assert found.breaker.state is BreakerState.OPEN
    assert found.breaker.probation == Probation()


def test_probes_count_as_they_are_known_while_probation_lasts() -> None:
    facts = [
        *history(*[GOOD] * 20, BAD, BAD, BAD, BAD),
        act(60, BreakerMove.PROBATION_STARTED),
        judged(61, probe="t"),
        judged(62, probe="u"),
    ]

    found = folded(facts, Corrected(63, 61, BAD))

    assert (found.breaker.probation.clean, found.breaker.probation.failed) == (1, 1)


def test_a_supervised_agent_that_was_frozen_later_is_frozen_again() -> None:
    facts = [
        *history(*[GOOD] * 20, BAD, BAD, BAD, BAD),
        act(30, BreakerMove.TRIPPED),
    ]

    found = folded(facts, trips=(Trip(24, supervised=True),))

    assert (found.breaker.state, found.breaker.hold) == (BreakerState.OPEN, Hold.NONE)


@pytest.mark.parametrize(
    "move", [BreakerMove.CLOSED, BreakerMove.MODE_CHANGED, BreakerMove.TRIPPED]
)
def test_a_move_that_only_an_outcome_makes_is_no_act(move: BreakerMove) -> None:
    with pytest.raises(UnknownActError, match=f"{move.value} at fact 1 is no act"):
        folded([act(1, move)])


def drifting(*results: Result, sources: int = 5) -> list[Fact]:
    """Return a history judged with so low a threshold that two failures are drift."""
    refresh = MANY_SOURCES._replace(sources_30d=sources, drift=DriftFacts(threshold=1.2))
    return [
        fact._replace(refresh=refresh) for fact in history(*results) if isinstance(fact, Judged)
    ]


def test_an_alarm_of_drift_that_was_raised_stays_until_people_have_looked() -> None:
    facts = drifting(*[GOOD] * 60, BAD, GOOD, BAD)
    raised = folded(facts)

    corrected = folded(facts, Corrected(64, 61, GOOD))
    looked = folded([*facts, Acknowledged(64, rebaseline=False)], Corrected(65, 61, GOOD))

    assert raised.drift.open
    assert corrected.drift.open == raised.drift.open
    assert not looked.drift.open


@pytest.mark.parametrize("sources", [1, 5])
def test_an_alarm_of_drift_that_was_not_raised_is_left_to_the_next_failure(sources: int) -> None:
    # One source of a fleet with one carries a tier; one of a fleet with five does not.
    reported = drifting(*[GOOD] * 60, BAD, *[GOOD] * 4, BAD, sources=sources)
    facts = reported[:65]
    calm = folded(facts)

    corrected = folded(facts, Corrected(66, 64, BAD))
    refolding = Refolding("a", corrected)
    refolding.fold(reported[-1])

    assert not calm.drift.open
    assert not corrected.drift.open
    assert corrected.tier is calm.tier is (Tier.HIGH if sources == 1 else Tier.LOW)
    assert refolding.state.drift.open


def test_only_a_probe_of_the_same_probation_keeps_its_place() -> None:
    state = agent_state_new()
    leased = Probation(since_s=5.0, lease_until_s=9.0, lease_task="t")
    live = state.with_breaker(state.breaker._replace(probation=leased))
    same = state.with_breaker(state.breaker._replace(probation=Probation(since_s=5.0)))

    assert leases_kept(same, live) == live
    assert leases_kept(state, live) == state


def test_states_differ_by_more_than_rounding_or_not_at_all() -> None:
    one = {"a": [1.0, {"b": "x"}], "c": None, "n": 1e12}
    other = {"a": [1.0 + 1e-12, {"b": "y"}], "c": None, "n": 1e12 + 1.0, "new": True}

    live, again = state_flat(one), state_flat(other)

    assert live == {"a.0": 1.0, "a.1.b": "x", "c": None, "n": 1e12}
    assert differences(live, again) == ["a.1.b", "new"]
    assert difference_sentence("shop-bot", ["a.1.b", "new"], live, again) == (
        "The history of shop-bot, folded again, differs from its state in 2 places;"
        " first a.1.b: x live, y folded again."
    )


def test_neutral_and_late_outcomes_are_folded_as_they_were() -> None:
    facts: list[Fact] = [
        *history(*[GOOD] * 12),
        judged(13, Result.CANCELLED),
        judged(14, BAD, late=True),
    ]

    corrected = folded(facts, Corrected(15, 14, GOOD))

    fact: OutcomeFact = judged(14, GOOD, late=True, verified=True).fact
    assert corrected == folded([*facts[:13], Judged(14, fact, MANY_SOURCES, POLICY)])
