"""A history made under a policy and played under the same policy changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.domain.backtest.answers import Side
from governance.domain.types import Result
from governance.models import BreakerTransition
from tests.factories import policy_without_chance
from tests.governance.backtest.life import Life

if TYPE_CHECKING:
    from tests.clock import Clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def life(clock: Clock) -> Life:
    """A fleet with trips, probation, releases, drift, corrections, and one agent in shadow."""
    life = Life(clock, policy_without_chance())
    life.shadow("eve")
    life.live(150)
    life.correct("ada", last=3, after=Result.FAILURE)
    life.freeze("bob")
    life.live(40)
    life.release("bob")
    life.reweigh("ada", last=8)
    life.acknowledge_all()
    life.live(110)
    return life


def test_it_has_seen_what_a_history_can_hold(life: Life) -> None:
    moves = set(BreakerTransition.objects.values_list("move", flat=True))
    assert {"tripped", "probation_started", "forced_open", "released"} <= moves


def test_nothing_changes(life: Life) -> None:
    noted = life.backtest(life.policy)

    assert noted.left_out == []
    assert noted.changed() == []
    assert len(noted.pairs) == len(life.decisions())
    assert noted.frozen(Side.BASE) == noted.frozen(Side.DRAFT) == life.trips()
