"""A small shop whose agent asks the real gate, so that tickets are what they are in life."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from escalations.models import Ticket
from escalations.services.asking import release_ask
from governance.domain.agent_state import state_from_plain, state_to_plain
from governance.domain.types import BlastLevel, Environment, Result, Role, Scope, Tier
from governance.models import Standing, Task
from governance.refusals import ConflictError
from governance.selectors.access import key_authenticate
from governance.selectors.clock import clock_now
from governance.services.agents import agent_put
from governance.services.batches import outcomes_load
from governance.services.breakers import agent_freeze
from governance.services.cancelling import task_cancel
from governance.services.fleets import membership_set
from governance.services.keys import key_create
from governance.services.schemas import (
    AgentBody,
    BlastBody,
    MandateBody,
    OutcomeItem,
    PlanBody,
    TaskBody,
    ToolBody,
)
from governance.services.starts import task_start
from governance.services.tasks import task_submit
from governance.services.tools import tool_confirm, tool_put

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.selectors.access import KeyPrincipal
    from tests.dashboard.people import People

# Production, hard to undo, restricted data: HIGH and CRITICAL by the gate's own floors.
TOOLS = {
    "shop.refund": ToolBody(write="M", reversibility="H", reach="P", data="C"),
    "shop.purge": ToolBody(write="D", reversibility="I", reach="N", data="R"),
}
AGENT = "refund-bot"
NEWCOMER = "new-bot"


@dataclass
class Shop:
    """The fleet `shop` with an agent of tier high and a new one, both owned by lena."""

    people: People
    key: KeyPrincipal
    numbers: Any = field(default_factory=lambda: count(1))

    def refund(self, **fields: Any) -> Ticket:
        """Return the ticket of a refund: HIGH, one approval."""
        return self.ask("shop.refund", **fields)

    def purge(self, **fields: Any) -> Ticket:
        """Return the ticket of a deletion: CRITICAL, two approvals."""
        return self.ask("shop.purge", **fields)

    def attempt(self, **fields: Any) -> Ticket:
        """Return the incident of a deletion that the new agent attempted."""
        return self.ask("shop.purge", agent=NEWCOMER, **fields)

    def ask(self, tool: str, **fields: Any) -> Ticket:
        number = next(self.numbers)
        body = {
            "agent": AGENT,
            "requested_by": "job:nightly",
            "external_id": f"order-{number}",
            "title": f"Refund order {number}",
            "operation": "refund.issue",
            "tool": tool,
            "target": f"order/{number}",
            "arguments": {"order": number, "amount_usd": "180.00"},
            "plan": PlanBody(steps=1, agents=1, delegations=0),
            "blast": BlastBody(D="C", U="I"),
            "budget_usd": Decimal(180),
            **fields,
        }
        submitted = task_submit(key=self.key, body=TaskBody(**body))
        return Ticket.objects.get(task=submitted.task)

    def freeze(self) -> None:
        agent_freeze(
            fleet=self.people.fleet, agent_external_id=AGENT, actor="mona", reason="Looks odd."
        )

    def trip(self, agent: str = AGENT) -> None:
        """Let the agent fail until its detector freezes it."""
        now = clock_now()
        failed = [
            OutcomeItem(
                task_id=f"failed-{agent}-{next(self.numbers)}",
                agent=agent,
                finished_at=now,
                result=Result.FAILURE,
                requested_by="job:0",
                level=BlastLevel.MEDIUM,
            )
            for _ in range(8)
        ]
        outcomes_load(key=self.key, items=failed)

    def latch(self, agent: str = AGENT) -> Ticket:
        """Latch the agent as its fourth freeze in a week does; return the release ticket."""
        standing = Standing.objects.select_related("agent").get(agent__external_id=agent)
        state = state_from_plain(standing.state)
        now_s = clock_now().timestamp()
        trips = tuple(now_s - hours * 3600.0 for hours in (72, 48, 24))
        breaker = state.breaker._replace(trips_s=trips, level=3, level_since_s=now_s)
        Standing.objects.filter(pk=standing.pk).update(
            state=state_to_plain(state.with_breaker(breaker))
        )
        self.trip(agent)
        return Ticket.objects.get(agent=standing.agent, kind="release")

    def in_tier(self, tier: Tier, agent: str = AGENT) -> None:
        """Put the agent into a tier, whatever its score."""
        standing = Standing.objects.get(agent__external_id=agent)
        state = state_from_plain(standing.state).in_tier(tier, clock_now().timestamp())
        Standing.objects.filter(pk=standing.pk).update(state=state_to_plain(state))

    def break_off(self, agent: str = AGENT, **fields: Any) -> None:
        """Put the agent's breaker into a state, its columns with it."""
        standing = Standing.objects.get(agent__external_id=agent)
        state = state_from_plain(standing.state)
        after = state.with_breaker(state.breaker._replace(**fields))
        Standing.objects.filter(pk=standing.pk).update(
            state=state_to_plain(after),
            breaker_state=after.breaker.state.value,
            breaker_mode=after.breaker.mode.value,
            hold=after.breaker.hold.value,
            hold_origin=after.breaker.hold_origin.value,
        )

    def probe(self, agent: str = AGENT, result: Result = Result.SUCCESS) -> None:
        """Let the agent, on probation, finish one task of level LOW."""
        now = clock_now()
        done = OutcomeItem(
            task_id=f"probe-{next(self.numbers)}",
            agent=agent,
            finished_at=now,
            started_at=now,
            result=result,
            requested_by="job:0",
        )
        outcomes_load(key=self.key, items=[done])

    def join_elsewhere(self, user: User) -> None:
        """Make the person a reviewer of otto's fleet too."""
        fleet = self.people.otto.memberships.get().fleet
        membership_set(fleet=fleet, user=user, role=Role.REVIEWER, actor="otto")

    def release(self) -> Ticket:
        """Return the question whether the frozen agent may go on probation."""
        return release_ask(
            fleet=self.people.fleet, agent_external_id=AGENT, user=self.people.mona
        ).ticket

    def look_at(self, ticket: Ticket) -> None:
        """Read the task as its caller does; one whose time is over expires by that."""
        with suppress(ConflictError):
            task_start(key=self.key, task_id=asked(ticket).pk, action_digest=ticket.action_digest)

    def withdraw(self, ticket: Ticket) -> None:
        task_cancel(key=self.key, task_id=asked(ticket).pk, reason="the customer called off")


