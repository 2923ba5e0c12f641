from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from escalations.domain.pace import Haste, Pace, PacedDecision, pace_of
from governance.domain.policy.pace import PacePolicy
from tests.clock import NOON

POLICY = PacePolicy()


def _decided(
    *taken_s: float | None, ago_s: float = 60, is_approval: bool = True
) -> list[PacedDecision]:
    at = NOON - timedelta(seconds=ago_s)
    return [
        PacedDecision(
            at=at,
            began_at=None if taken is None else at - timedelta(seconds=taken),
            is_approval=is_approval,
        )
        for taken in taken_s
    ]


def _pace(decisions: list[PacedDecision], policy: PacePolicy = POLICY) -> Pace:
    return pace_of(decisions, policy, now=NOON)


def test_nobody_is_hasty_who_decided_nothing() -> None:
    assert _pace([]) == Pace(approvals=0, decisions=0, timed=0, median_s=None, haste=None)


@pytest.mark.parametrize(("count", "haste"), [(19, None), (20, Haste.MANY)])
def test_twenty_approvals_in_ten_minutes_are_many(count: int, haste: Haste | None) -> None:
    found = _pace(_decided(*[30] * count))

    assert (found.approvals, found.haste) == (count, haste)


def test_denials_are_no_approvals() -> None:
    found = _pace(_decided(*[30] * 25, is_approval=False))

    assert (found.approvals, found.decisions, found.haste) == (0, 25, None)


@pytest.mark.parametrize(("ago_s", "counted"), [(599.9, 1), (600, 0), (-0.1, 0), (0, 1)])
def test_only_the_window_counts(ago_s: float, counted: int) -> None:
    assert _pace(_decided(30, ago_s=ago_s)).decisions == counted


@pytest.mark.parametrize(("middle_s", "haste"), [(4.9, Haste.FAST), (5.0, None)])
def test_a_median_under_five_seconds_is_fast(middle_s: float, haste: Haste | None) -> None:
    found = _pace(_decided(1, 2, middle_s, 60, 3600))

    assert (found.median_s, found.haste) == (middle_s, haste)


def test_four_decisions_have_no_median_yet() -> None:
    found = _pace(_decided(1, 1, 1, 1))

    assert (found.timed, found.median_s, found.haste) == (4, None, None)


def test_what_was_not_timed_is_no_part_of_the_median() -> None:
    found = _pace(_decided(1, 1, 1, 1, None))

    assert (found.decisions, found.timed, found.median_s) == (5, 4, None)


def test_many_is_named_before_fast() -> None:
    assert _pace(_decided(*[1] * 20)).haste is Haste.MANY


def test_the_policy_sets_every_bound() -> None:
    policy = replace(POLICY, window_min=1, approvals_many=3, median_least_s=60, decisions_least=2)

    many = _pace(_decided(90, 90, 90, ago_s=59), policy)
    fast = _pace(_decided(59, 59, ago_s=59), policy)
    old = _pace(_decided(59, 59, ago_s=61), policy)

    assert (many.haste, fast.haste, old.haste) == (Haste.MANY, Haste.FAST, None)
