from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.evidence import NO_EVIDENCE, Evidence
from governance.domain.score import readings
from governance.domain.tier_fold import Graded, grounds_for, is_surely_kept, tier_graded, tier_held
from governance.domain.tiers import Patience, tier_kept
from governance.domain.types import Tier
from tests.governance.domain.evidences import evidences
from tests.governance.domain.outcomes import DAY_S, TRUST

GOOD = Evidence(100.0, 2.0, 10.0, 100.0, 100.0, 100.0, 95.0)
FAIR = Evidence(100.0, 22.0, 10.0, 0.0, 0.0, 0.0, 0.0)
POOR = Evidence(100.0, 60.0, 10.0, 0.0, 0.0, 0.0, 0.0)
READY = Patience(weight=100.0, waited_s=DAY_S, sources=3, sources_fleet=3)


def ready() -> Patience:
    return READY


def test_a_good_record_climbs_one_step() -> None:
    assert tier_graded(Tier.LOW, GOOD, TRUST, patience=ready).tier is Tier.MEDIUM


def test_a_good_record_of_tier_medium_climbs_to_high() -> None:
    assert tier_graded(Tier.MEDIUM, GOOD, TRUST, patience=ready).tier is Tier.HIGH


def test_there_is_nothing_above_tier_high() -> None:
    assert tier_graded(Tier.HIGH, GOOD, TRUST, patience=ready) == Graded(Tier.HIGH, "")


def test_a_fair_record_earns_medium_and_not_high() -> None:
    assert tier_graded(Tier.LOW, FAIR, TRUST, patience=ready).tier is Tier.MEDIUM
    assert tier_graded(Tier.MEDIUM, FAIR, TRUST, patience=ready) == Graded(Tier.MEDIUM, "")


def test_a_poor_record_stays_low() -> None:
    assert tier_graded(Tier.LOW, POOR, TRUST, patience=ready) == Graded(Tier.LOW, "")


def test_what_is_forbidden_to_rise_stays() -> None:
    assert tier_graded(Tier.LOW, GOOD, TRUST, patience=None) == Graded(Tier.LOW, "")


def test_what_is_not_ripe_stays() -> None:
    early = READY._replace(waited_s=DAY_S - 1)

    assert tier_graded(Tier.LOW, GOOD, TRUST, patience=lambda: early) == Graded(Tier.LOW, "")


def test_a_collapse_falls_through_both_tiers_for_the_reason_of_the_first() -> None:
    held = tier_held(Tier.HIGH, POOR, TRUST)

    assert held.tier is Tier.LOW
    assert held.sentence.startswith("Trust is at least 0.85")


def test_an_agent_that_falls_does_not_rise_in_the_same_breath() -> None:
    assert tier_graded(Tier.HIGH, FAIR, TRUST, patience=ready).tier is Tier.MEDIUM


@pytest.mark.parametrize(
    ("kept", "earning", "floors"), [(80.0, True, True), (79.0, True, False), (79.0, False, True)]
)
def test_tier_high_asks_for_a_kept_budget(kept: float, earning: bool, floors: bool) -> None:
    # (1.8 + kept) / 102: 0.802, 0.792; the dead band allows 0.78.
    evidence = GOOD._replace(budget_kept=kept)

    assert grounds_for(Tier.HIGH, evidence, TRUST, earning=earning).floors is floors


@pytest.mark.parametrize(("kept", "floors"), [(70.0, True), (69.0, False)])
def test_tier_high_asks_for_consistency(kept: float, floors: bool) -> None:
    # (1.8 + kept) / 102: 0.704, 0.694.
    evidence = GOOD._replace(consistency_kept=kept)

    assert grounds_for(Tier.HIGH, evidence, TRUST, earning=True).floors is floors


def test_tier_medium_has_no_floors() -> None:
    evidence = GOOD._replace(budget_kept=0.0)

    assert grounds_for(Tier.MEDIUM, evidence, TRUST, earning=True).floors


def test_medium_is_earned_at_a_higher_level_than_it_is_kept() -> None:
    ten = NO_EVIDENCE._replace(weight=10.0, expected=1.0)

    # Ten of ten: above 0.6 with 1 - 0.6 ** 11; above 0.48, the dead band below 0.5, likewise.
    assert grounds_for(Tier.MEDIUM, ten, TRUST, earning=True).own == pytest.approx(1 - 0.6**11)
    assert grounds_for(Tier.MEDIUM, ten, TRUST, earning=False).own == pytest.approx(1 - 0.48**11)


@given(evidences(), st.sampled_from([Tier.HIGH, Tier.MEDIUM]), st.booleans())
def test_what_speaks_for_a_tier_agrees_with_the_score_shown(
    evidence: Evidence, tier: Tier, earning: bool
) -> None:
    level = TRUST.level_high if tier is Tier.HIGH else TRUST.level_medium
    asked = level if earning else level - TRUST.dead_band

    score = readings(evidence, TRUST).score.score

    shown = grounds_for(tier, evidence, TRUST, earning=earning).shown
    assert shown == (score >= asked) or math.isclose(score, asked, rel_tol=1e-9)


@given(evidences(), st.sampled_from([Tier.HIGH, Tier.MEDIUM]), st.floats(0.2, 5.0))
def test_what_is_surely_kept_is_kept_by_its_grounds(
    evidence: Evidence, tier: Tier, prior: float
) -> None:
    grounds = grounds_for(tier, evidence, TRUST, prior, earning=False)

    assert tier_kept(grounds, TRUST) or not is_surely_kept(tier, evidence, TRUST, prior)


def test_a_good_record_is_surely_kept_and_a_poor_one_is_not() -> None:
    assert is_surely_kept(Tier.HIGH, GOOD, TRUST, 1.0)
    assert is_surely_kept(Tier.MEDIUM, GOOD, TRUST, 1.0)
    assert not is_surely_kept(Tier.HIGH, FAIR, TRUST, 1.0)
    assert not is_surely_kept(Tier.MEDIUM, POOR, TRUST, 1.0)


def test_a_proof_above_one_half_is_never_sure() -> None:
    strict = replace(TRUST, own_proof=0.6)

    assert not is_surely_kept(Tier.HIGH, GOOD, strict, 1.0)


def test_success_alone_does_not_earn_tier_high() -> None:
    # (1.8 + 70) / 102 = 0.704 of the budget is kept; tier high asks for 0.8.
    spender = GOOD._replace(budget_kept=70.0)

    assert tier_graded(Tier.MEDIUM, spender, TRUST, patience=ready) == Graded(Tier.MEDIUM, "")
