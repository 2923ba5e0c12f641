from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from governance.domain.policy import (
    Policy,
    PolicyError,
    Problem,
    policy_default,
    policy_fields,
    policy_from_plain,
    policy_to_plain,
)
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.types import Preset, RuleMode


def test_a_policy_survives_json_exactly() -> None:
    policy = replace(policy_default(), breaker=BreakerPolicy(suspicion_low=5.5))

    stored = json.dumps(policy_to_plain(policy))

    assert policy_from_plain(json.loads(stored)) == policy


def test_what_a_stored_version_leaves_out_has_its_default() -> None:
    policy = policy_from_plain({"matrix": {"stateless_high": "balanced"}})

    assert policy.matrix.stateless_high is Preset.BALANCED
    assert policy.presets == policy_default().presets


def test_a_whole_number_is_taken_where_a_number_is_wanted() -> None:
    policy = policy_from_plain({"tickets": {"undo_s": 20}})

    assert repr(policy.tickets.undo_s) == "20.0"


@pytest.mark.parametrize(
    ("plain", "problem"),
    [
        ([], "policy must be an object, got []"),
        ({"x": 1}, "x must be left out: no such field, got 1"),
        ({"presets": 3}, "presets must be an object, got 3"),
        (
            {"matrix": {"pipeline_low": "fast"}},
            "matrix.pipeline_low must be one of aggressive, balanced, conservative, got fast",
        ),
        (
            {"matrix": {"pipeline_low": ["balanced"]}},
            "matrix.pipeline_low must be one of aggressive, balanced, conservative,"
            " got ['balanced']",
        ),
        (
            {"blast": {"high_from": 38.5}},
            "blast.high_from must be a whole number, got 38.5",
        ),
        ({"blast": {"high_from": True}}, "blast.high_from must be a whole number, got true"),
        ({"tickets": {"undo_s": "10"}}, "tickets.undo_s must be a number, got “10”"),
        (
            {"trust": {"half_life_days": float("nan")}},
            "trust.half_life_days must be from 1 to 365 days, got nan",
        ),
        (
            {"trust": {"half_life_days": 1e308}},
            "trust.half_life_days must be from 1 to 365 days, got 1e+308",
        ),
        (
            {"trust": {"half_life_days": 10**400}},
            "trust.half_life_days must be from 1 to 365 days, got inf",
        ),
        (
            {"trust": {"half_life_days": -(10**400)}},
            "trust.half_life_days must be from 1 to 365 days, got -inf",
        ),
        (
            {"blast": {"high_from": 10**400}},
            f"blast.high_from must be from 1 to 104 points, got 1{'0' * 59}…",
        ),
        (
            {"blast": {"high_from": "9" * 100}},
            f"blast.high_from must be a whole number, got “{'9' * 60}…”",
        ),
        (
            {"presets": {"balanced": {"tax_share": float("nan")}}},
            "presets.balanced.tax_share must be from 0 to 1 share of the value, got nan",
        ),
    ],
)
def test_each_problem_names_field_value_and_what_is_allowed(plain: Any, problem: str) -> None:
    with pytest.raises(PolicyError) as refused:
        policy_from_plain(plain)

    assert problem in str(refused.value).splitlines()


def test_all_problems_are_listed_at_once() -> None:
    with pytest.raises(PolicyError) as refused:
        policy_from_plain({"x": 1, "blast": {"medium_from": "a"}, "tickets": {"undo_s": None}})

    assert refused.value.problems == (
        Problem(path="x", value=1, allowed="left out: no such field"),
        Problem(path="blast.medium_from", value="a", allowed="a whole number"),
        Problem(path="tickets.undo_s", value=None, allowed="a number"),
    )


def test_the_settings_page_finds_every_leaf_once() -> None:
    paths = [each.path for each in policy_fields()]

    assert len(paths) == len(set(paths))
    assert sorted(paths) == sorted(_leaves(policy_to_plain(policy_default()), ""))


def _leaves(branch: dict[str, Any], prefix: str) -> list[str]:
    found: list[str] = []
    for name, value in branch.items():
        found += _leaves(value, f"{prefix}{name}.") if isinstance(value, dict) else [prefix + name]
    return found


def test_a_setting_shows_its_value_default_range_and_evidence() -> None:
    policy = policy_from_plain({"presets": {"conservative": {"parallel_max": 3}}})

    fields = {each.path: each for each in policy_fields(policy)}

    shown = fields["presets.conservative.parallel_max"]
    assert (shown.value, shown.default, shown.unit, shown.low, shown.high) == (
        3,
        5,
        "tasks",
        0,
        1000,
    )
    assert (shown.provenance, shown.reference) == (
        "inherited",
        "original profiles: docs/evidence.md, Labels",
    )


def test_a_choice_lists_its_words_mildest_first() -> None:
    fields = {each.path: each for each in policy_fields()}

    assert fields["matrix.stateless_low"].choices == ("aggressive", "balanced", "conservative")


def test_every_setting_says_what_it_means() -> None:
    silent = [each.path for each in policy_fields() if not each.meaning.endswith(".")]

    assert silent == []


def test_a_policy_never_changes_in_place() -> None:
    with pytest.raises(AttributeError):
        policy_default().blast = None  # type: ignore[misc,assignment]


def test_the_default_is_the_default() -> None:
    assert Policy() == policy_default() == policy_from_plain(policy_to_plain(Policy()))


def test_a_version_stored_before_the_plain_rules_goes_on_without_them() -> None:
    plain = policy_to_plain(policy_default())
    del plain["breaker"]["rules"]

    rules = policy_from_plain(plain).breaker.rules

    assert (rules.in_a_row, rules.rate) == (RuleMode.OFF, RuleMode.OFF)
    assert rules.rate_window == 20
    assert policy_default().breaker.rules.in_a_row is RuleMode.SHADOW
