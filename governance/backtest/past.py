"""Where the record has every agent as a backtest goes through it, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import fields, replace
from math import isclose

from governance.backtest.record import ActStep, Measured, OutcomeStep, Place, Record, place_of
from governance.domain.breaker_fold import EnginePolicy
from governance.domain.outcome_fact import Judgement
from governance.domain.policy import Policy
from governance.domain.policy.drift import DriftPolicy
from governance.domain.types import BreakerState, Hold

_OFF = 1e-9


def engine_of(policy: Policy) -> EnginePolicy:
    """Return the part of a policy that folding needs."""
    return EnginePolicy(trust=policy.trust, breaker=policy.breaker, drift=policy.drift)


def parts_shared(draft: Policy, base: Policy) -> Policy:
    """Return the draft with the base's own objects where both say the same.

    Rules tell by that, without comparing, that they have answered already (`latest_kept`).
    """
    names = [each.name for each in fields(Policy)]
    shared = {name: getattr(base, name) for name in names}
    return replace(
        draft, **{name: part for name, part in shared.items() if part == getattr(draft, name)}
    )


class Past:
    """The record's own course, beside the folds of base and draft.

    By the agents' places: ``places`` says where each breaker stands, ``in_shadow`` whether what is
    found about the agent is only recorded, ``is_base`` whether all that judged it so far had the
    base's engine, and ``strayed`` whether an outcome came to something else than the record says.
    ``frozen`` holds those the detector has frozen.
    """

    def __init__(self, record: Record, base: Policy) -> None:
        self.places = [place_of(agent.folding.state.breaker) for agent in record.agents]
        self.in_shadow = [agent.in_shadow for agent in record.agents]
        self.is_base = [True] * len(self.places)
        self.strayed = [False] * len(self.places)
        self.frozen = {n for n, place in enumerate(self.places) if _by_detector(place)}
        engine, policies = engine_of(base), record.policies
        self._has_engine = {n for n, one in policies.items() if engine_of(one) == engine}
        self._is_base = {n for n, one in policies.items() if one == base}
        self._drift = {n: one.drift for n, one in policies.items()}

    def is_bases(self, policy: int) -> bool:
        """Return whether the version with number ``policy`` says what the base says."""
        return policy in self._is_base

    def has_drift(self, policy: int, drift: DriftPolicy) -> bool:
        """Return whether the version with number ``policy`` watches for drift as ``drift`` does."""
        own = self._drift.get(policy)
        return own is drift or own == drift

    def judged(self, step: OutcomeStep, *, is_recast: bool) -> bool:
        """Take over where an outcome left its breaker; return whether that parts it from the base.

        That happens once an agent: when its first outcome comes that another engine judged, or
        that ``is_recast``: of which the base makes something else.
        """
        if step.place is not None:
            self._moved(step.agent, step.place)
        is_same = step.policy in self._has_engine and not is_recast
        if is_same or not self.is_base[step.agent]:
            return False
        self.is_base[step.agent] = False
        return True

    def acted(self, step: ActStep) -> None:
        """Take over where an act left its breaker."""
        if step.place is not None:
            self._moved(step.agent, step.place)

    def compare(self, step: OutcomeStep, judgement: Judgement) -> None:
        """Note whether an outcome, judged again by the base, comes to what the record says."""
        if step.measured is not None and self.is_base[step.agent]:
            self.strayed[step.agent] |= _differs(step.measured, judgement)

    def _moved(self, agent: int, place: Place) -> None:
        self.places[agent] = place
        if _by_detector(place):
            self.frozen.add(agent)
        else:
            self.frozen.discard(agent)


def _by_detector(place: Place) -> bool:
    return place.state is BreakerState.OPEN and place.hold is not Hold.FORCED_OPEN


def _differs(measured: Measured, judgement: Judgement) -> bool:
    if measured == (judgement.expected, judgement.weight, judgement.normal):
        return False
    expected, weight, normal = measured
    return not (
        isclose(expected, judgement.expected, rel_tol=_OFF, abs_tol=_OFF)
        and isclose(weight, judgement.weight, rel_tol=_OFF, abs_tol=_OFF)
        and (normal is None or isclose(normal, judgement.normal, rel_tol=_OFF, abs_tol=_OFF))
    )
