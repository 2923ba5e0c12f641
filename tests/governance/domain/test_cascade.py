from __future__ import annotations

from dataclasses import replace
from functools import reduce

import pytest

from governance.domain.cascade import (
    AGENTS_KEPT,
    Child,
    LineageStat,
    chance_of,
    chance_words,
    lineage_fold,
    lineage_spread,
    settled_first,
)
from governance.domain.policy import policy_default, policy_problems
from governance.domain.policy.cascade import CascadePolicy

POLICY = CascadePolicy()


def _child(agent: str = "writer", *, failed: bool = True, usual: float = 0.04) -> Child:
    return Child(agent=agent, parent_agent="scout", failed=failed, usual=usual, is_first=True)


def _folded(*children: Child) -> LineageStat:
    return reduce(lambda stat, child: lineage_fold(stat, child, POLICY), children, LineageStat())


def test_a_failed_parent_makes_failure_half_again_as_likely() -> None:
    stat = _folded(_child(usual=0.04))

    assert stat._replace(expected=0.0) == LineageStat(1, 1, 0.0, 1, ("scout", "writer"))
    assert stat.expected == pytest.approx(0.06)


def test_a_child_that_does_well_counts_as_expected_and_touches_nobody() -> None:
    stat = _folded(_child(failed=False, usual=0.10))

    assert stat._replace(expected=0.0) == LineageStat(1, 0, 0.0, 1, ())
    assert stat.expected == pytest.approx(0.15)


def test_nothing_is_expected_more_than_once() -> None:
    assert _folded(_child(usual=0.9)).expected == 1.0


def test_a_second_child_of_one_parent_adds_no_parent() -> None:
    stat = _folded(_child(), _child()._replace(is_first=False))

    assert (stat.children, stat.parents) == (2, 1)


def test_the_agents_kept_do_not_grow_without_end() -> None:
    stat = _folded(*(_child(f"agent-{number}") for number in range(40)))

    assert len(stat.agents) == AGENTS_KEPT
    assert stat.failures == 40


def test_three_failures_where_an_eighth_of_one_is_expected_are_a_cascade() -> None:
    # 1 - exp(-.12) * (1 + .12 + .0072) = 0.000263, below .001.
    spread = lineage_spread(LineageStat(3, 3, 0.12, 3, ("scout", "writer")), POLICY)

    assert spread.is_cascade
    assert spread.chance == pytest.approx(0.0002631, rel=1e-3)


def test_three_failures_where_a_fifth_of_one_is_expected_are_only_watched() -> None:
    # 1 - exp(-.2) * (1 + .2 + .02) = 0.001148: below .01, not below .001.
    spread = lineage_spread(LineageStat(3, 3, 0.20, 3, ("scout", "writer")), POLICY)

    assert (spread.is_watched, spread.is_cascade) == (True, False)
    assert spread.chance == pytest.approx(0.0011485, rel=1e-3)


def test_two_failures_are_no_cascade_however_unlikely() -> None:
    spread = lineage_spread(LineageStat(2, 2, 0.001, 2, ("scout", "writer")), POLICY)

    assert (spread.is_watched, spread.is_cascade) == (False, False)


def test_one_agent_failing_again_and_again_is_no_cascade() -> None:
    spread = lineage_spread(LineageStat(9, 9, 0.4, 9, ("scout",)), POLICY)

    assert not spread.is_cascade


def test_the_ratio_counts_failing_children_for_each_failing_parent() -> None:
    spread = lineage_spread(LineageStat(8, 6, 0.5, 3, ("scout", "writer")), POLICY)

    # Gamma(6.5) has its 10 and 90 % points at 3.52 and 9.91; for each of three parents 1.17, 3.30.
    assert spread.ratio == 2.0
    assert (round(spread.low, 2), round(spread.high, 2)) == (1.17, 3.30)


def test_the_sentence_carries_every_number_that_decided() -> None:
    spread = lineage_spread(LineageStat(8, 6, 0.5, 3, ("scout", "writer")), POLICY)

    assert spread.sentence == (
        "6 of 8 tasks below failed parents failed too, touching 2 agents; 0.5 were expected, which"
        " happens by chance once in 71,000 times. Failing children per failing parent: 2.0"
        " (1.2 to 3.3)."
    )


def test_a_lineage_without_failures_says_nothing_unusual() -> None:
    spread = lineage_spread(LineageStat(1, 0, 0.06, 1, ()), POLICY)

    assert (spread.chance, spread.ratio, spread.is_watched) == (1.0, 0.0, False)
    assert spread.sentence.startswith("0 of 1 task below failed parents failed too")


def test_a_chance_with_nothing_expected_is_next_to_none() -> None:
    assert 0.0 < chance_of(3, 0.0) < 1e-30


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.9, "more often than not"),
        (0.25, "once in 4 times"),
        (0.0011485, "once in 870 times"),
        (1e-9, "less than once in a million times"),
    ],
)
def test_chances_are_said_as_people_say_them(chance: float, words: str) -> None:
    assert chance_words(chance) == words


def test_what_stands_above_is_settled_first() -> None:
    assert settled_first(["root", "middle"], frozenset({"middle", "leaf"})) == "middle"
    assert settled_first(["root", "middle"], frozenset({"leaf"})) is None


def test_a_watch_that_is_stricter_than_the_alarm_is_a_conflict() -> None:
    policy = CascadePolicy(act_below=0.01, watch_below=0.001)

    (found,) = policy_problems(replace(policy_default(), cascade=policy))
    assert str(found) == (
        "cascade.watch_below must be at least 0.01 probability, because of cascade.act_below,"
        " got 0.001"
    )
