"""How long the record is kept: for ever, or as long as the law and the rules need it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.policy import (
    Guard,
    PolicyError,
    policy_default,
    policy_fields,
    policy_from_plain,
    policy_to_plain,
)
from governance.domain.policy.retention import SIX_MONTHS_DAYS, RetentionPolicy, work_need
from governance.domain.rollup import CELLS_KEPT, KEPT, BucketSize

if TYPE_CHECKING:
    from governance.domain.policy import Policy

RECORD = ("tasks_days", "interactions_days", "events_days")
LAW = (
    "0, which keeps for ever, or at least 184 days, because of Regulation (EU) 2024/1689,"
    " Art. 26(6): logs are kept at least six months"
)


def policy(branches: dict[str, dict[str, Any]]) -> Policy:
    plain = policy_to_plain(policy_default())
    return policy_from_plain(
        {**plain, **{name: {**plain[name], **fields} for name, fields in branches.items()}}
    )


def problems(branches: dict[str, dict[str, Any]]) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        policy(branches)
    return [str(problem) for problem in caught.value.problems]


def test_the_record_is_kept_for_ever_unless_somebody_says_otherwise() -> None:
    kept = RetentionPolicy()

    assert [getattr(kept, name) for name in RECORD] == [0, 0, 0]


def test_six_months_are_the_longest_six_of_a_year() -> None:
    assert SIX_MONTHS_DAYS == 31 + 31 + 30 + 31 + 30 + 31


@pytest.mark.parametrize("name", RECORD)
@pytest.mark.parametrize("days", [1, 183])
def test_less_than_six_months_is_refused_by_law(name: str, days: int) -> None:
    assert problems({"retention": {name: days}}) == [f"retention.{name} must be {LAW}, got {days}"]


@pytest.mark.parametrize("name", RECORD)
@pytest.mark.parametrize("days", [0, 184])
def test_for_ever_and_six_months_are_allowed(name: str, days: int) -> None:
    assert getattr(policy({"retention": {name: days}}).retention, name) == days


@pytest.mark.parametrize(
    ("branch", "fields", "least", "because"),
    [
        ("trust", {"half_life_days": 60.0}, 240, "trust.half_life_days"),
        ("trust", {"sources_window_days": 200.0}, 200, "trust.sources_window_days"),
        ("collusion", {"quiet_days": 110}, 220, "collusion.quiet_days"),
    ],
)
def test_less_than_a_rule_looks_back_is_refused_by_its_name(
    branch: str, fields: dict[str, Any], least: int, because: str
) -> None:
    found = problems({branch: fields, "retention": {"tasks_days": least - 1}})

    assert found == [
        f"retention.tasks_days must be 0, which keeps for ever, or at least {least} days,"
        f" because of {because}, got {least - 1}"
    ]
    assert policy({branch: fields, "retention": {"tasks_days": least}}).retention.tasks_days


def test_interactions_need_what_scans_for_collusion_read() -> None:
    fields = {"quiet_days": 120}

    (found,) = problems({"collusion": fields, "retention": {"interactions_days": 239}})

    assert "at least 240 days, because of collusion.quiet_days" in found
    kept = policy({"collusion": fields, "retention": {"events_days": 184}}).retention
    assert kept.events_days == 184


def test_what_the_rules_need_by_default_is_less_than_the_law_asks() -> None:
    assert work_need(policy_default()) == (180, "collusion.quiet_days")


def test_sums_are_kept_at_least_as_long_as_pages_draw_from_them() -> None:
    kept, fields = RetentionPolicy(), {each.path: each for each in policy_fields()}

    assert {
        BucketSize.FIVE_MINUTES: timedelta(days=kept.minutes_days),
        BucketSize.HOUR: timedelta(days=kept.hours_days),
        BucketSize.DAY: timedelta(days=kept.days_days),
    } == KEPT
    assert timedelta(days=kept.cells_days) == CELLS_KEPT
    for name in ("minutes_days", "hours_days", "days_days", "cells_days"):
        assert fields[f"retention.{name}"].low == getattr(kept, name)


def test_changing_what_becomes_of_the_record_takes_two_admins() -> None:
    guards = {
        each.path.removeprefix("retention."): each.guard
        for each in policy_fields()
        if each.path.startswith("retention.")
    }

    assert {guards.pop(name) for name in RECORD} == {Guard.ANY}
    assert set(guards.values()) == {Guard.LOWERING}
