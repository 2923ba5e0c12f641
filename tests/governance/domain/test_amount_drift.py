from __future__ import annotations

import math

import pytest

from governance.domain.amount_drift import amount_watched
from governance.domain.consistency import Usual
from governance.domain.drift_state import NO_AMOUNT_RUN, NO_AMOUNT_WATCH, AmountRun, AmountWatch
from governance.domain.drift_words import amounts_of
from governance.domain.policy.drift import DriftPolicy
from tests.governance.domain.outcomes import START_S

POLICY = DriftPolicy()
# Usually e^1, with a standard deviation of 0.5 in the logarithm.
USUAL = Usual(100, 1.0, 0.25)
CONSTANT = Usual(100, 1.0, 0.0)


def watched(watch: AmountWatch, logarithm: float, *, usual: Usual = USUAL) -> AmountWatch:
    return amount_watched(watch, usual, math.exp(logarithm), START_S, 0.05, POLICY)


def test_nothing_counts_while_what_is_usual_is_learned() -> None:
    assert watched(NO_AMOUNT_WATCH, 9.0, usual=Usual(39, 1.0, 0.25)) is NO_AMOUNT_WATCH


def test_deviation_beyond_the_slack_adds_up_in_its_direction() -> None:
    # One standard deviation above, less 0.25.
    after = watched(NO_AMOUNT_WATCH, 1.5)

    assert after.more == pytest.approx(AmountRun(0.75, 1, 1.0, 0.5, START_S))
    assert after.less is NO_AMOUNT_RUN


def test_one_wild_value_counts_no_more_than_the_limit() -> None:
    assert watched(NO_AMOUNT_WATCH, 99.0).more.score == pytest.approx(2.25)
    assert watched(NO_AMOUNT_WATCH, -99.0).less.score == pytest.approx(2.25)


def test_beyond_the_limit_people_are_still_told_what_it_cost() -> None:
    # Two tasks of e^9 and e^5 where e^1 was usual: e^7 each, however little more they count for.
    watch = watched(watched(NO_AMOUNT_WATCH, 9.0), 5.0)

    assert amounts_of(watch.more) == pytest.approx((math.exp(7.0), math.exp(1.0)))


def test_a_constant_amount_has_a_least_deviation() -> None:
    # ln 1.12 is 2.27 of 0.05; without a least deviation it would be infinitely much.
    after = watched(NO_AMOUNT_WATCH, 1.0 + math.log(1.12), usual=CONSTANT)

    assert after.more.score == pytest.approx((math.log(1.12) - math.log(1.1)) / 0.05)


def test_a_change_of_less_than_a_tenth_never_counts_however_sure_it_is() -> None:
    dearer = watched(NO_AMOUNT_WATCH, 1.0 + math.log(1.09), usual=CONSTANT)
    cheaper = watched(NO_AMOUNT_WATCH, 1.0 - math.log(1.09), usual=CONSTANT)

    assert dearer == cheaper == NO_AMOUNT_WATCH


def test_seven_tasks_at_the_limit_raise_the_score_above_fifteen() -> None:
    watch = NO_AMOUNT_WATCH
    for _ in range(7):
        watch = watched(watch, 99.0)

    assert watch.more.score == pytest.approx(15.75)
    assert watch.more.tasks == 7
