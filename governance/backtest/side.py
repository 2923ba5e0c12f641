"""A fleet under one policy: every agent folded through what the record says happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple
from uuid import UUID

from governance.backtest.deciding import Classed
from governance.backtest.followed import Followed
from governance.backtest.past import Past, engine_of
from governance.backtest.record import ActStep, DecisionStep, OutcomeStep, Record
from governance.domain.agent_state import AgentState
from governance.domain.arrival import Arrived, is_late
from governance.domain.class_rates import RefreshView, class_key
from governance.domain.drift_threshold import drift_threshold
from governance.domain.history import Acknowledged, Act, Judged, act_made
from governance.domain.moves import IllegalMoveError
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.policy import Policy
from governance.domain.probation import probe_leased
from governance.domain.transitions import BreakerMove, TierCause, TierChanged, Transition
from governance.domain.trust_fold import Trusted
from governance.domain.types import BreakerState, Tier
from governance.replay.deadlines import Deadlines
from governance.replay.facts import view_of
from governance.replay.fleet import SeenAgents

Told = Callable[[Followed, tuple[Transition, ...]], object]
# What the clock does: it has its own hours where an agent is elsewhere than in the record.
_BY_CLOCK = frozenset({BreakerMove.PROBATION_STARTED, BreakerMove.STARVED, BreakerMove.TRIPPED})
# Agents frozen and eligible, as they settle an alarm the way it was settled then.
_ROOM, _NO_ROOM = (0, 1), (1, 0)
_CORRECTED = "What some of its outcomes count as has changed."


class Latest(NamedTuple):
    """The outcome that a fleet has folded last, and its agent before and after it."""

    before: AgentState
    fact: OutcomeFact
    view: RefreshView
    arrived: Arrived

    def trusted(self, state: AgentState, fact: OutcomeFact, view: RefreshView) -> Trusted | None:
        """Return what an outcome does to trust elsewhere; None if it is not known to do the same.

        Sides that took over trust from each other have the same objects; the rest is not compared,
        because that takes as long as folding.
        """
        before, after = self.before, self.arrived.state
        is_alike = (
            self.fact is fact
            and self.view is view
            and before.trust is state.trust
            and before.sources is state.sources
            and before.bands is state.bands
            # Whether an outcome teaches what is usual depends on the watch for drift.
            and before.drift == state.drift
        )
        if not is_alike:
            return None
        return after.trust, after.sources, after.bands, self.arrived.judgement.weight


class FleetUnder:
    """The agents of a record under a policy.

    ``unplayed`` counts what people did that is not possible where the policy has the agent.
    """

    def __init__(
        self, record: Record, past: Past, policy: Policy, agents: list[Followed], told: Told
    ) -> None:
        self.policy, self.engine = policy, engine_of(policy)
        self.agents = agents
        self.seen = SeenAgents()
        self.deadlines = Deadlines(self.agents, self.seen, self.engine, told)
        self.dropped: set[UUID] = set()
        # By task: what the policy makes of its outcome, where that may differ from the record.
        self.classed: dict[UUID, Classed] = {}
        self.unplayed = 0
        self.latest: Latest | None = None
        self._past = past
        for agent, start in zip(agents, record.agents, strict=True):
            if start.seen_s is not None:
                self.seen.see(agent.number, start.seen_s)
            self.seen.follow(agent)

    def view(self, step: OutcomeStep) -> RefreshView:
        """Return what an outcome is judged by.

        Recorded rates stand, whatever the policy. The threshold of drift is the policy's own,
        where another one set the recorded one.
        """
        basis = step.basis
        key = class_key(step.fact.task_type, step.fact.level)
        view = view_of(basis.fleet, basis.kin, key, basis.part, self.engine)
        if basis.activity is None or self._past.has_drift(step.policy, self.engine.drift):
            return view
        agents, tasks_a_day = basis.activity
        threshold = drift_threshold(
            agents=agents, tasks_a_day=tasks_a_day, policy=self.engine.drift
        )
        return view._replace(drift=view.drift._replace(threshold=threshold))

    def recast(self, step: OutcomeStep) -> OutcomeStep:
        """Return an outcome as the policy's own answer would have had it: its class, its budget.

        The step itself where that changes nothing.
        """
        classed = None if step.task is None else self.classed.pop(step.task, None)
        if classed is None:
            return step
        fact = step.fact
        honest = step.unworded if fact.declared_honestly is False else fact.declared_honestly
        own = fact._replace(
            task_type=classed.task_type,
            level=classed.level,
            budget_usd=classed.budget_usd,
            declared_honestly=False if classed.understated else honest,
        )
        return step if own == fact else step._replace(fact=own)

    def drops(self, step: OutcomeStep) -> bool:
        """Return whether the policy would have kept the outcome's task from running."""
        if step.task is None:
            return False
        if step.task in self.dropped:
            self.dropped.discard(step.task)
            return True
        agent = self.agents[step.agent]
        return not self._past.in_shadow[step.agent] and agent.keeps(step.began_s)

    def outcome(
        self, step: OutcomeStep, view: RefreshView, *, beside: FleetUnder | None = None
    ) -> Arrived:
        """Fold an outcome; what the record says of it must not be taken over yet.

        Args:
            step: the outcome.
            view: what it is judged by.
            beside: a fleet whose policy is the same about trust and drift, and which may have
                folded the outcome already: what that did to trust is taken over then.
        """
        agent = self.agents[step.agent]
        before, known = agent.state, None if beside is None else beside.latest
        trusted = None if known is None else known.trusted(before, step.fact, view)
        fact = step.fact if agent.is_with else self._as_here(agent, step)
        agent.facts += 1
        arrived = agent.folding.outcome(
            Judged(step.number, fact, view, self.engine),
            share=lambda: self._share(agent, step),
            drawn=agent.facts,
            trusted=trusted,
        )
        self.latest = Latest(before, step.fact, view, arrived)
        return arrived

    def act(self, step: ActStep) -> tuple[Transition, ...]:
        """Make what no outcome did, where the agent stands so that it can be; else nothing."""
        agent, fact = self.agents[step.agent], step.fact
        if isinstance(fact, Act):
            return self._made(agent, fact)
        if isinstance(fact, Acknowledged):
            if agent.is_with or agent.state.drift.open:
                agent.facts += 1
                return agent.folding.fold(fact)
            self.unplayed += 1
        elif agent.folding.foresees(fact):
            before = agent.state.tier
            agent.facts += 1
            agent.folding.fold(fact)
            return _tier_changed(before, agent.state.tier, step.at_s)
        return ()

    def lease(self, step: DecisionStep) -> None:
        """Take the one place of an agent's probation for a task that runs as a probe."""
        agent = self.agents[step.agent]
        breaker = agent.state.breaker
        probation = probe_leased(
            breaker.probation,
            str(step.task),
            now_s=step.at_s,
            time_limit_s=step.time_limit_s,
            policy=self.engine.breaker,
        )
        agent.folding.state = agent.state.with_breaker(breaker._replace(probation=probation))

    def follow(self, agent: Followed, now_s: float) -> None:
        """Move an agent by its own clock, unless it is where the record has it."""
        if agent.is_with:
            self.deadlines.leave(agent)
        else:
            self.deadlines.follow(agent, now_s)

    def _made(self, agent: Followed, act: Act) -> tuple[Transition, ...]:
        if not agent.is_with and act.move in _BY_CLOCK:
            return ()
        here = act._replace(number=agent.facts + 1, policy=self.engine)
        try:
            settled = act_made(agent.state, here, agent_id=agent.key)
        except (IllegalMoveError, ValueError):
            self.unplayed += 1
            return ()
        agent.settle(settled)
        return settled.transitions

    def _as_here(self, agent: Followed, step: OutcomeStep) -> OutcomeFact:
        """Return an outcome as it meets an agent that stands elsewhere than in the record."""
        breaker = agent.state.breaker
        late = is_late(agent.state, step.began_s, awaits_release=agent.awaits_release)
        probe = str(step.task) if breaker.state is BreakerState.HALF_OPEN else None
        return step.fact._replace(late=late, probe=probe)

    def _share(self, agent: Followed, step: OutcomeStep) -> tuple[int, int]:
        """Return how much of the fleet is frozen at an alarm.

        Where the same agents are frozen as then, the record knows best how it was settled: whom
        it counted besides is not kept.
        """
        others = self.seen.frozen - {agent.number}
        if step.supervised is None or others != self._past.frozen - {agent.number}:
            return self.seen.share(agent, step.fact.received_s)
        return _NO_ROOM if step.supervised else _ROOM


def _tier_changed(before: Tier, after: Tier, at_s: float) -> tuple[Transition, ...]:
    if before is after:
        return ()
    changed = TierChanged(
        before=before, after=after, cause=TierCause.CORRECTION, sentence=_CORRECTED, at_s=at_s
    )
    return (changed,)


def followed(record: Record) -> Iterator[Followed]:
    """Yield the agents of a record as of its start."""
    for number, start in enumerate(record.agents):
        yield Followed(number, start, start.folding.copied())
