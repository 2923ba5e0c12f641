"""Histories drawn by chance, under policies drawn by chance, played against lives of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.backtest.run import backtest_run
from governance.domain.backtest.answers import Side
from governance.domain.policy import Policy, policy_from_plain
from governance.domain.types import Result
from tests.governance.backtest.lived import Event, Life, Lived
from tests.governance.backtest.noted import Noted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

AGENTS = 4
RESULTS = [Result.SUCCESS] * 3 + [Result.FAILURE] * 4 + [Result.PARTIAL, Result.DEPENDENCY_DOWN]
EVENTS = st.lists(
    st.builds(
        Event,
        wait_s=st.sampled_from([1.5, 60.25, 700.75, 4_000.5, 90_000.0]),
        agent=st.integers(0, AGENTS - 1),
        does=st.sampled_from(["read"] * 6 + ["refund"] * 2 + ["history", "freeze", "release"]),
        result=st.sampled_from(RESULTS),
        takes_s=st.sampled_from([5.0, 400.5]),
        cost_usd=st.sampled_from([0.1, 0.1, 0.11, 2.0]),
    ),
    max_size=80,
)
POLICIES = st.fixed_dictionaries(
    {
        "trust": st.fixed_dictionaries(
            {
                "level_high": st.sampled_from([0.85, 0.95]),
                "dwell_hours": st.sampled_from([1.0, 24.0]),
                "half_life_days": st.sampled_from([7.0, 30.0]),
            }
        ),
        "breaker": st.fixed_dictionaries(
            {
                "suspicion_low": st.sampled_from([4.0, 6.9]),
                "freeze_first_min": st.sampled_from([5.0, 15.0]),
                "frozen_share_cap": st.sampled_from([0.3, 0.6]),
                "probation_limit_h": st.sampled_from([2.0, 24.0]),
            }
        ),
        "approvals": st.sampled_from([{}, {"conservative": {"low": "one_approval"}}]),
    }
).map(policy_from_plain)


def played(record: Lived, base: Policy, draft: Policy) -> Noted:
    noted = Noted(since_s=record.since_s, until_s=record.until_s)
    backtest_run(record, base=base, draft=draft, tally=noted)
    return noted


@settings(max_examples=60, deadline=None)
@given(script=EVENTS, policy=POLICIES, shadow=st.booleans())
def test_under_its_own_policy_nothing_changes(
    script: Sequence[Event], policy: Policy, shadow: bool
) -> None:
    life = Life(policy, agents=AGENTS, shadow=shadow)
    record = life.live(script)

    noted = played(record, policy, policy)

    assert noted.left_out == []
    assert noted.answers(Side.BASE) == noted.answers(Side.DRAFT) == record.answers()
    assert noted.frozen(Side.BASE) == noted.frozen(Side.DRAFT) == sorted(life.trips)


@settings(max_examples=120, deadline=None)
@given(script=EVENTS, base=POLICIES, draft=POLICIES)
def test_in_shadow_a_draft_does_what_a_life_under_it_does(
    script: Sequence[Event], base: Policy, draft: Policy
) -> None:
    record = Life(base, agents=AGENTS, shadow=True).live(script)
    fresh = Life(draft, agents=AGENTS, shadow=True)
    other = fresh.live(script)

    noted = played(record, base, draft)

    assert noted.left_out == []
    assert noted.answers(Side.DRAFT) == other.answers()
    assert noted.frozen(Side.DRAFT) == sorted(fresh.trips)


@settings(max_examples=60, deadline=None)
@given(script=EVENTS, base=POLICIES, draft=POLICIES)
def test_where_it_acts_a_draft_does_the_same_up_to_the_first_difference(
    script: Sequence[Event], base: Policy, draft: Policy
) -> None:
    record = Life(base, agents=AGENTS, shadow=False).live(script)
    other = Life(draft, agents=AGENTS, shadow=False).live(script)

    noted = played(record, base, draft)

    truth = other.answers()
    same = before_first_difference(noted.answers(Side.BASE), truth)
    drafted = noted.answers(Side.DRAFT)
    assert {task: drafted[task] for task in same} == {task: truth[task] for task in same}


def before_first_difference(
    one: dict[UUID, tuple[object, ...]], other: dict[UUID, tuple[object, ...]]
) -> list[UUID]:
    """Return the tasks of the fleet, in order, up to the first that is answered otherwise."""
    same: list[UUID] = []
    for task, answer in one.items():
        same.append(task)
        if other.get(task) != answer:
            break
    return [task for task in same if task in other]
