from __future__ import annotations

from dataclasses import replace

import pytest

from governance.domain.agent_state import AgentState, agent_state_new, state_from_plain
from governance.domain.agent_state import state_to_plain as to_plain
from governance.domain.arrival import jitter_drawn, outcome_arrive
from governance.domain.breaker_fold import EnginePolicy
from governance.domain.breaker_state import NO_RECENT, Breaker, Learned, Recent
from governance.domain.engine import Folded, supervision_review, trip_settle
from governance.domain.history import Judged, Trip
from governance.domain.plain_rules import recent_after
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.policy.plain_rules import PlainRulesPolicy
from governance.domain.refolding import Refolding
from governance.domain.transitions import BreakerMove, BreakerMoved, BreakerReason
from governance.domain.types import BreakerState, Hold, Result, RuleMode, Tier
from tests.governance.domain.breakers import CLOSED, HALF_OPEN
from tests.governance.domain.outcomes import BREAKER, ONE_SOURCE, START_S, TRUST, fold, outcome

# Suspicion out of the way, so that what happens is the plain rules' doing.
CALM = replace(BREAKER, suspicion_low=20.0, suspicion_medium=20.0, suspicion_high=20.0)
ROW = PlainRulesPolicy(in_a_row_failures=3, rate=RuleMode.OFF)
RATE = PlainRulesPolicy(in_a_row=RuleMode.OFF, rate_share=0.5, rate_window=4, rate_least=4)
LETTERS = {
    "f": Result.FAILURE,
    "s": Result.SUCCESS,
    "p": Result.PARTIAL,
    "c": Result.CANCELLED,
}


def engine_policy(rules: PlainRulesPolicy, breaker: BreakerPolicy = CALM) -> EnginePolicy:
    return EnginePolicy(trust=TRUST, breaker=replace(breaker, rules=rules))


def folded(
    letters: str, rules: PlainRulesPolicy, state: AgentState | None = None, *, late: bool = False
) -> list[Folded]:
    """Fold one outcome a letter and return what each came to."""
    state, found = state or agent_state_new(), []
    for letter in letters:
        fact = outcome(LETTERS[letter], late=late)
        found.append(fold(state, fact, policy=engine_policy(rules)))
        state = found[-1].state
    return found


def told(found: list[Folded]) -> list[BreakerMoved]:
    return [
        each
        for one in found
        for each in one.transitions
        if isinstance(each, BreakerMoved) and each.move is BreakerMove.WOULD_TRIP
    ]


def test_a_rule_in_shadow_records_what_it_would_have_done_and_does_nothing() -> None:
    found = folded("sfff", ROW)

    (record,) = told(found)
    assert record.sentence == (
        "3 tasks failed in a row; the limit is 3. Only recorded: the rule is in shadow."
    )
    assert record.reason is BreakerReason.FAILURES_IN_A_ROW
    assert not record.enforced
    assert not record.needs_release
    assert found[-1].alarm is None
    breaker = found[-1].state.breaker
    assert (breaker.state, breaker.hold, breaker.level) == (BreakerState.CLOSED, Hold.NONE, 0)


def test_a_rule_in_shadow_tells_once_of_each_run_of_failures() -> None:
    assert len(told(folded("fffff", ROW))) == 1
    assert len(told(folded("fffffsfff", ROW))) == 2


def test_a_rate_in_shadow_tells_again_only_after_it_fell_to_half_of_its_limit() -> None:
    # Of the last four: 2 from the first s f f on, never under 1 until the last successes.
    assert len(told(folded("ssffsffs", RATE))) == 1
    assert len(told(folded("ssffsss" + "ff", RATE))) == 2


def test_an_enforced_row_raises_an_alarm_with_its_numbers() -> None:
    rules = replace(ROW, in_a_row=RuleMode.ENFORCE)

    found = folded("sff", rules)
    last = folded("f", rules, found[-1].state)[-1]

    assert [each.alarm for each in found] == [None, None, None]
    assert last.alarm is not None
    assert last.alarm.reason is BreakerReason.FAILURES_IN_A_ROW
    assert (last.alarm.failures, last.alarm.tasks, last.alarm.partials) == (3, 3, 0)
    assert last.alarm.sentence == "3 tasks failed in a row; the limit is 3."
    assert told([last]) == []


