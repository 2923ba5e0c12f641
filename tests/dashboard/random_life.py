"""A fleet that lived for some days at random: outcomes, tasks, answers, expiries, failures."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from escalations.models import Ticket
from escalations.services.decisions import ticket_decide
from escalations.services.expiry import tickets_expire_due
from governance.domain.types import BlastLevel, Result, TaskState
from governance.refusals import RefusalError
from governance.services.agents import agent_put
from governance.services.batches import outcomes_load
from governance.services.outcomes import task_outcome
from governance.services.rollups import fleet_roll_up
from governance.services.schemas import (
    BlastBody,
    OutcomeBody,
    OutcomeItem,
    PlanBody,
    TaskBody,
    ToolBody,
)
from governance.services.starts import task_start
from governance.services.tasks import task_submit
from governance.services.tools import tool_confirm, tool_put
from tests.dashboard.shop import described

if TYPE_CHECKING:
    from governance.models import Task
    from tests.clock import Clock
    from tests.dashboard.shop import Shop

AGENTS = tuple(f"worker-{number:02}" for number in range(22))
# What nobody is asked about, and what somebody is.
LOOK, REFUND = "shop.look", "shop.refund"
# Some fail so often that they earn little and trip, others hardly ever.
FAILURE_SHARES = (0.02, 0.1, 0.45)


@dataclass
class Life:
    """The same life for the same seed."""

    shop: Shop
    clock: Clock
    dice: Random
    tasks: int = 0

    def begin(self) -> None:
        """Register the agents and what they may use."""
        people, key = self.shop.people, self.shop.key
        look = ToolBody(write="N", reversibility="A", reach="N", data="I")
        tool, _ = tool_put(key=key, name=LOOK, body=look)
        tool_confirm(fleet=people.fleet, user=people.adam, name=LOOK, sha256=tool.proposed_sha256)
        for agent in AGENTS:
            agent_put(key=key, external_id=agent, body=described(agent))
        for agent in AGENTS[::2]:
            self._earn(agent)
        self.roll_up()

    def live(self, moves: int) -> None:
        """Let that much happen, half an hour apart on average, rolled up now and then."""
        todo = (self.work, self.look, self.look, self.look, self.ask, self.ask)
        for _ in range(moves):
            self.clock.forward(seconds=self.dice.randrange(20, 3_600))
            with suppress(RefusalError):
                self.dice.choice(todo)()
            tickets_expire_due()
            if self.dice.random() < 0.1:
                self.roll_up()
        self.roll_up()

    def roll_up(self) -> None:
        fleet_roll_up(fleet_id=self.shop.people.fleet.pk)

    def work(self) -> None:
        """Report work that was done without asking, some of it late."""
        agent = self.dice.choice(AGENTS)
        outcomes_load(
            key=self.shop.key,
            items=[
                OutcomeItem(
                    task_id=f"done-{self._next()}",
                    agent=agent,
                    finished_at=self.clock.now - timedelta(seconds=self.dice.randrange(40_000)),
                    result=self._result(agent),
                    requested_by=f"job:{self.dice.randrange(3)}",
                    level=self.dice.choice((BlastLevel.LOW, BlastLevel.MEDIUM)),
                    cost_usd=Decimal(self.dice.randrange(1, 900)) / 100,
                    budget_usd=Decimal(5),
                    value_usd=Decimal(self.dice.randrange(2_000)) / 100,
                    duration_s=self.dice.uniform(1, 90),
                )
                for _ in range(self.dice.randrange(1, 6))
            ],
        )

    def _earn(self, agent: str) -> None:
        """Load a past of 40 days that earns the agent a better tier, of more days for some."""
        count = self.dice.choice((12, 40, 80))
        outcomes_load(
            key=self.shop.key,
            items=[
                OutcomeItem(
                    task_id=f"past-{self._next()}",
                    agent=agent,
                    finished_at=self.clock.now - timedelta(days=40) * (place + 1) / (count + 1),
                    result=Result.SUCCESS,
                    requested_by=f"job:{place % 3}",
                    level=BlastLevel.MEDIUM,
                    cost_usd=Decimal("0.01"),
                    budget_usd=Decimal("0.02"),
                    duration_s=2.0,
                )
                for place in range(count)
            ],
        )

    def look(self) -> None:
        """Ask for what the gate mostly allows, and do it."""
        self._run(self._asked(LOOK))

    def ask(self) -> None:
        """Ask for what people must agree to; they answer, or it is called off, or it expires."""
        task = self._asked(REFUND)
        ticket = Ticket.objects.filter(task=task.pk).first()
        move = self.dice.choice(("approve", "approve", "deny", "withdraw", "leave"))
        if ticket is None or move == "leave":
            return
        self.clock.forward(seconds=self.dice.randrange(5, 500))
        if move == "withdraw":
            self.shop.withdraw(ticket)
        else:
            self._decide(ticket, move)

    def _decide(self, ticket: Ticket, choice: str) -> None:
        people = self.shop.people
        code = "arguments_checked" if choice == "approve" else "arguments_wrong"
        ticket_decide(
            ticket_id=ticket.pk,
            user=self.dice.choice((people.rita, people.mona)),
            choice=choice,
            reason_code=code,
            reason_text="Checked the order.",
            expected_version=ticket.version,
            via="browser",
        )
        if choice == "approve":
            # Beyond the time in which an approval can be taken back.
            self.clock.forward(seconds=60)
            task = ticket.task
            assert task is not None
            task.refresh_from_db()
            self._run(task)

    def _asked(self, tool: str) -> Task:
        number = self._next()
        self.shop.key.fleet.refresh_from_db()
        body = TaskBody(
            agent=self.dice.choice(AGENTS),
            requested_by="job:nightly",
            external_id=f"life-{number}",
            title=f"Task {number}",
            operation="shop.act",
            tool=tool,
            arguments={"order": number, "amount_usd": "20.00"},
            plan=PlanBody(
                steps=1, agents=self.dice.choice((1, 1, 4)), delegations=self.dice.choice((0, 0, 3))
            ),
            blast=BlastBody(U="I"),
            budget_usd=Decimal(20),
        )
        return task_submit(key=self.shop.key, body=body).task

    def _run(self, task: Task) -> None:
        if task.state not in {TaskState.READY.value, TaskState.RUNNING.value}:
            return
        task_start(key=self.shop.key, task_id=task.pk, action_digest=task.action_digest)
        self.clock.forward(seconds=self.dice.randrange(5, 120))
        task_outcome(
            key=self.shop.key,
            task_id=task.pk,
            body=OutcomeBody(
                result=self._result(task.agent.external_id),
                cost_usd=Decimal(self.dice.randrange(1, 1_500)) / 100,
            ),
        )

    def _result(self, agent: str) -> Result:
        share = FAILURE_SHARES[AGENTS.index(agent) % len(FAILURE_SHARES)]
        if self.dice.random() < share:
            return Result.FAILURE
        return self.dice.choice((Result.SUCCESS, Result.SUCCESS, Result.SUCCESS, Result.PARTIAL))

    def _next(self) -> int:
        self.tasks += 1
        return self.tasks
