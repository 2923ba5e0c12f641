"""A history folded again: to the state it ended in, or to the one it ends in with corrections.

A correction changes what outcomes say, from its place in the agent's order on: trust, tier, the
watch for drift, and what the breaker counts. So does a ring's word that counts no longer, or again.
It does not change what happened: freezes, releases and alarms of drift stay as they were, and none
is added to the past. So a history with corrections is folded twice side by side, as it was judged
and as it is known now, and the second takes from the first where the breaker stood.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import partial

from governance.domain.agent_state import AgentState
from governance.domain.arrival import Arrived, ShareCount, jitter_drawn
from governance.domain.breaker_state import Breaker
from governance.domain.drift_fold import drift_quieted
from governance.domain.engine import Folded, outcome_fold
from governance.domain.history import Acknowledged, Act, Change, Fact, Judged, Trip, act_made
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.settling import (
    Settled,
    drift_acknowledge,
    drifted_by,
    frozen_by,
    trip_settle,
)
from governance.domain.suspicion import run_capped
from governance.domain.transitions import (
    BreakerMoved,
    DriftAlarmed,
    TierCause,
    TierChanged,
    Transition,
)
from governance.domain.trust_fold import Trusted

# Agents frozen and eligible at an alarm: none frozen, and none allowed to be.
_ROOM, _NO_ROOM = (0, 1), (1, 0)


class Refolding:
    """One agent's history on its way through the rules.

    ``state`` is where it stands after the facts so far, with the corrections among them.
    """

    def __init__(
        self,
        agent_id: str,
        state: AgentState,
        *,
        corrections: Iterable[Change] = (),
        trips: Iterable[Trip] = (),
    ) -> None:
        """Start from a state.

        Args:
            agent_id: as text; the jitter of freezes is drawn from it.
            state: at the beginning, or after some fact.
            corrections: all that follow, of outcomes that follow too.
            trips: how the alarms of outcomes were settled, in order.
        """
        self.state = state
        self._agent_id = agent_id
        self._trips = deque(trips)
        # Corrections by the outcomes they concern; and the state as it is known at each of them.
        self._corrections: dict[int, list[Change]] = {}
        for each in sorted(corrections, key=lambda one: one.number):
            for outcome in each.concerns():
                self._corrections.setdefault(outcome, []).append(each)
        self._known: dict[int, AgentState] = {}

    def copied(self) -> Refolding:
        """Return the history as far as it is folded, to go on by itself."""
        other = Refolding(self._agent_id, self.state)
        other._trips = self._trips.copy()
        other._corrections = self._corrections
        other._known = self._known.copy()
        return other

    def fold(self, fact: Fact) -> tuple[Transition, ...]:
        """Take the next fact of the agent's order; return what changed.

        Raises:
            IllegalMoveError, UnknownActError: as `act_made`.
            KeyError: for a correction whose outcome was not among the facts.
        """
        match fact:
            case Judged():
                share = partial(self._settled_then, fact.number)
                return self.outcome(fact, share=share, drawn=fact.number).transitions
            case Act():
                settled = act_made(self.state, fact, agent_id=self._agent_id)
                self.settle(settled)
                return settled.transitions
            case Acknowledged():
                self.state = drift_acknowledge(self.state, rebaseline=fact.rebaseline)
                for number, known in self._known.items():
                    self._known[number] = drift_acknowledge(known, rebaseline=fact.rebaseline)
            case _:
                self.state = self._known.pop(fact.number)
        return ()

    def outcome(
        self, judged: Judged, *, share: ShareCount, drawn: int, trusted: Trusted | None = None
    ) -> Arrived:
        """Return what an outcome came to, which is folded as late only if it says so.

        Args:
            judged: the outcome; corrections name it by its number.
            share: counts frozen and eligible agents; asked only on an alarm.
            drawn: the number that the jitter of a freeze is drawn with.
            trusted: what the outcome does to trust, where the caller knows that already.
        """
        self._fork(judged.number)
        before = self.state
        jitter = jitter_drawn(self._agent_id, drawn)
        folded = _folded(before, judged, judged.fact, jitter, trusted)
        self.state, transitions = folded.state, folded.transitions
        if folded.alarm is not None:
            frozen, eligible = share()
            settled = trip_settle(
                folded.state,
                folded.alarm,
                judged.policy,
                frozen=frozen,
                eligible=eligible,
                now_s=judged.fact.received_s,
                jitter=jitter,
            )
            self.state, transitions = settled.state, transitions + settled.transitions
        for number, known in self._known.items():
            fact = self._as_known(judged, number)
            self._known[number] = self._beside(
                known,
                _folded(known, judged, fact, jitter),
                before=before,
                alarmed=folded.alarm is not None,
                transitions=transitions,
                judged=judged,
            )
        return Arrived(self.state, folded.judgement, transitions, judged.fact.late)

    def settle(self, settled: Settled) -> None:
        """Take over a move that no outcome made."""
        before = self.state.breaker
        self.state = settled.state
        for number, known in self._known.items():
            placed = _placed(known.breaker, before, self.state.breaker)
            self._known[number] = _demoted(known.with_breaker(placed), settled.transitions)

    def foresees(self, correction: Change) -> bool:
        """Return whether an outcome that a correction concerns was among the facts."""
        return correction.number in self._known

    def _fork(self, outcome: int) -> None:
        """Begin a state of its own for each correction of this outcome."""
        for correction in self._corrections.get(outcome, ()):
            earlier = [number for number in self._known if number < correction.number]
            self._known.setdefault(
                correction.number, self._known[max(earlier)] if earlier else self.state
            )

    def _as_known(self, judged: Judged, number: int) -> OutcomeFact:
        """Return the outcome with its corrections up to fact ``number``."""
        fact = judged.fact
        for each in self._corrections.get(judged.number, ()):
            if each.number <= number:
                fact = each.known(fact)
        return fact

    def _settled_then(self, number: int) -> tuple[int, int]:
        """Return a share of frozen agents that settles an alarm as it was settled then.

        One without a record did not meet the cap.
        """
        while self._trips and self._trips[0].number < number:
            self._trips.popleft()
        supervised = self._trips.popleft().supervised if self._trips else False
        return _NO_ROOM if supervised else _ROOM

    def _beside(
        self,
        known: AgentState,
        folded: Folded,
        *,
        before: AgentState,
        alarmed: bool,
        transitions: tuple[Transition, ...],
        judged: Judged,
    ) -> AgentState:
        """Return what is known after an outcome, with all that happened and nothing that did not.

        Args:
            known: before the outcome.
            folded: after it, on its own.
            before: as it was judged, before the outcome.
            alarmed: whether the breaker raised an alarm then.
            transitions: what happened then.
            judged: the outcome.
        """
        after = folded.state
        breaker = _placed(after.breaker, before.breaker, self.state.breaker)
        if folded.alarm is not None and not alarmed:
            # No freeze of the past is added; the next failure freezes.
            threshold = judged.policy.breaker.threshold(known.tier)
            breaker = breaker._replace(run=run_capped(breaker.run, threshold))
        after = _demoted(after.with_breaker(breaker), transitions)
        found = tuple(each for each in transitions if isinstance(each, DriftAlarmed))
        own = any(isinstance(each, DriftAlarmed) for each in folded.transitions)
        if found:
            drift = self.state.drift
            baseline = after.drift.outcomes._replace(
                score=drift.outcomes.score,
                run=drift.outcomes.run,
                severe=drift.outcomes.severe,
            )
            after = after._replace(drift=drift._replace(outcomes=baseline))
            return drifted_by(after, found, judged.policy.drift).state
        if own:
            after = _undrifted(after, known, folded.transitions)
        if alarmed:
            after = after._replace(drift=drift_quieted(after.drift))
        return after


def leases_kept(state: AgentState, live: AgentState) -> AgentState:
    """Return the state with the probe's place as it is taken now: that is no fact of the past."""
    probation, held = state.breaker.probation, live.breaker.probation
    if probation.since_s != held.since_s:
        return state
    kept = probation._replace(lease_until_s=held.lease_until_s, lease_task=held.lease_task)
    return state.with_breaker(state.breaker._replace(probation=kept))


