"""A record that was tampered with does not bear what is compared, and says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import pytest

from governance.backtest.doubts import DIFFERS, ELSEWHERE, OTHER_TIER, STRAYED, UNKNOWN
from governance.backtest.record import ActStep, DecisionStep, LostStep, OutcomeStep, Step
from governance.backtest.run import backtest_run
from governance.domain.history import Act
from governance.domain.policy import Policy, policy_from_plain
from governance.domain.transitions import BreakerMove
from governance.domain.types import Preset, Result, Tier
from tests.governance.backtest.lived import Event, Life, Lived
from tests.governance.backtest.noted import Noted

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = TypeVar("Kind", OutcomeStep, ActStep, DecisionStep)
POLICY = Policy()
# Twenty good tasks, a freeze by seven failures, its end after an hour, and five good ones.
SCRIPT = [
    *[Event(60.0, 0, "read")] * 20,
    *[Event(60.0, 0, "history", Result.FAILURE)] * 7,
    Event(4_000.0, 0, "read"),
    Event(60.0, 0, "freeze"),
    Event(60.0, 0, "release"),
    *[Event(60.0, 0, "read")] * 5,
]


@pytest.fixture
def record() -> Lived:
    return Life(POLICY, agents=2, shadow=False).live(SCRIPT)


def act_of(step: ActStep) -> Act:
    assert isinstance(step.fact, Act)
    return step.fact


def reasons(record: Lived, *, base: Policy = POLICY) -> set[str]:
    noted = Noted(since_s=record.since_s, until_s=record.until_s)
    backtest_run(record, base=base, draft=base, tally=noted)
    return {why for _, why in noted.left_out}


def changed(
    record: Lived, kind: type[Kind], change: Callable[[Kind], Step], *, place: int = 0
) -> Lived:
    """Return the record with one step of a kind changed."""
    found = [number for number, step in enumerate(record.done) if isinstance(step, kind)]
    done = record.done.copy()
    one = done[found[place]]
    assert isinstance(one, kind)
    done[found[place]] = change(one)
    return replace(record, done=done)


def test_an_honest_record_is_borne_out(record: Lived) -> None:
    moves = [act_of(step).move for step in record.done if isinstance(step, ActStep)]

    assert moves == [
        BreakerMove.PROBATION_STARTED,
        BreakerMove.FORCED_OPEN,
        BreakerMove.RELEASED,
    ]
    assert reasons(record) == set()


def test_an_outcome_that_was_changed_is_found(record: Lived) -> None:
    failed = changed(
        record,
        OutcomeStep,
        lambda step: step._replace(fact=step.fact._replace(result=Result.FAILURE)),
        place=3,
    )

    assert STRAYED in reasons(failed)


def test_a_tier_that_was_changed_is_found(record: Lived) -> None:
    def higher(step: DecisionStep) -> Step:
        standing = replace(step.request.standing, tier=Tier.HIGH)
        return step._replace(request=replace(step.request, standing=standing))

    assert reasons(changed(record, DecisionStep, higher)) == {OTHER_TIER}


def test_an_answer_that_was_changed_is_found(record: Lived) -> None:
    other = changed(
        record,
        DecisionStep,
        lambda step: step._replace(recorded=step.recorded._replace(preset=Preset.AGGRESSIVE)),
    )

    assert reasons(other) == {DIFFERS}


def test_an_act_that_was_taken_out_is_found(record: Lived) -> None:
    released = next(
        step
        for step in record.done
        if isinstance(step, ActStep) and act_of(step).move is BreakerMove.RELEASED
    )
    done = [step for step in record.done if step is not released]

    assert reasons(replace(record, done=done)) != set()


def test_an_act_of_another_time_is_found(record: Lived) -> None:
    later = changed(
        record,
        ActStep,
        lambda step: step._replace(fact=act_of(step)._replace(at_s=step.at_s + 2.0)),
    )

    assert ELSEWHERE in reasons(later)


def test_a_decision_of_a_version_that_nobody_knows_is_left_out(record: Lived) -> None:
    unknown = changed(record, DecisionStep, lambda step: step._replace(policy=7))

    assert reasons(unknown) == {UNKNOWN}


def test_a_decision_that_cannot_be_read_is_left_out(record: Lived) -> None:
    lost = changed(
        record,
        DecisionStep,
        lambda step: LostStep(step.at_s, step.agent, step.decision, "It is unreadable."),
    )

    assert reasons(lost) == {"It is unreadable."}


def test_what_another_version_decided_is_decided_again_by_that_version(record: Lived) -> None:
    # With another engine in force the states part from the record, and still all can be compared.
    base = policy_from_plain({"breaker": {"suspicion_low": 4.0}})
    other = changed(
        record,
        DecisionStep,
        lambda step: step._replace(recorded=step.recorded._replace(preset=Preset.AGGRESSIVE)),
        place=-1,
    )

    assert reasons(record, base=base) == set()
    assert reasons(other, base=base) == {DIFFERS}
