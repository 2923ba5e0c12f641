"""Playing recorded history through the live rules, in recorded time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from governance.domain.arrival import Arrived, jitter_drawn, outcome_arrive, release_awaited
from governance.domain.breaker_fold import EnginePolicy
from governance.domain.class_rates import RefreshView, class_key
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.policy.cascade import CascadePolicy
from governance.domain.transitions import DriftAlarmed, Transition
from governance.replay.alarms import CASCADE, Alarm, alarms_of, incident_alarm
from governance.replay.deadlines import NEVER, Deadlines
from governance.replay.enforcement import Enforcement
from governance.replay.facts import Facts
from governance.replay.fleet import ReplayedAgent, SeenAgents
from governance.replay.history import History
from governance.replay.lineages import Lineages
from governance.replay.rows import CLASSES

_CLASS_KEYS = [class_key(task_type, level) for task_type, level in CLASSES]
_TELL_EVERY = 10_000


@dataclass(frozen=True, slots=True)
class Played:
    """What a replay came to: its agents, its alarms in order, and the time it ended, epoch s."""

    agents: list[ReplayedAgent]
    alarms: list[Alarm]
    ended_s: float


def history_play(
    history: History,
    facts: Facts,
    policy: EnginePolicy,
    *,
    cascades: CascadePolicy | None = None,
    enforce: bool = False,
    told: Callable[[int], None] = lambda _: None,
) -> Played:
    """Fold a history in the order of ``finished_at``, ties by line, and return what came of it.

    Args:
        history: what was recorded; outcomes count as received when they finished.
        facts: what they are judged by.
        policy: trust, breaker and drift.
        cascades: when failures down a lineage are one; as for a new fleet unless told otherwise.
        enforce: drop what a frozen agent would not have run.
        told: called now and then with the number of outcomes folded so far.
    """
    lineages = Lineages(history, cascades or CascadePolicy())
    return _Play(history, facts, policy, lineages, enforce=enforce).run(told)


class _Play:
    def __init__(
        self,
        history: History,
        facts: Facts,
        policy: EnginePolicy,
        lineages: Lineages,
        *,
        enforce: bool,
    ) -> None:
        self.history, self.facts, self.policy = history, facts, policy
        self.lineages = None if lineages.is_empty else lineages
        self.agents = [ReplayedAgent(*each) for each in enumerate(history.agents)]
        self.seen = SeenAgents()
        self.deadlines = Deadlines(self.agents, self.seen, policy, self._moved)
        self.enforcement = Enforcement() if enforce else None
        self.alarms: list[Alarm] = []

    def run(self, told: Callable[[int], None]) -> Played:
        ended_s = 0.0
        for count, (number, fact) in enumerate(self.history.in_order()):
            ended_s = fact.at_s
            if ended_s >= self.facts.due_s or ended_s >= self.deadlines.due_s:
                self._advance(ended_s)
            self._arrive(number, fact)
            if count % _TELL_EVERY == 0:
                told(count)
        return Played(self.agents, self.alarms, ended_s)

    def _advance(self, until_s: float) -> None:
        """Let every refresh and every deadline come, in the order of time."""
        while (next_s := min(self.facts.due_s, self.deadlines.due_s)) <= until_s:
            if next_s == NEVER:
                return
            if self.facts.due_s == next_s:
                begun = self.facts.refresh()
                self.alarms.extend(incident_alarm(incident, next_s) for incident in begun)
            else:
                self.deadlines.sweep()

    def _arrive(self, number: int, fact: OutcomeFact) -> None:
        history, at_s = self.history, fact.at_s
        agent = self.agents[history.agent[number]]
        began_s, place = history.began_s[number], history.task_class[number]
        if self.enforcement is not None and self.enforcement.holds(
            agent, level=CLASSES[place][1], began_s=began_s, ended_s=at_s
        ):
            agent.held += 1
            self.seen.see(agent.number, at_s)
            return
        view = self.facts.view(agent.kin, _CLASS_KEYS[place], history.judged_by[number])
        agent.facts += 1
        arrived = self._arrived(agent, fact, view, began_s, 0.0)
        if arrived.transitions:
            # Only the length of a freeze needs jitter, which costs as much to draw as a rule; the
            # fold is pure, so it is simply done again where something came of it.
            jitter = jitter_drawn(agent.key, agent.facts)
            arrived = self._arrived(agent, fact, view, began_s, jitter)
        agent.state = arrived.state
        self.facts.take(agent.kin, fact, arrived.judgement)
        if self.lineages is not None:
            self._spread(self.lineages, agent, history.task_ids[number], arrived, at_s)
        self.seen.see(agent.number, at_s)
        if arrived.transitions:
            for each in arrived.transitions:
                if isinstance(each, DriftAlarmed):
                    self.facts.alarmed(agent.kin, each)
            self._moved(agent, arrived.transitions, history.task_ids[number])
            self.deadlines.follow(agent, at_s)
        else:
            self.deadlines.touch(at_s)

    def _arrived(
        self,
        agent: ReplayedAgent,
        fact: OutcomeFact,
        view: RefreshView,
        began_s: float,
        jitter: float,
    ) -> Arrived:
        return outcome_arrive(
            agent.state,
            fact,
            view,
            self.policy,
            began_s=began_s,
            awaits_release=agent.awaits_release,
            jitter=jitter,
            share=lambda: self.seen.share(agent, fact.received_s),
        )

    def _spread(
        self, lineages: Lineages, agent: ReplayedAgent, task_id: str, arrived: Arrived, at_s: float
    ) -> None:
        spread = lineages.take(task_id, agent.name, arrived.judgement)
        if spread is not None:
            self.alarms.append(
                Alarm(at_s, CASCADE, agent.name, task_id, spread.sentence, "detected")
            )

    def _moved(
        self,
        agent: ReplayedAgent,
        transitions: tuple[Transition, ...],
        task_id: str | None = None,
    ) -> None:
        agent.awaits_release = release_awaited(agent.awaits_release, transitions)
        self.seen.follow(agent)
        if self.enforcement is not None:
            self.enforcement.follow(agent, transitions)
        self.alarms.extend(alarms_of(transitions, agent=agent.name, task_id=task_id))
