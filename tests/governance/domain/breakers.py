"""Breakers in each of their states, for the tests of moves and holds."""

from __future__ import annotations

from governance.domain.breaker_state import Breaker, Probation, Run
from governance.domain.transitions import TripEvidence
from governance.domain.types import BreakerState, Hold, HoldOrigin, Tier
from tests.governance.domain.outcomes import START_S

CLOSED = Breaker(run=Run(8.1, 9, 6, 0, 0.45, 0))
OPEN = Breaker(
    state=BreakerState.OPEN,
    opened_s=START_S,
    frozen_until_s=START_S + 900,
    level=1,
    level_since_s=START_S,
    trips_s=(START_S,),
)
HALF_OPEN = Breaker(
    state=BreakerState.HALF_OPEN,
    opened_s=START_S - 900,
    level=1,
    level_since_s=START_S - 900,
    trips_s=(START_S - 900,),
    probation=Probation(since_s=START_S),
)
SUPERVISED = CLOSED._replace(hold=Hold.SUPERVISED, hold_origin=HoldOrigin.DETECTOR)
FORCED = Breaker(hold=Hold.FORCED_OPEN, hold_origin=HoldOrigin.PERSON, opened_s=START_S)
LATCHED = OPEN._replace(hold=Hold.LATCHED, hold_origin=HoldOrigin.DETECTOR)
ALARM = TripEvidence(
    tasks=9,
    failures=6,
    partials=0,
    usual=0.05,
    suspicion=8.1,
    threshold=8.0,
    tier=Tier.MEDIUM,
    sentence="6 of the last 9 tasks failed; normal for this agent: 1 in 20.",
)
