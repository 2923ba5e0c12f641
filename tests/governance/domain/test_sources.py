from __future__ import annotations

import math

import pytest

from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.class_rates import RefreshView
from governance.domain.evidence import NO_EVIDENCE, Evidence
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.sources import (
    SourceShare,
    room_needed,
    source_limit,
    sources_seen,
    sources_with,
)
from governance.domain.types import Result
from tests.governance.domain.outcomes import (
    DAY_S,
    MANY_SOURCES,
    ONE_SOURCE,
    START_S,
    TRUST,
    fold_all,
    outcome,
    outcomes,
)

TWO_SOURCES = RefreshView(number=1, sources_30d=2)


def _share(weight: float, seen_s: float = START_S) -> SourceShare:
    return SourceShare(NO_EVIDENCE._replace(weight=weight), 0.0, seen_s)


def _from(source: str, count: int, result: Result = Result.SUCCESS) -> list[OutcomeFact]:
    return [outcome(result, source=source) for _ in range(count)]


def _weight(state: AgentState, source: str) -> float:
    return state.sources[source].evidence.weight


@pytest.mark.parametrize("fleet_sources", [0, 1])
def test_where_a_fleet_has_one_source_it_has_no_limit(fleet_sources: int) -> None:
    assert source_limit(0.0, fleet_sources, TRUST) == math.inf


def test_a_source_gives_at_most_a_quarter_of_the_evidence() -> None:
    # 20 beside 60 from others is a quarter of 80.
    assert source_limit(60.0, 3, TRUST) == pytest.approx(20.0)


def test_ten_outcomes_of_one_source_always_count() -> None:
    assert source_limit(6.0, 3, TRUST) == 10.0


def test_two_sources_together_can_give_what_tier_high_needs() -> None:
    assert 2 * source_limit(0.0, 2, TRUST) == 30.0


def test_what_fits_under_the_limit_displaces_nothing() -> None:
    assert room_needed(9.0, 1.0, 10.0) == 0.0


def test_a_first_outcome_displaces_nothing() -> None:
    assert room_needed(0.0, 1.0, 0.5) == 0.0


def test_over_the_limit_old_evidence_makes_room() -> None:
    assert room_needed(20.0, 1.0, 20.0) == pytest.approx(0.05)


def test_where_new_evidence_fills_the_limit_all_old_evidence_goes() -> None:
    assert room_needed(20.0, 1.0, 0.5) == 1.0


def test_one_client_of_many_cannot_make_an_agents_name() -> None:
    state = fold_all(agent_state_new(), _from("friend", 500), refresh=MANY_SOURCES)

    assert state.trust.evidence.weight == pytest.approx(10.0)


def test_the_only_client_of_a_fleet_makes_an_agents_name() -> None:
    state = fold_all(agent_state_new(), _from("only", 60), refresh=ONE_SOURCE)

    assert state.trust.evidence.weight == pytest.approx(60.0)


def test_failures_of_a_source_at_its_limit_still_count() -> None:
    facts = _from("client", 50) + _from("client", 10, Result.FAILURE)

    state = fold_all(agent_state_new(), facts, refresh=MANY_SOURCES)

    # Each of ten failures takes a tenth of what was there before.
    assert state.trust.evidence.failures == pytest.approx(10 * (1 - 0.9**10))


def test_verified_outcomes_are_exempt_from_the_limit() -> None:
    facts = [outcome(source="client", verified=True) for _ in range(50)]

    state = fold_all(agent_state_new(), facts, refresh=MANY_SOURCES)

    assert state.trust.evidence.weight == pytest.approx(50.0)
    assert _weight(state, "client") == 0.0


def test_a_flood_from_a_friend_gains_at_most_its_share() -> None:
    real = [
        outcome(Result.FAILURE if n % 5 < 2 else Result.SUCCESS, source=f"client{n % 8}")
        for n in range(80)
    ]
    flood = _from("friend", 2_000)

    state = fold_all(agent_state_new(), real + flood, refresh=MANY_SOURCES)

    share = _weight(state, "friend") / state.trust.evidence.weight
    assert share == pytest.approx(0.25)
    # 40 % of the real work failed, three quarters of the evidence is real.
    rate = state.trust.evidence.failures / state.trust.evidence.weight
    assert rate == pytest.approx(0.4 * 0.75)


def test_a_second_source_of_the_fleet_ends_the_exemption_of_the_first() -> None:
    state = fold_all(agent_state_new(), _from("first", 90), refresh=ONE_SOURCE)

    state = fold_all(state, _from("first", 1), refresh=TWO_SOURCES)

    assert state.trust.evidence.weight == pytest.approx(15.0)


def test_a_share_decays_with_the_evidence_it_is_part_of() -> None:
    month = [*outcomes(10), outcome(source="other", at_s=START_S + 30 * DAY_S + 9 * 3600)]

    state = fold_all(agent_state_new(), month, refresh=MANY_SOURCES)
    again = fold_all(state, [outcome(at_s=month[-1].at_s)], refresh=MANY_SOURCES)

    fresh = sum(2 ** -(hours / 720) for hours in range(10))
    assert _weight(again, "nightly") == pytest.approx(fresh / 2 + 1)


def test_sources_outside_the_window_are_not_seen() -> None:
    shares = {
        "old": _share(1.0, START_S),
        "edge": _share(1.0, START_S + DAY_S),
        "new": _share(1.0, START_S + 31 * DAY_S),
    }

    assert sources_seen(shares, START_S + 31 * DAY_S, TRUST) == 2


def test_adding_a_source_leaves_the_given_shares_alone() -> None:
    shares = {"a": _share(1.0)}

    changed = sources_with(shares, "b", _share(2.0))

    assert shares == {"a": _share(1.0)}
    assert changed == {"a": _share(1.0), "b": _share(2.0)}


def test_of_too_many_sources_the_heaviest_and_the_newest_stay() -> None:
    shares = {f"s{n}": _share(float(n)) for n in range(64)}

    changed = sources_with(shares, "new", _share(0.5))

    assert set(changed) == {"new", *(f"s{n}" for n in range(16, 64))}


def test_weights_are_compared_as_decayed_as_each_other() -> None:
    # 8 that will be halved four times more than the others is 0.5 beside their 1.
    shares = {f"s{n:02}": _share(1.0) for n in range(63)}
    shares["faded"] = _share(8.0)._replace(shrink=-4.0)

    changed = sources_with(shares, "new", _share(1.0))

    assert "faded" not in changed


def test_two_alternating_sources_reach_the_evidence_of_tier_high() -> None:
    facts = [fact._replace(source=f"s{n % 2}") for n, fact in enumerate(outcomes(60))]

    state = fold_all(agent_state_new(), facts, refresh=TWO_SOURCES)

    assert state.trust.evidence.weight > TRUST.evidence_high


def test_evidence_without_its_part_stays_the_rest() -> None:
    total = Evidence(4.0, 2.0, 1.0, 4.0, 3.0, 2.0, 1.0)
    part = Evidence(2.0, 1.0, 0.5, 2.0, 1.5, 1.0, 0.5)

    assert total.plus(0.5, part.scaled(-0.5)) == Evidence(1.0, 0.5, 0.25, 1.0, 0.75, 0.5, 0.25)
