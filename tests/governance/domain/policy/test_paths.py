from __future__ import annotations

import pytest

from governance.domain.policy import PolicyError, policy_default
from governance.domain.policy.drafts import DRAFT_MOVES, DraftMove, DraftState
from governance.domain.policy.paths import (
    plain_at,
    plain_values,
    policy_merged,
    policy_paths,
    policy_with,
    value_at,
)
from governance.domain.policy.scopes import FOLLOW, Origin, origin_of
from governance.domain.types import Preset


def test_a_field_is_read_by_its_path() -> None:
    policy = policy_default()

    assert value_at(policy, "breaker.rules.rate_window") == 20
    assert value_at(policy, "matrix.stateless_low") is Preset.CONSERVATIVE
    assert plain_at(policy, "matrix.stateless_low") == "conservative"
    assert plain_values(policy).keys() == policy_paths()


def test_fields_change_together_and_the_rest_stays() -> None:
    changed = policy_with(
        policy_default(), {"breaker.latch_trips": 3, "presets.balanced.parallel_max": 8}
    )

    assert (changed.breaker.latch_trips, changed.presets.balanced.parallel_max) == (3, 8)
    assert changed.breaker.freeze_first_min == 15.0
    assert policy_default().breaker.latch_trips == 4


def test_every_problem_of_a_change_is_named() -> None:
    with pytest.raises(PolicyError) as refused:
        policy_with(policy_default(), {"breaker.latch_trips": 1, "blast.high_from": 5})

    assert str(refused.value).splitlines() == [
        "breaker.latch_trips must be from 2 to 20 freezes, got 1",
        "blast.high_from must be at least 21 points, because of blast.medium_from, got 5",
    ]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("trust.x", "trust.x must be left out: no such field, got 1"),
        ("x.y", "x must be left out: no such field, got {'y': 1}"),
        ("trust", "trust must be an object, got 1"),
        ("breaker.rules", "breaker.rules must be an object, got 1"),
        ("blast.high_from.z", "blast.high_from must be a whole number, got {'z': 1}"),
    ],
)
def test_a_path_that_is_no_field_is_refused(path: str, sentence: str) -> None:
    with pytest.raises(PolicyError) as refused:
        policy_with(policy_default(), {path: 1})

    assert str(refused.value) == sentence


def test_nested_values_lie_over_the_policy() -> None:
    changed = policy_merged(policy_default(), {"breaker": {"rules": {"rate_window": 30}}})

    assert (changed.breaker.rules.rate_window, changed.breaker.rules.rate_least) == (30, 10)
    with pytest.raises(PolicyError, match="policy must be an object, got 3"):
        policy_merged(policy_default(), 3)


def test_what_is_no_field_has_no_value() -> None:
    with pytest.raises(PolicyError, match="no such field"):
        value_at(policy_default(), "trust")


@pytest.mark.parametrize(
    ("is_own", "general", "origin"),
    [(True, 4, Origin.FLEET), (False, 5, Origin.GENERAL), (False, 4, Origin.DEFAULT)],
)
def test_where_a_value_comes_from(is_own: bool, general: int, origin: Origin) -> None:
    assert origin_of(is_own=is_own, general=general, default=4) is origin


def test_nothing_follows_once_a_draft_is_over() -> None:
    over = {DraftState.PUBLISHED, DraftState.DISCARDED}

    assert over.isdisjoint({state for state, _ in DRAFT_MOVES})
    assert set(DRAFT_MOVES.values()) == set(DraftState)
    assert {move for _, move in DRAFT_MOVES} == set(DraftMove)


def test_following_has_a_word() -> None:
    assert str(FOLLOW) == "follow"


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        float("-inf"),
        1e308,
        -1e308,
        10**400,
        -(10**400),
        True,
        None,
        "",
        "9" * 5000,
        [],
        {},
        {"a": {}},
    ],
    ids=lambda value: repr(value)[:12],
)
def test_no_field_takes_what_cannot_be_its_value(value: object) -> None:
    assert [path for path in sorted(policy_paths()) if not _is_refused(path, value)] == []


def _is_refused(path: str, value: object) -> bool:
    with pytest.raises(PolicyError) as refused:
        policy_with(policy_default(), {path: value})
    return refused.value.problems[0].path == path