def asked(ticket: Ticket) -> Task:
    """Return the task a ticket is about."""
    return Task.objects.get(pk=str(ticket.task_id))


def shop_of(people: People) -> Shop:
    _, token = key_create(
        fleet=people.fleet,
        name="orchestrator",
        environment=Environment.PRODUCTION,
        scopes=[Scope.GATE, Scope.REPORT, Scope.READ],
        created_by="adam",
    )
    key = key_authenticate(token, now=clock_now())
    for name, body in TOOLS.items():
        tool, _ = tool_put(key=key, name=name, body=body)
        tool_confirm(fleet=people.fleet, user=people.adam, name=name, sha256=tool.proposed_sha256)
    for agent in (AGENT, NEWCOMER):
        agent_put(key=key, external_id=agent, body=described(agent))
    outcomes_load(key=key, items=history(clock_now()))
    return Shop(people=people, key=key)


def described(agent: str) -> AgentBody:
    return AgentBody(
        name=agent.replace("-", " ").capitalize(),
        owner="lena",
        mandate=MandateBody(
            tools=["shop.*"], environments=[Environment.PRODUCTION], level=BlastLevel.MEDIUM
        ),
        budget_usd=Decimal(100_000),
    )


def history(now: datetime) -> list[OutcomeItem]:
    """Return 60 good tasks of the last 30 days, asked for by three systems."""
    return [
        OutcomeItem(
            task_id=f"old-{place}",
            agent=AGENT,
            finished_at=now - timedelta(days=30) + timedelta(hours=12 * place),
            result=Result.SUCCESS,
            requested_by=f"job:{place % 3}",
            level=BlastLevel.MEDIUM,
            cost_usd=Decimal("0.01"),
            budget_usd=Decimal("0.02"),
            duration_s=2.0,
        )
        for place in range(60)
    ]