def test_an_enforced_rate_counts_the_window_and_needs_enough_outcomes() -> None:
    rules = replace(RATE, rate=RuleMode.ENFORCE)

    early, last = folded("fss", rules)[-1], folded("fssf", rules)[-1]

    assert early.alarm is None
    assert last.alarm is not None
    assert last.alarm.sentence == (
        "2 of the last 4 tasks failed, 50 %; the limit is 50 % of at least 4."
    )
    assert (last.alarm.reason, last.alarm.tasks) == (BreakerReason.FAILURE_RATE, 4)


def test_a_success_freezes_nobody_even_where_it_fills_up_the_window() -> None:
    found = folded("fffs", replace(RATE, rate=RuleMode.ENFORCE))

    assert [each.alarm for each in found] == [None] * 4


def test_what_left_the_window_no_longer_counts() -> None:
    # Of the last four one failed: f s s s | f with the first f outside.
    assert folded("fsssf", replace(RATE, rate=RuleMode.ENFORCE))[-1].alarm is None


def test_a_partial_result_is_no_failure_of_a_plain_rule_and_ends_a_row() -> None:
    assert told(folded("ffpff", ROW)) == []


def test_late_and_neutral_outcomes_never_count() -> None:
    two = folded("ff", ROW)[-1].state

    late = folded("f", ROW, two, late=True)
    neutral = folded("c", ROW, two)

    assert told(late) == told(neutral) == []
    assert late[-1].state.breaker.recent == two.breaker.recent
    assert neutral[-1].state.breaker.recent == two.breaker.recent
    assert len(told(folded("cf", ROW, two))) == 1


def test_suspicion_goes_before_a_plain_rule_and_a_rule_in_shadow_is_told_beside_it() -> None:
    # Usually fails 0.1 x 2 / (2 + 2) = 1 in 20, then 0.1 x 3 / (2 + 2.1): 2.35 + 1.99 + 1.99.
    breaker = Breaker(learned=Learned(0.0, 2.0, 20.0, START_S))
    state = agent_state_new()._replace(breaker=breaker)
    policy = replace(BREAKER, suspicion_low=4.0)
    rules = replace(ROW, rate=RuleMode.ENFORCE, rate_window=3, rate_least=3)
    for _ in range(2):
        fact = outcome(Result.FAILURE)
        state = fold(state, fact, policy=engine_policy(rules, policy)).state

    last = fold(state, outcome(Result.FAILURE), policy=engine_policy(rules, policy))

    assert last.alarm is not None
    assert last.alarm.reason is BreakerReason.SUSPICION
    assert len(told([last])) == 1


def test_an_enforced_rule_freezes_as_suspicion_does() -> None:
    policy = engine_policy(replace(ROW, in_a_row=RuleMode.ENFORCE))
    last = folded("fff", replace(ROW, in_a_row=RuleMode.ENFORCE))[-1]
    assert last.alarm is not None

    settled = trip_settle(
        last.state, last.alarm, policy, frozen=0, eligible=10, now_s=START_S, jitter=0.0
    )

    (record,) = settled.transitions
    assert isinstance(record, BreakerMoved)
    assert (record.move, record.reason, record.enforced) == (
        BreakerMove.TRIPPED,
        BreakerReason.FAILURES_IN_A_ROW,
        True,
    )
    breaker = settled.state.breaker
    assert (breaker.state, breaker.level) == (BreakerState.OPEN, 1)
    assert breaker.frozen_until_s == START_S + 900
    assert breaker.recent == NO_RECENT


