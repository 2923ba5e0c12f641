"""A small fleet that lives some weeks through the real services, the same way for each seed.

What is asked, and how work ends, follows from the seed alone; whether it may run is the gate's
word. So the same life under another policy shows what that policy really would have done.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from governance.backtest.run import _Run, backtest_run
from governance.domain.agent_state import state_from_plain
from governance.domain.types import Result, TaskState, Verdict
from governance.models import (
    BreakerTransition,
    Decision,
    Fleet,
    Membership,
    Outcome,
    Standing,
    StateSnapshot,
)
from governance.replay.deadlines import SWEEP_S
from governance.selectors.agents import agent_lock
from governance.selectors.backtest_record import record_open
from governance.selectors.clock import clock_now
from governance.services.breakers import agent_freeze, agent_release
from governance.services.corrections import outcome_correct_step
from governance.services.drift import drift_acknowledge_step
from governance.services.events import events_publish
from governance.services.probation import breakers_sweep
from governance.services.refresh import fleet_refresh
from governance.services.vouching import _reweigh
from tests.escalations.people import crew_of
from tests.factories import FleetFactory, MembershipFactory
from tests.governance.backtest.noted import Noted
from tests.governance.services.orchestrator import Orchestrator
from tests.publishing import policy_publish

if TYPE_CHECKING:
    from governance.domain.agent_state import AgentState
    from governance.domain.policy import Policy
    from governance.selectors.backtest_record import FleetRecord
    from tests.clock import Clock
    from tests.escalations.people import Crew

NAMES = ("ada", "bob", "cy", "dot", "eve")
# How often each fails at first, and once it has gone bad.
USUAL, BAD = 0.04, 0.75


@dataclass
class Life:
    """A fleet ``shop`` under one policy, at its first noon.

    Without ``refreshes`` nobody is judged by what the others do.
    """

    clock: Clock
    policy: Policy
    enforcement: str = "enforce"
    seed: int = 1
    earlier: Life | None = None
    refreshes: bool = True
    shop: Orchestrator = field(init=False)
    began: datetime = field(init=False)
    steps: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        fleet = FleetFactory(enforcement=self.enforcement)
        crew = crew_of(fleet) if self.earlier is None else self.earlier.crew_in(fleet)
        self.shop = Orchestrator(fleet, crew)
        for name in NAMES:
            self.shop.agent_new(name, template="bot" if name < "d" else "")
        self.publish(self.policy)
        self.began = self.clock.forward(seconds=1.25)
        for name in NAMES[:4]:
            self.shop.load(["success"] * 40, agent=name)

    def crew_in(self, fleet: Fleet) -> Crew:
        """Return the same people, with the same roles in another fleet."""
        for member in Membership.objects.filter(fleet=self.shop.fleet):
            MembershipFactory(fleet=fleet, user=member.user, role=member.role)
        return self.shop.crew

    @property
    def fleet(self) -> Fleet:
        return Fleet.objects.get(pk=self.shop.fleet.pk)

    def publish(self, policy: Policy) -> None:
        policy_publish(fleet=self.fleet, policy=policy, user=self.shop.crew.adam, reason="Why not.")

    def live(self, steps: int) -> None:
        """Let ``steps`` tasks be asked for.

        From the 50th task of the life on ``cy`` and ``eve`` fail, from the 60th ``dot`` costs more.
        """
        for step in range(self.steps, self.steps + steps):
            self.forward(self.rng.uniform(60.0, 1_200.0))
            name = self.rng.choices(NAMES, [2, 2, 3, 6, 2])[0]
            tool = self.rng.choices(["read", "refund", "wipe"], [8, 3, 1])[0]
            failing = BAD if name in {"cy", "eve"} and step > 50 else USUAL
            result = "failure" if self.rng.random() < failing else "success"
            if self.rng.random() < 0.05:
                result = self.rng.choice(["partial", "dependency_down"])
            cost = self.rng.lognormvariate(-2.0, 0.2)
            cost *= 4.0 if name == "dot" and step > 60 else 1.0
            self._ask(f"t{step}", name, tool, result, f"{cost:.4f}")
            if self.refreshes and step % 5 == 0:
                fleet_refresh(fleet_id=self.fleet.pk)
        self.steps += steps
        if self.refreshes:
            fleet_refresh(fleet_id=self.fleet.pk)

    def _ask(self, name: str, agent: str, tool: str, result: str, cost: str) -> None:
        source, waits_s = f"person:{self.rng.randrange(4)}", self.rng.uniform(1.0, 600.0)
        asked = self.shop.ask(tool, agent=agent, external_id=name, requested_by=source)
        self.forward(waits_s)
        task = asked.task
        task.refresh_from_db()
        if task.state == TaskState.READY and (task.level != "LOW" or task.needs_grant):
            self.shop.start(task)
        self.forward(30.5)
        task.refresh_from_db()
        if task.state in {TaskState.READY, TaskState.RUNNING}:
            self.shop.report(task, result, cost_usd=cost, duration_s=20.0)

    def forward(self, seconds: float) -> None:
        """Move the clock on; the sweeper looks at each of its beats that has something to do."""
        until = self.clock.now + timedelta(seconds=seconds)
        while (due := self._due()) is not None and due <= until:
            self.clock.now = due
            breakers_sweep()
        self.clock.now = until

    def _due(self) -> datetime | None:
        """Return the next beat, each 2 s, at which some breaker's time has come."""
        waiting = Standing.objects.filter(agent__fleet=self.fleet, awaits_release=False)
        limit = timedelta(hours=self.policy.breaker.probation_limit_h)
        frozen = waiting.filter(breaker_state="OPEN", hold="none")
        probing = waiting.filter(breaker_state="HALF_OPEN", hold="none")
        found = [
            *(row.frozen_until for row in frozen if row.frozen_until),
            *(row.half_open_since + limit for row in probing if row.half_open_since),
        ]
        if waiting.filter(hold="SUPERVISED").exists():
            found.append(self.clock.now + timedelta(seconds=1e-3))
        if not found:
            return None
        beat = math.ceil(min(found).timestamp() / SWEEP_S) * SWEEP_S
        return datetime.fromtimestamp(beat, UTC)

    def freeze(self, name: str) -> None:
        self.forward(61.5)
        agent_freeze(fleet=self.fleet, agent_external_id=name, actor="rita", reason="Odd.")

    def release(self, name: str) -> None:
        self.forward(5_400.0)
        agent_release(
            fleet=self.fleet, agent_external_id=name, user=self.shop.crew.mona, reason="Fine."
        )

    def correct(self, name: str, *, last: int, after: Result) -> None:
        """Let the ``last`` newest outcomes of an agent count as something else, one by one."""
        for outcome in self.outcomes(name).exclude(task=None).order_by("-fact")[:last]:
            self.forward(33.25)
            with transaction.atomic():
                agent = agent_lock(self.standing(name).agent_id)
                told = outcome_correct_step(
                    agent=agent,
                    outcome=outcome,
                    after=after,
                    by="rita",
                    reason="Seen.",
                    now=clock_now(),
                )
                events_publish(*told, now=clock_now())

    def reweigh(self, name: str, *, last: int) -> None:
        """Let the ``last`` newest outcomes weigh nothing: only a ring vouches for them."""
        self.forward(12.5)
        facts = self.outcomes(name).order_by("-fact").values_list("fact", flat=True)[:last]
        with transaction.atomic():
            agent = agent_lock(self.standing(name).agent_id)
            told = _reweigh(agent, frozenset(facts), True, "rita", clock_now())
            events_publish(*told, now=clock_now())

    def acknowledge_all(self) -> None:
        drifting = Standing.objects.filter(agent__fleet=self.fleet, drifting=True)
        for name in drifting.order_by("agent").values_list("agent__external_id", flat=True):
            self.acknowledge(name)

    def acknowledge(self, name: str) -> None:
        self.forward(44.5)
        with transaction.atomic():
            agent = agent_lock(self.standing(name).agent_id)
            told = drift_acknowledge_step(
                agent=agent, rebaseline=True, actor="rita", now=clock_now()
            )
            events_publish(*told, now=clock_now())

    def snapshot(self) -> None:
        for row in Standing.objects.filter(agent__fleet=self.fleet):
            StateSnapshot.objects.create(
                agent_id=row.agent_id, fact=row.facts, state=row.state, created_at=clock_now()
            )

    def shadow(self, name: str) -> None:
        agent = self.standing(name).agent
        agent.enforcement = "shadow"
        agent.save(update_fields=["enforcement"])

    def standing(self, name: str) -> Standing:
        return Standing.objects.select_related("agent").get(
            agent__external_id=name, agent__fleet=self.fleet
        )

    def outcomes(self, name: str) -> Any:
        return Outcome.objects.filter(agent__external_id=name, agent__fleet=self.fleet)

    def decisions(self) -> dict[str, tuple[Any, ...]]:
        """Return what the gate answered at submission, by the name of the task."""
        rows = Decision.objects.filter(fleet=self.fleet, moment="submit").select_related("task")
        return {
            row.task.external_id: (
                Verdict(row.would_be),
                row.limits["approvals"],
                row.preset,
                row.tier,
                row.level,
            )
            for row in rows
        }

    def trips(self) -> list[tuple[str, float]]:
        rows = BreakerTransition.objects.filter(
            agent__fleet=self.fleet,
            move__in=("tripped", "latched", "probation_failed", "starved"),
        )
        found = rows.values_list("agent_id", "arguments")
        return sorted((str(pk), float(arguments["at_s"])) for pk, arguments in found)

    def names(self) -> dict[str, str]:
        agents = self.fleet.agents.values_list("pk", "external_id")
        return {str(pk): name for pk, name in agents}

    def named_trips(self) -> list[tuple[str, float]]:
        names = self.names()
        return sorted((names[agent], at_s) for agent, at_s in self.trips())

    def backtest(
        self, draft: Policy, *, since: datetime | None = None, base: Policy | None = None
    ) -> Noted:
        """Return what a backtest of a draft over this life tells."""
        record, noted = self.record(since)
        backtest_run(record, base=base or self.policy, draft=draft, tally=noted)
        return noted

    def states_under(self, draft: Policy) -> dict[str, AgentState]:
        """Return how each agent ends under a draft, by name."""
        record, noted = self.record()
        run = _Run(record, self.policy, draft, noted)
        run.run(lambda _share: None)
        names = self.names()
        return {names[agent.key]: agent.state for agent in run.draft.agents}

    def states(self) -> dict[str, AgentState]:
        """Return where each agent stands, by name."""
        rows = Standing.objects.filter(agent__fleet=self.fleet).select_related("agent")
        return {row.agent.external_id: state_from_plain(row.state) for row in rows}

    def record(self, since: datetime | None = None) -> tuple[FleetRecord, Noted]:
        """Return what is recorded of this life until now, and an empty tally for it."""
        until = self.clock.forward(seconds=1)
        record = record_open(fleet=self.fleet, since=since or self.began, until=until)
        return record, Noted(since_s=record.since_s, until_s=record.until_s)
