"""A fleet that answers to its policy: what is stopped goes elsewhere and is repaired sooner.

Gate and engine are the product's own. The same world is run under the policy in force, which gives
the record, and afresh under a draft, which gives the truth that a backtest of the record can only
bound.

Source: docs/evidence.md, Backtests, simulation with feedback.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from dataclasses import replace
from uuid import UUID

from governance.backtest.record import (
    ActStep,
    Basis,
    DecisionStep,
    Measured,
    OutcomeStep,
    Recorded,
    place_of,
)
from governance.domain.arrival import Arrived, jitter_drawn, outcome_arrive, release_awaited
from governance.domain.backtest.answers import Ending
from governance.domain.breaker_fold import EnginePolicy
from governance.domain.class_rates import class_key
from governance.domain.facts import AgentStanding, BreakerView, GateRequest
from governance.domain.gate import Decision, gate_decide
from governance.domain.history import Acknowledged, Act, act_made
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.policy import Policy
from governance.domain.probation import probe_free, probe_leased
from governance.domain.settling import drift_acknowledge
from governance.domain.standing import tier_now
from governance.domain.transitions import (
    FREEZES,
    BreakerMove,
    BreakerMoved,
    BreakerReason,
    DriftAlarmed,
    Transition,
)
from governance.domain.types import BlastLevel, BreakerState, Hold, Result, TaskType, Verdict
from governance.replay.deadlines import Deadlines
from governance.replay.facts import view_of
from governance.replay.fleet import SeenAgents
from tests.governance.backtest.feedback_fleet import (
    VERSION,
    HourlyFacts,
    Lived,
    Running,
    Worker,
    WorldRecord,
)
from tests.governance.backtest.feedback_plan import (
    DAY_S,
    MANDATE,
    MONEY,
    REFUSED_GOOD,
    SEEN_COMING,
    START_S,
    WORK,
    Job,
    Size,
    jobs,
    natures,
)

TIME_LIMIT_S = 3_600.0
# How long until people look at what waits for them.
LOOKED_AT_S = DAY_S


class World:
    """One fleet under one policy, from its first day on."""

    def __init__(self, seed: int, size: Size, policy: Policy, *, recorded: bool) -> None:
        self.size, self.policy, self.recorded = size, policy, recorded
        self.engine = EnginePolicy(trust=policy.trust, breaker=policy.breaker, drift=policy.drift)
        self.workers = [Worker(*each) for each in enumerate(natures(seed, size))]
        self.facts = HourlyFacts(self.engine, {each.key: {} for each in self.workers})
        self.seen = SeenAgents()
        self.deadlines = Deadlines(self.workers, self.seen, self.engine, self._moved_by_time)
        self.lived = Lived()
        self._jobs = jobs(seed, size)
        self._events: list[tuple[float, int, Running | Worker]] = []
        self._answers: dict[Hashable, Decision] = {}
        self._count = 0
        self._now_s = START_S

    def run(self) -> Lived:
        """Let everything happen that arrives within the days of this world."""
        until_s = START_S + self.size.days * DAY_S
        for job in self._jobs:
            self._until(job.at_s)
            self._ask(job)
        # What ends after the window is not in it.
        self._until(until_s)
        return self.lived

    def record(self) -> WorldRecord:
        """Return what happened as a record."""
        return WorldRecord(self.lived, self.workers, self.policy, self.size)

    def _until(self, now_s: float) -> None:
        while self._events and self._events[0][0] <= now_s:
            at_s, _, what = heapq.heappop(self._events)
            self._clock(at_s)
            if isinstance(what, Running):
                self._end(what)
            else:
                self._look(what)
        self._clock(now_s)

    def _clock(self, now_s: float) -> None:
        while (due_s := min(self.facts.due_s, self.deadlines.due_s)) <= now_s:
            self._now_s = due_s
            if self.facts.due_s == due_s:
                self.facts.refresh()
            else:
                self.deadlines.sweep()
        self._now_s = now_s

    def _later(self, at_s: float, what: Running | Worker) -> None:
        self._count += 1
        heapq.heappush(self._events, (at_s, self._count, what))

    def _ask(self, job: Job) -> None:
        """Give a task to the first agent that may do it, or to nobody."""
        for attempt, number in enumerate(job.agents):
            worker = self.workers[number]
            task = UUID(int=(job.number + 1) * 16 + attempt)
            request = self._request(worker, job, task)
            decision = self._decided(request, job.level)
            self.seen.see(number, self._now_s)
            place = self._asked(worker, task, request, decision)
            if decision.verdict is Verdict.DENY:
                worker.stop(self._now_s)
                continue
            if decision.verdict is Verdict.ESCALATE and self._refused(job, worker):
                self._ended(place, Ending.REFUSED)
                return
            self._start(Running(job, task, worker, self._now_s, decision.is_probe, place))
            return
        self.lived.undone += 1

    def _request(self, worker: Worker, job: Job, task: UUID) -> GateRequest:
        state, breaker = worker.state, worker.state.breaker
        on_probation = breaker.state is BreakerState.HALF_OPEN
        return GateRequest(
            standing=AgentStanding(
                tier=tier_now(state, self.policy.trust, now_s=self._now_s),
                trust=None,
                outcomes=state.trust.outcomes,
            ),
            breaker=BreakerView(
                state=breaker.state,
                hold=breaker.hold,
                hold_origin=breaker.hold_origin,
                mode=breaker.mode,
                frozen_until_s=breaker.frozen_until_s,
            ),
            task=WORK[job.level],
            money=MONEY,
            mandate=MANDATE,
            running=worker.running,
            probe_available=on_probation and probe_free(breaker.probation, str(task), self._now_s),
        )

    def _decided(self, request: GateRequest, level: BlastLevel) -> Decision:
        """Return the gate's answer; what asks the same way, but for times in sentences, is kept."""
        standing, breaker = request.standing, request.breaker
        key = (
            level,
            standing.tier,
            standing.outcomes == 0,
            request.running,
            request.probe_available,
            replace(breaker, frozen_until_s=None),
        )
        known = self._answers.get(key)
        if known is None:
            known = self._answers[key] = gate_decide(request, self.policy, now_s=self._now_s)
        return known

    def _asked(self, worker: Worker, task: UUID, request: GateRequest, decision: Decision) -> int:
        """Record a decision; return its place among the steps."""
        if not self.recorded:
            return -1
        self.lived.steps.append(
            DecisionStep(
                at_s=self._now_s,
                agent=worker.number,
                decision=UUID(int=task.int + 2**64),
                task=task,
                owner=worker.nature.owner,
                request=request,
                recorded=Recorded(
                    decision.verdict,
                    decision.would_be,
                    decision.tier,
                    decision.preset,
                    decision.level,
                    decision.limits.approvals,
                ),
                policy=VERSION,
                ending=Ending.DENIED if decision.verdict is Verdict.DENY else Ending.OPEN,
                time_limit_s=TIME_LIMIT_S,
            )
        )
        return len(self.lived.steps) - 1

    def _ended(self, place: int, ending: Ending) -> None:
        if place >= 0:
            step = self.lived.steps[place]
            assert isinstance(step, DecisionStep)
            self.lived.steps[place] = step._replace(ending=ending)

    def _fails(self, job: Job, worker: Worker) -> bool:
        broken = worker.is_broken(self._now_s)
        return job.luck < worker.nature.failure(job.level, broken=broken)

    def _refused(self, job: Job, worker: Worker) -> bool:
        limit = SEEN_COMING if self._fails(job, worker) else REFUSED_GOOD
        return job.judgement < limit

    def _start(self, running: Running) -> None:
        worker = running.worker
        worker.running += 1
        if running.probe:
            breaker = worker.state.breaker
            leased = probe_leased(
                breaker.probation,
                str(running.task),
                now_s=self._now_s,
                time_limit_s=TIME_LIMIT_S,
                policy=self.policy.breaker,
            )
            worker.state = worker.state.with_breaker(breaker._replace(probation=leased))
        self._later(self._now_s + running.job.duration_s, running)

    def _end(self, running: Running) -> None:
        job, worker, now_s = running.job, running.worker, self._now_s
        worker.running -= 1
        # Whether it fails was settled by what the agent was like when it began.
        broken = worker.is_broken(running.began_s)
        failed = job.luck < worker.nature.failure(job.level, broken=broken)
        fact = OutcomeFact(
            at_s=now_s,
            received_s=now_s,
            result=Result.FAILURE if failed else Result.SUCCESS,
            task_type=TaskType.STATELESS,
            level=job.level,
            source=job.source,
            self_report=False,
            verified=True,
            cost_usd=None,
            budget_usd=None,
            duration_s=None,
            value_usd=None,
            late=False,
            probe=str(running.task) if running.probe else None,
        )
        self.lived.outcomes += 1
        self.lived.failures += failed
        self._ended(running.decision, Ending.FAILED if failed else Ending.SUCCEEDED)
        self._fold(running, fact)

    def _fold(self, running: Running, fact: OutcomeFact) -> None:
        worker, key = running.worker, class_key(fact.task_type, fact.level)
        basis = self.facts.basis(worker.kin)
        view = view_of(basis.fleet, worker.kin, key, basis.part, self.engine)
        worker.facts += 1
        arrived = outcome_arrive(
            worker.state,
            fact,
            view,
            self.engine,
            began_s=running.began_s,
            awaits_release=worker.awaits_release,
            jitter=jitter_drawn(worker.key, worker.facts),
            share=lambda: self.seen.share(worker, fact.received_s),
        )
        worker.state = arrived.state
        self.facts.take(worker.kin, fact, arrived.judgement)
        self.seen.see(worker.number, self._now_s)
        if self.recorded:
            self.lived.steps.append(self._outcome_step(running, fact, basis, arrived))
        if arrived.transitions:
            self._moved(worker, arrived.transitions)
            self.deadlines.follow(worker, self._now_s)
        else:
            self.deadlines.touch(self._now_s)

    def _outcome_step(
        self, running: Running, fact: OutcomeFact, basis: Basis, arrived: Arrived
    ) -> OutcomeStep:
        judgement, worker = arrived.judgement, running.worker
        moves = [each.move for each in arrived.transitions if isinstance(each, BreakerMoved)]
        overflowed = BreakerMove.OVERFLOW in moves
        return OutcomeStep(
            at_s=self._now_s,
            agent=worker.number,
            number=worker.facts,
            fact=fact._replace(late=arrived.late),
            began_s=running.began_s,
            basis=basis,
            policy=VERSION,
            measured=Measured(judgement.expected, judgement.weight, judgement.normal),
            task=running.task,
            supervised=overflowed if overflowed or BreakerMove.TRIPPED in moves else None,
            place=place_of(arrived.state.breaker)._replace(at_s=self._now_s) if moves else None,
        )

    def _moved_by_time(self, worker: Worker, transitions: tuple[Transition, ...]) -> None:
        if self.recorded:
            for each in transitions:
                if isinstance(each, BreakerMoved):
                    self._acted(worker, self._act(worker, each.move, each.reason, each.sentence))
        self._moved(worker, transitions)

    def _act(self, worker: Worker, move: BreakerMove, reason: BreakerReason, sentence: str) -> Act:
        return Act(worker.facts, move, reason, sentence, self._now_s, None, self.engine)

    def _acted(self, worker: Worker, fact: Act | Acknowledged) -> None:
        if self.recorded:
            place = place_of(worker.state.breaker)._replace(at_s=self._now_s)
            place_told = place if isinstance(fact, Act) else None
            self.lived.steps.append(ActStep(self._now_s, worker.number, fact, place_told))

    def _moved(self, worker: Worker, transitions: tuple[Transition, ...]) -> None:
        worker.awaits_release = release_awaited(worker.awaits_release, transitions)
        self.seen.follow(worker)
        for each in transitions:
            if isinstance(each, BreakerMoved) and each.move in FREEZES:
                worker.stop(self._now_s)
            if isinstance(each, DriftAlarmed):
                self.facts.alarmed(worker.kin, each)
                self._later(self._now_s + LOOKED_AT_S, worker)
        if worker.awaits_release:
            self._later(self._now_s + LOOKED_AT_S, worker)

    def _look(self, worker: Worker) -> None:
        """Let people release and acknowledge what works as usual again; else they look later."""
        state = worker.state
        if not worker.awaits_release and not state.drift.open:
            return
        if worker.is_broken(self._now_s):
            self._later(self._now_s + LOOKED_AT_S, worker)
            return
        if state.drift.open:
            worker.facts += 1
            worker.state = drift_acknowledge(state, rebaseline=False)
            self._acted(worker, Acknowledged(worker.facts, rebaseline=False))
        if worker.awaits_release:
            held = worker.state.breaker.hold is not Hold.NONE
            move = BreakerMove.RELEASED if held else BreakerMove.RELEASED_EARLY
            act = self._act(worker, move, BreakerReason.MANUAL, "Looked at.")
            act = act._replace(number=worker.facts + 1)
            settled = act_made(worker.state, act, agent_id=worker.key)
            worker.settle(settled)
            self._acted(worker, act)
            self._moved(worker, settled.transitions)
            self.deadlines.follow(worker, self._now_s)
