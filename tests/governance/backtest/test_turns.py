"""Steps come in the order in which they took hold of their agents."""

from __future__ import annotations

from governance.backtest.record import (
    NO_BASIS,
    DecisionStep,
    LostStep,
    OutcomeStep,
    Step,
    agent_start,
)
from governance.backtest.turns import WAITS_S, in_turn
from governance.domain.ids import id_new
from governance.domain.policy import Policy
from governance.domain.types import Result
from tests.governance.backtest.lived import START_S, Event, Life

ONE = Life(Policy(), agents=1, shadow=False).live([Event(0.0, 0, "read")]).done
AGENTS = [agent_start("a", "owner")]


def outcome(at_s: float, number: int, result: Result = Result.SUCCESS) -> OutcomeStep:
    found = next(step for step in ONE if isinstance(step, OutcomeStep))
    fact = found.fact._replace(result=result)
    return found._replace(at_s=START_S + at_s, number=number, fact=fact, basis=NO_BASIS)


def decision(at_s: float, after: int) -> DecisionStep:
    found = next(step for step in ONE if isinstance(step, DecisionStep))
    request = found.request
    standing = type(request.standing)(tier=request.standing.tier, trust=None, outcomes=after)
    asked = type(request)(
        standing=standing,
        breaker=request.breaker,
        task=request.task,
        money=request.money,
        mandate=request.mandate,
    )
    return found._replace(at_s=START_S + at_s, request=asked)


def ordered(*steps: Step) -> list[Step]:
    return list(in_turn(steps, AGENTS))


def test_what_is_in_order_stays() -> None:
    steps = (decision(0, 0), outcome(1, 1), decision(2, 1), outcome(3, 2))

    assert ordered(*steps) == list(steps)


def test_facts_come_by_number_whatever_their_clock_says() -> None:
    second, first = outcome(1, 2), outcome(2, 1)

    assert ordered(second, first) == [first, second]


def test_facts_of_before_the_start_are_left_out() -> None:
    assert ordered(outcome(1, 0)) == []


def test_a_question_waits_for_the_outcomes_it_had_seen() -> None:
    asked, told = decision(1, 1), outcome(2, 1)

    assert ordered(asked, told) == [told, asked]


def test_a_question_goes_before_an_outcome_it_had_not_seen() -> None:
    told, asked = outcome(1, 1), decision(2, 0)

    assert ordered(told, asked) == [asked, told]


def test_a_neutral_outcome_is_not_counted() -> None:
    told, asked = outcome(1, 1, Result.CANCELLED), decision(2, 0)

    assert ordered(told, asked) == [told, asked]


def test_what_is_missing_is_not_waited_for_without_end() -> None:
    third, later = outcome(1, 3), outcome(WAITS_S + 10, 4)

    assert ordered(third, later, decision(WAITS_S + 20, 9)) == [
        third,
        later,
        decision(WAITS_S + 20, 9),
    ]


def test_what_is_missing_at_the_end_holds_nothing_back() -> None:
    third = outcome(1, 3)

    assert ordered(third) == [third]


def test_a_decision_that_cannot_be_read_keeps_its_place() -> None:
    lost = LostStep(START_S + 1, 0, id_new(), "Unreadable.")

    assert ordered(outcome(0, 1), lost) == [outcome(0, 1), lost]
