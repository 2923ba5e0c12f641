from __future__ import annotations

import math

from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.breaker_state import Probation
from governance.domain.evidence import Evidence
from governance.domain.outlook import Need, clean_probes_left, promotion_outlook
from governance.domain.sources import SourceShare
from governance.domain.trust import TrustState
from governance.domain.types import Tier
from tests.governance.domain.outcomes import BREAKER, DAY_S, HOUR_S, START_S, TRUST

GOOD = TrustState(Evidence(40.0, 0.0, 4.0, 0.0, 0.0, 0.0, 0.0), START_S, 0.0, 40, 0, 0)


def earned(tier: Tier, trust: TrustState = GOOD, *, since_s: float = START_S) -> AgentState:
    """Return an agent with evidence from two sources, in ``tier`` since ``since_s``."""
    share = SourceShare(Evidence(20.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0), 0.0, START_S)
    state = agent_state_new()._replace(trust=trust, sources={"a": share, "b": share})
    return state.in_tier(tier, since_s)


def needs(state: AgentState, *, sources_fleet: int = 5, now_s: float = START_S) -> dict[str, Need]:
    found = promotion_outlook(state, TRUST, sources_fleet=sources_fleet, now_s=now_s)
    return {need.about: need for need in found.needs}


def test_six_clean_probes_pass_from_the_start() -> None:
    assert clean_probes_left(Probation(), BREAKER) == 6


def test_each_clean_probe_is_one_less() -> None:
    assert clean_probes_left(Probation(ratio=-5 * math.log(2), clean=5), BREAKER) == 1


def test_a_failure_costs_as_many_probes_as_its_evidence_weighs() -> None:
    # ln(1.05 / 0.1) = 2.351, worth 3.4 halvings; 3.892 + 2.351 needs 9.007 of them.
    assert clean_probes_left(Probation(ratio=math.log(1.05 / 0.1), failed=1), BREAKER) == 10


def test_probation_that_has_just_passed_still_reads_one() -> None:
    assert clean_probes_left(Probation(ratio=-4.0), BREAKER) == 1


def test_the_best_tier_asks_nothing_more() -> None:
    outlook = promotion_outlook(earned(Tier.HIGH), TRUST, sources_fleet=5, now_s=START_S)

    assert (outlook.tier, outlook.needs) == (None, ())


def test_tier_medium_asks_for_evidence_patience_sources_and_proof() -> None:
    found = needs(earned(Tier.LOW), now_s=START_S + 12 * HOUR_S)

    assert list(found) == [
        "Evidence",
        "Time in its tier",
        "Sources of work",
        "Trust of 0.5 or more, beside the fleet",
        "Success of 0.6 or more, by its own record",
        "Score, as far as it is known",
    ]
    assert (found["Time in its tier"].has, found["Time in its tier"].asks) == ("12 h", "24 h")
    assert not found["Time in its tier"].is_met
    assert (found["Sources of work"].has, found["Sources of work"].asks) == ("2 sources", "3")
    assert found["Score, as far as it is known"].has == "reached"


def test_a_fleet_of_two_sources_asks_for_two() -> None:
    need = needs(earned(Tier.LOW), sources_fleet=2)["Sources of work"]

    assert (need.asks, need.is_met) == ("2", True)


def test_tier_high_asks_for_more_evidence_and_for_its_parts() -> None:
    found = needs(earned(Tier.MEDIUM))

    assert found["Evidence"].asks == "20"
    assert found["Budget and consistency, where measured"].has == "reached"


def test_a_poor_budget_keeps_an_agent_from_tier_high() -> None:
    spent = GOOD._replace(evidence=Evidence(40.0, 0.0, 4.0, 40.0, 20.0, 0.0, 0.0), budgets=40)

    found = needs(earned(Tier.MEDIUM, spent))

    # (0.9 x 2 + 20) / (2 + 40) = 0.52, and 0.8 is asked.
    need = found["Budget and consistency, where measured"]
    assert (need.has, need.asks, need.is_met) == ("not reached", "0.8 and 0.7", False)


def test_nothing_is_ever_said_to_be_certain() -> None:
    need = needs(earned(Tier.LOW))["Trust of 0.5 or more, beside the fleet"]

    assert need.has == "over 99.9 % sure"


def test_a_new_agent_has_waited_for_nothing_yet() -> None:
    found = needs(agent_state_new())

    assert (found["Evidence"].has, found["Time in its tier"].has) == ("0.0 outcomes", "0 s")


def test_what_an_idle_agent_has_earned_fades_out_of_its_tier() -> None:
    outlook = promotion_outlook(
        earned(Tier.HIGH), TRUST, sources_fleet=5, now_s=START_S + 365 * DAY_S
    )

    # It is in tier medium again; 40 outcomes halved every 30 days for a year.
    assert (outlook.tier, outlook.needs[0].has) == (Tier.HIGH, "0.0 outcomes")


def test_a_failing_agent_has_not_reached_the_score() -> None:
    failing = GOOD._replace(evidence=Evidence(40.0, 36.0, 4.0, 0.0, 0.0, 0.0, 0.0))

    assert needs(earned(Tier.LOW, failing))["Score, as far as it is known"].has == "not reached"