def _folded(
    state: AgentState,
    judged: Judged,
    fact: OutcomeFact,
    jitter: float,
    trusted: Trusted | None = None,
) -> Folded:
    return outcome_fold(state, fact, judged.refresh, judged.policy, jitter=jitter, trusted=trusted)


def _placed(own: Breaker, before: Breaker, after: Breaker) -> Breaker:
    """Return the breaker where it stood ``after``, with its own counts unless those began anew."""
    moved = after._replace(
        run=before.run, learned=before.learned, probation=before.probation, recent=before.recent
    )
    if moved == before and own.state is after.state:
        return after._replace(
            run=own.run, learned=own.learned, probation=own.probation, recent=own.recent
        )
    # A move that begins the counts anew begins both; one that leaves them leaves both.
    kept = after.run if after.run != before.run else own.run
    recent = after.recent if after.recent != before.recent else own.recent
    return after._replace(run=kept, learned=own.learned, recent=recent)


def _demoted(state: AgentState, transitions: Iterable[Transition]) -> AgentState:
    for each in transitions:
        if isinstance(each, BreakerMoved):
            state = frozen_by(state, each).state
    return state


def _undrifted(
    after: AgentState, known: AgentState, transitions: Iterable[Transition]
) -> AgentState:
    """Return the state without an alarm of drift that was not raised then: the next one is."""
    after = after._replace(drift=known.drift)
    for each in transitions:
        if isinstance(each, TierChanged) and each.cause is TierCause.DRIFT:
            return after._replace(tier=known.tier, tier_since_s=known.tier_since_s)
    return after
