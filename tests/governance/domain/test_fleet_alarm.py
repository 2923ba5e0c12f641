from __future__ import annotations

import pytest

from governance.domain.fleet_alarm import (
    alarm_over_sentence,
    frozen_together,
    is_fleet_alarm,
    is_fleet_alarm_over,
)
from governance.domain.policy.breaker import BreakerPolicy

POLICY = BreakerPolicy()
TRAITS = {
    "a": {"model": ["small"], "owner": ["lena"]},
    "b": {"model": ["small"], "owner": ["omar"]},
    "c": {"model": ["large"], "owner": ["lena"]},
    "d": {"model": ["large"], "owner": ["omar"]},
}


@pytest.mark.parametrize(
    ("frozen", "eligible", "alarm"),
    # A fifth of 15 is 3, of 16 it is 3.2; one agent of five is a fifth and shares nothing.
    [(3, 15, True), (3, 16, False), (1, 5, False), (2, 5, True), (0, 0, False)],
)
def test_a_fifth_of_the_fleet_and_two_agents_at_least_are_an_alarm(
    frozen: int, eligible: int, alarm: bool
) -> None:
    assert is_fleet_alarm(frozen, eligible, POLICY) is alarm


@pytest.mark.parametrize(
    ("restricted", "eligible", "over"),
    [(3, 15, False), (2, 15, True), (1, 5, False), (0, 0, True)],
)
def test_it_lasts_until_less_than_its_share_is_restricted(
    restricted: int, eligible: int, over: bool
) -> None:
    assert is_fleet_alarm_over(restricted, eligible, POLICY) is over


def test_what_the_frozen_agents_share_is_told_with_the_numbers() -> None:
    found = frozen_together(["a", "b"], 4, TRAITS, POLICY)

    # Both have the model, half of the fleet does; each owner has one of two, as in the fleet.
    assert found.sentence == (
        "Detectors froze 2 of 4 agents within 5 min; the fleet's alarm is at 20 %."
        " 2 of them share the model small, as 2 of all 4 agents do."
    )
    assert found.agents == ("a", "b")
    assert found.shared[0].value == "small"


def test_its_end_is_told_with_the_numbers() -> None:
    assert alarm_over_sentence(1, 10, POLICY) == (
        "Detectors freeze, test or supervise 1 of 10 agents, under 20 %: should many be frozen"
        " again, that is told anew."
    )
