"""A record played under two policies side by side, told to a tally as it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from governance.backtest.deciding import (
    Decided,
    decided,
    is_same_question,
    question,
    with_score,
)
from governance.backtest.doubts import doubt_about
from governance.backtest.followed import Followed
from governance.backtest.past import Past, engine_of, parts_shared
from governance.backtest.record import ActStep, DecisionStep, OutcomeStep, Record
from governance.backtest.side import FleetUnder, followed
from governance.domain.backtest.answers import Compared, Ending, Side
from governance.domain.backtest.tally import BacktestTally
from governance.domain.policy import Policy
from governance.domain.standing import tier_now
from governance.domain.transitions import FREEZES, BreakerMoved, TierChanged, Transition
from governance.domain.types import BreakerState, Enforcement, Hold, Result, Verdict
from governance.replay.uncollected import uncollected

TELL_EVERY = 2_000
ENDINGS = {
    Result.SUCCESS: Ending.SUCCEEDED,
    Result.PARTIAL: Ending.PARTIAL,
    Result.FAILURE: Ending.FAILED,
}


def backtest_run(
    record: Record,
    *,
    base: Policy,
    draft: Policy,
    tally: BacktestTally,
    told: Callable[[float], None] = lambda _: None,
) -> None:
    """Play a record under the policy in force and under a draft of it; ``tally`` is told of both.

    Both start from the states that the record starts from and take the same facts, judged by the
    same refreshes. Work that one of them would have kept from running is left out of its fold;
    what people would have been asked about counts as approved.

    Args:
        record: what happened.
        base: the version in force.
        draft: what might come into force instead.
        tally: counts what is found.
        told: called now and then with the share done, in [0, 1]; what it raises ends the run.
    """
    with uncollected():
        _Run(record, base, draft, tally).run(told)


class _Run:
    def __init__(self, record: Record, base: Policy, draft: Policy, tally: BacktestTally) -> None:
        self.record, self.tally = record, tally
        draft = parts_shared(draft, base)
        self.past = Past(record, base)
        agents = list(followed(record))
        # The same engine folds an agent once for both sides, as long as nothing parts the two.
        same = engine_of(base) == engine_of(draft)
        others = agents.copy() if same else list(followed(record))
        self.base = FleetUnder(record, self.past, base, agents, self._base_moved)
        self.draft = FleetUnder(record, self.past, draft, others, self._draft_moved)
        self.same_view = (base.trust, base.drift) == (draft.trust, draft.drift)
        self.beside = self.base if self.same_view else None
        self.same_breaker = base.breaker == draft.breaker
        self.same_gate = _without_engine(base) == _without_engine(draft)

    def run(self, told: Callable[[float], None]) -> None:
        total = max(1, self.record.total)
        for count, step in enumerate(self.record.steps()):
            if count % TELL_EVERY == 0:
                told(min(1.0, count / total))
            self._advance(step.at_s)
            if isinstance(step, OutcomeStep):
                self._outcome(step)
            elif isinstance(step, DecisionStep):
                self._decision(step)
            elif isinstance(step, ActStep):
                self._act(step)
            else:
                self.tally.unreplayable(step.decision, step.why)
        self._advance(self.record.until_s)
        self._end()
        told(1.0)

    def _advance(self, until_s: float) -> None:
        """Let every deadline come that is an agent's own, in the order of time."""
        base, draft = self.base.deadlines, self.draft.deadlines
        while (due_s := min(base.due_s, draft.due_s)) <= until_s:
            (base if base.due_s == due_s else draft).sweep()

    def _outcome(self, step: OutcomeStep) -> None:
        number, base, draft = step.agent, self.base, self.draft
        ending = ENDINGS.get(step.fact.result, Ending.NEUTRAL)
        self.tally.ended(base.agents[number].key, step.at_s, ending)
        base_drops, draft_drops = base.drops(step), draft.drops(step)
        own, drafted = base.recast(step), draft.recast(step)
        is_same = own is drafted or own == drafted
        if not is_same or base_drops is not draft_drops or base.seen.frozen != draft.seen.frozen:
            self._part(number)
        parted = self.past.judged(step, is_recast=own is not step)
        moved = parted or step.place is not None
        view = base.view(own)
        if not base_drops:
            arrived = base.outcome(own, view)
            self.past.compare(step, arrived.judgement)
            if arrived.transitions:
                moved |= self._base_moved(base.agents[number], arrived.transitions)
        if not draft_drops and not self._is_twin(number):
            seen = view if self.same_view and is_same else draft.view(drafted)
            arrived = draft.outcome(drafted, seen, beside=self.beside)
            if arrived.transitions:
                moved |= self._draft_moved(draft.agents[number], arrived.transitions)
        self._see(number, step.at_s)
        if moved:
            self._place(number, step.at_s)

    def _act(self, step: ActStep) -> None:
        number, is_twin = step.agent, self._is_twin(step.agent)
        self.past.acted(step)
        unplayed = self.base.unplayed
        self._base_moved(self.base.agents[number], self.base.act(step))
        if is_twin:
            self.draft.unplayed += self.base.unplayed - unplayed
        else:
            self._draft_moved(self.draft.agents[number], self.draft.act(step))
        self._place(number, step.at_s)
        for side in (self.base, self.draft):
            side.deadlines.touch(step.at_s)

    def _decision(self, step: DecisionStep) -> None:
        number = step.agent
        self.past.in_shadow[number] = step.request.enforcement is Enforcement.SHADOW
        asked = question(self.base.agents[number], step, self.base.policy)
        base = decided(asked, step, self.base.policy)
        draft = base
        if not (self.same_gate and self._is_twin(number)):
            agent, policy = self.draft.agents[number], self.draft.policy
            other = question(agent, step, policy)
            if not (self.same_gate and is_same_question(asked, other)):
                draft = decided(with_score(other, agent, policy), step, policy)
        why = doubt_about(
            step,
            base.recorded,
            tier=asked.standing.tier,
            agent=self.base.agents[number],
            past=self.past,
            policies=self.record.policies,
        )
        if why is None:
            self.tally.compared(self._compared(step, base, draft))
        else:
            self.tally.unreplayable(step.decision, why)
        self._class(step, base, draft)
        if base.keeps is not draft.keeps or base.is_probe is not draft.is_probe:
            self._part(number)
        self._follow_up(self.base, step, base)
        if self._is_twin(number):
            if draft.keeps:
                self.draft.dropped.add(step.task)
        else:
            self._follow_up(self.draft, step, draft)
        self._see(number, step.at_s)

    def _class(self, step: DecisionStep, base: Decided, draft: Decided) -> None:
        """Keep what each side makes of the outcome to come, where the record may have it otherwise.

        The record has it as the base does, where the base decided.
        """
        is_bases = self.past.is_bases(step.policy)
        if step.recorded.verdict is Verdict.DENY or (is_bases and base.classed == draft.classed):
            return
        self.draft.classed[step.task] = draft.classed
        if not is_bases:
            self.base.classed[step.task] = base.classed

    def _compared(self, step: DecisionStep, base: Decided, draft: Decided) -> Compared:
        return Compared(
            step.decision,
            step.task,
            self.base.agents[step.agent].key,
            step.owner,
            step.at_s,
            base.answer,
            draft.answer,
            step.ending,
        )

    def _follow_up(self, side: FleetUnder, step: DecisionStep, given: Decided) -> None:
        if given.keeps:
            side.dropped.add(step.task)
        if given.is_probe:
            side.lease(step)

    def _end(self) -> None:
        now_s = self.record.until_s
        self.tally.unplayed(self.draft.unplayed)
        for base, draft in zip(self.base.agents, self.draft.agents, strict=True):
            self.tally.stood(
                base.key,
                tier_now(base.state, self.base.policy.trust, now_s=now_s),
                tier_now(draft.state, self.draft.policy.trust, now_s=now_s),
            )

    def _is_twin(self, number: int) -> bool:
        """Return whether one fold of an agent still stands for both sides."""
        return self.base.agents[number] is self.draft.agents[number]

    def _part(self, number: int) -> None:
        """From here on fold an agent twice."""
        if not self._is_twin(number):
            return
        agent = self.draft.agents[number] = self.base.agents[number].copied()
        if not agent.is_with:
            self.draft.deadlines.follow(agent, agent.place.at_s or self.record.since_s)

    def _see(self, number: int, at_s: float) -> None:
        for side in (self.base, self.draft):
            side.seen.see(number, at_s)
            side.deadlines.touch(at_s)

    def _place(self, number: int, now_s: float) -> None:
        """Find out whether an agent stands where the record has it, and whose clock it goes by."""
        base, draft = self.base.agents[number], self.draft.agents[number]
        base.is_with = self.past.is_base[number] and base.place == self.past.places[number]
        if draft is not base:
            draft.is_with = base.is_with and self._stand_alike(base, draft)
            self.draft.follow(draft, now_s)
        self.base.follow(base, now_s)

    def _stand_alike(self, base: Followed, draft: Followed) -> bool:
        one, other = base.state.breaker, draft.state.breaker
        # While probation or supervision lasts, what ends it depends on the policy.
        waits = one.state is BreakerState.HALF_OPEN or one.hold is Hold.SUPERVISED
        return (
            (self.same_breaker or not waits)
            and base.place == draft.place
            and one.frozen_until_s == other.frozen_until_s
            and one.probation.since_s == other.probation.since_s
            and base.awaits_release is draft.awaits_release
        )

    def _base_moved(self, agent: Followed, transitions: tuple[Transition, ...]) -> bool:
        moved = self._moved(self.base, Side.BASE, agent, transitions)
        if moved and self._is_twin(agent.number):
            self.draft.seen.follow(agent)
            self._tell(Side.DRAFT, agent, transitions)
        return moved

    def _draft_moved(self, agent: Followed, transitions: tuple[Transition, ...]) -> bool:
        return self._moved(self.draft, Side.DRAFT, agent, transitions)

    def _moved(
        self,
        fleet: FleetUnder,
        side: Side,
        agent: Followed,
        transitions: tuple[Transition, ...],
    ) -> bool:
        if not transitions:
            return False
        number = agent.number
        agent.moved(
            transitions,
            recorded=self.past.places[number],
            in_shadow=self.past.in_shadow[number],
        )
        fleet.seen.follow(agent)
        self._tell(side, agent, transitions)
        return True

    def _tell(self, side: Side, agent: Followed, transitions: tuple[Transition, ...]) -> None:
        for each in transitions:
            if isinstance(each, TierChanged):
                self.tally.tier_changed(side, agent.key, each.at_s, each.before, each.after)
            elif isinstance(each, BreakerMoved) and each.move in FREEZES:
                self.tally.tripped(side, agent.key, each.at_s, each.sentence)


def _without_engine(policy: Policy) -> Policy:
    """Return what is left of a policy for the gate itself to decide by."""
    fresh = Policy()
    return replace(policy, trust=fresh.trust, breaker=fresh.breaker, drift=fresh.drift)
