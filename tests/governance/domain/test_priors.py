from __future__ import annotations

import json

import pytest

from governance.domain.policy.trust import TrustPolicy
from governance.domain.priors import (
    FLEET_PRIOR,
    GroupOutcome,
    GroupShare,
    GroupTally,
    Kin,
    Prior,
    group_names,
    groups_fold,
    prior_of,
    prior_phrase,
)
from tests.governance.domain.outcomes import TRUST

LENA, CLERK = group_names("lena", "clerk")
BOTH = (LENA, CLERK)


def test_an_agent_belongs_to_its_owner_and_its_template_there() -> None:
    assert group_names("lena", "clerk") == ("owner:lena", "template:lena:clerk")


def test_without_a_template_there_is_only_the_owner() -> None:
    assert group_names("lena", "") == ("owner:lena",)


def test_an_agent_without_kin_is_assumed_to_be_like_the_fleet() -> None:
    assert prior_of(BOTH, {}, {}, TRUST) == FLEET_PRIOR


def test_a_group_starts_from_the_group_above_it() -> None:
    groups = {LENA: GroupTally(10.0, 6.0, 5, 80), CLERK: GroupTally(1.0, 2.0, 2, 20)}

    prior = prior_of(BOTH, groups, {}, TRUST)

    # The owner's (2 + 10) / (2 + 6) = 1.5, the template's (2 * 1.5 + 1) / (2 + 2) = 1.
    assert prior == Prior(1.0, Kin(5, 1.5), Kin(2, 1.0))


def test_an_agent_does_not_vouch_for_itself() -> None:
    groups = {LENA: GroupTally(10.0, 6.0, 2, 100)}
    own = {LENA: GroupShare(10.0, 4.0, 100)}

    prior = prior_of((LENA,), groups, own, TRUST)

    # The other one: no failure where 2 were expected, 2 / 4.
    assert prior.owner == Kin(1, 0.5)


def test_an_old_part_is_decayed_before_it_is_left_out() -> None:
    groups = {LENA: GroupTally(5.0, 5.0, 2, 10_100)}
    own = {LENA: GroupShare(2.0, 2.0, 100)}

    prior = prior_of((LENA,), groups, own, TRUST)

    # 0.9999 ** 10,000 = 0.36786: of 5 remain 4.26428 on both sides.
    assert prior.ratio == pytest.approx(1.0)


def test_a_lone_member_leaves_nothing_but_the_level_above() -> None:
    groups = {LENA: GroupTally(9.0, 1.0, 1, 30)}

    assert prior_of((LENA,), groups, {LENA: GroupShare(9.0, 1.0, 30)}, TRUST) == FLEET_PRIOR


@pytest.mark.parametrize(("failures", "ratio"), [(500.0, 3.0), (0.0, 1 / 3)])
def test_kin_move_the_start_no_further_than_the_policy_allows(
    failures: float, ratio: float
) -> None:
    groups = {LENA: GroupTally(failures, 50.0, 9, 500)}

    assert prior_of((LENA,), groups, {}, TRUST).ratio == pytest.approx(ratio)


def test_a_group_sums_its_agents_and_counts_each_once() -> None:
    outcomes = [
        GroupOutcome("a", BOTH, 1.0, 0.1),
        GroupOutcome("b", (LENA,), 0.0, 0.1),
        GroupOutcome("a", BOTH, 0.5, 0.1),
    ]

    groups, parts = groups_fold({}, {}, outcomes, TRUST)

    assert groups[LENA].to_list() == pytest.approx(
        (0.9999**2 + 0.5, 0.1 + 0.1 * 0.9999 + 0.1 * 0.9999**2, 2, 3)
    )
    assert groups[CLERK].to_list() == pytest.approx((0.9999 + 0.5, 0.1 + 0.1 * 0.9999, 1, 2))
    assert parts["b"] == {LENA: GroupShare(0.0, 0.1, 2)}
    assert parts["a"][CLERK].to_list() == pytest.approx((0.9999 + 0.5, 0.1 + 0.1 * 0.9999, 2))


def test_parts_add_up_to_their_group_wherever_the_fold_is_cut() -> None:
    outcomes = [GroupOutcome(f"a{n % 3}", BOTH, float(n % 4 == 0), 0.2) for n in range(60)]
    at_once = groups_fold({}, {}, outcomes, TRUST)

    groups, first = groups_fold({}, {}, outcomes[:25], TRUST)
    groups, second = groups_fold(groups, first, outcomes[25:], TRUST)

    assert (groups, second) == at_once
    left = sum(part[LENA].failures * 0.9999 ** (60 - part[LENA].events) for part in second.values())
    assert left == pytest.approx(groups[LENA].failures)


def test_folding_leaves_the_former_groups_alone() -> None:
    before = {LENA: GroupTally(1.0, 1.0, 1, 1)}
    parts = {"a": {LENA: GroupShare(1.0, 1.0, 1)}}

    groups_fold(before, parts, [GroupOutcome("a", (LENA,), 1.0, 0.1)], TRUST)

    assert before == {LENA: GroupTally(1.0, 1.0, 1, 1)}
    assert parts == {"a": {LENA: GroupShare(1.0, 1.0, 1)}}


def test_a_prior_survives_being_stored() -> None:
    prior = Prior(1.25, Kin(5, 1.5), Kin(2, 1.25))

    assert Prior.from_plain(json.loads(json.dumps(prior.to_plain()))) == prior


def test_a_start_is_told_with_the_kin_behind_it() -> None:
    prior = Prior(0.62, Kin(6, 0.8), Kin(4, 0.62))

    assert prior_phrase(prior, 0.94) == (
        "Its trust starts at 0.94, because 6 other agents of the same owner fail 0.8 times as often"
        " as the fleet on the same work and 4 other agents of the same owner and template fail"
        " 0.62 times as often as the fleet on the same work."
    )


def test_one_other_agent_is_told_in_the_singular() -> None:
    prior = Prior(2.0, Kin(1, 2.0))

    assert "because 1 other agent of the same owner fails 2 times" in prior_phrase(prior, 0.82)


def test_a_start_without_kin_is_told_as_the_fleets() -> None:
    assert prior_phrase(FLEET_PRIOR, 0.9) == (
        "Its trust starts at 0.90, as for any agent of the fleet."
    )


def test_the_bound_is_the_policys() -> None:
    groups = {LENA: GroupTally(500.0, 50.0, 9, 500)}

    assert prior_of((LENA,), groups, {}, TrustPolicy(prior_most_ratio=2.0)).ratio == 2.0