def test_over_the_cap_an_enforced_rule_supervises_and_freezes_once_there_is_room() -> None:
    rules = replace(ROW, in_a_row=RuleMode.ENFORCE)
    policy = engine_policy(rules)
    last = folded("fff", rules)[-1]
    assert last.alarm is not None
    supervised = trip_settle(
        last.state, last.alarm, policy, frozen=3, eligible=10, now_s=START_S, jitter=0.0
    ).state

    more = folded("f", rules, supervised)[-1]
    reviewed = supervision_review(
        more.state, policy, frozen=0, eligible=10, now_s=START_S, jitter=0.0
    )
    well = supervision_review(
        folded("s", rules, supervised)[-1].state,
        policy,
        frozen=0,
        eligible=10,
        now_s=START_S,
        jitter=0.0,
    )

    assert supervised.breaker.hold is Hold.SUPERVISED
    assert more.alarm is None
    assert reviewed is not None
    assert reviewed.state.breaker.state is BreakerState.OPEN
    assert well is None


def test_a_supervised_agent_without_suspicion_is_left_alone() -> None:
    supervised = Breaker(hold=Hold.SUPERVISED, recent=Recent(0, 0b0011, 4))
    state = agent_state_new()._replace(breaker=supervised)
    policy = engine_policy(replace(RATE, rate=RuleMode.ENFORCE))

    found = supervision_review(state, policy, frozen=0, eligible=10, now_s=START_S, jitter=0.0)

    assert found is None


def test_a_rule_in_shadow_is_not_enforced_for_a_supervised_agent_either() -> None:
    breaker = CLOSED._replace(hold=Hold.SUPERVISED, recent=Recent(2, 0b11, 2))

    (record,) = told(folded("f", ROW, agent_state_new()._replace(breaker=breaker)))

    assert not record.enforced


def test_probation_begins_the_counts_anew() -> None:
    state = agent_state_new()._replace(breaker=HALF_OPEN, tier=Tier.LOW)

    closed = folded("s" * 20, ROW, state)[-1].state

    assert closed.breaker.state is BreakerState.CLOSED
    assert closed.breaker.recent.seen < 20


def test_no_more_than_fifty_outcomes_are_kept() -> None:
    found = folded("f" * 60, replace(ROW, in_a_row_failures=50))

    recent = found[-1].state.breaker.recent
    assert (recent.in_row, recent.seen, recent.bits) == (60, 50, 2**50 - 1)


def test_with_both_rules_off_nothing_is_counted() -> None:
    off = PlainRulesPolicy(in_a_row=RuleMode.OFF, rate=RuleMode.OFF)

    assert recent_after(Recent(3, 0b111, 3), True, off) is NO_RECENT


def test_a_state_stored_before_there_were_plain_rules_comes_back_without_counts() -> None:
    plain = to_plain(agent_state_new())
    del plain["breaker"]["recent"]

    assert state_from_plain(plain) == agent_state_new()


@pytest.mark.parametrize("letters", ["fff", "ssffsff"])
def test_counts_come_back_from_a_store(letters: str) -> None:
    state = folded(letters, PlainRulesPolicy(in_a_row_failures=3))[-1].state

    assert state_from_plain(to_plain(state)) == state


def test_a_history_under_plain_rules_folds_again_to_the_same_state() -> None:
    policy = engine_policy(PlainRulesPolicy(in_a_row=RuleMode.ENFORCE, in_a_row_failures=3))
    letters = "sfsffpssfsff" + "f"
    live = agent_state_new()
    again = Refolding("bot", agent_state_new(), trips=(Trip(13, supervised=False),))
    for number, letter in enumerate(letters, 1):
        fact = outcome(LETTERS[letter])
        arrived = outcome_arrive(
            live,
            fact,
            ONE_SOURCE,
            policy,
            began_s=START_S,
            awaits_release=False,
            jitter=jitter_drawn("bot", number),
            share=lambda: (0, 10),
        )
        live = arrived.state
        again.fold(Judged(number, fact, ONE_SOURCE, policy))

    assert live.breaker.state is BreakerState.OPEN
    assert again.state == live
