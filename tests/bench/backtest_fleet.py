"""A fleet that lives some weeks by the live rules in recorded time, copied into the tables.

It runs in shadow, so that all work runs; each move, refresh and answer is what the rules made of
it, so that a backtest under the same policy must come to the same.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
import psycopg

from governance.domain.arrival import jitter_drawn, outcome_arrive
from governance.domain.asking import breaker_asked, probe_asked, standing_asked
from governance.domain.breaker_fold import EnginePolicy
from governance.domain.class_rates import class_key
from governance.domain.facts import GateRequest, Mandate, MoneyFacts, TaskFacts, ToolEntry
from governance.domain.gate import gate_decide
from governance.domain.ids import id_new
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.score import points
from governance.domain.transitions import BreakerMoved, Transition
from governance.domain.types import (
    BlastLevel,
    BreakerMode,
    Enforcement,
    Environment,
    Result,
    TaskType,
)
from governance.replay.deadlines import NEVER, Deadlines
from governance.replay.facts import ComputedFacts
from governance.replay.fleet import ReplayedAgent, SeenAgents
from governance.replay.history import AgentNamed
from tests.bench.load_work import Copies

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from governance.domain.arrival import Arrived

SEED = 20_260_302
TOOLS = {
    "read": {"W": "N", "R": "A", "X": "N", "D": "I"},
    "refund": {"W": "M", "R": "H", "X": "P", "D": "C"},
}
COLUMNS = {
    "governance_outcome": (
        "id", "fleet_id", "agent_id", "task_id", "task_external_id", "body_sha256", "reporter_id",
        "fact", "result", "source", "self_report", "task_type", "level", "error_code", "cost_usd",
        "duration_s", "verified_by", "late", "is_probe", "vouched_inside", "refresh_number",
        "policy_number", "expected", "normal", "weight", "finished_at", "received_at",
    ),
    "governance_refresh": (
        "id", "fleet_id", "number", "totals", "groups", "value_counts", "value_medians",
        "sources_30d", "work", "drift_threshold", "agents_active", "tasks_a_day", "incidents",
        "watermark", "created_at",
    ),
    "governance_refreshshare": (
        "id", "refresh_id", "agent_id", "number", "classes", "groups", "work",
    ),
    "governance_decision": (
        "id", "fleet_id", "agent_id", "task_id", "moment", "verdict", "would_be", "enforcement",
        "reasons", "tier", "task_type", "preset", "level", "vector", "blast", "limits", "inputs",
        "policy_id", "created_at",
    ),
    "governance_breakertransition": (
        "id", "agent_id", "fact", "move", "actor", "enforced", "reason", "arguments", "evidence",
        "before", "after", "policy_id", "created_at",
    ),
    "made_task": ("id", "agent_id", "external_id", "created_at", "started_at"),
}  # fmt: skip
_TASKS = Copies(
    table="governance_task",
    given={
        "id": "made.id", "root_id": "made.id", "agent_id": "made.agent_id",
        "external_id": "made.external_id", "state": "'FINISHED'", "task_type": "'stateless'",
        "level": "'LOW'", "needs_grant": "false", "escalation": "NULL", "answer_by": "NULL",
        "created_at": "made.created_at", "started_at": "made.started_at",
    },
    source="governance_task AS seed, made_task AS made",
)  # fmt: skip


class _Facts(ComputedFacts):
    """Computed refreshes that can be told as rows."""

    def told(self) -> tuple[Any, dict[str, Any]]:
        """Bring the due refresh into force; return it, and the new parts of those it touched."""
        touched = {each.agent for each in self._pending}
        self.refresh()
        parts = {
            name: (self._shares[name], self._parts.get(name, {}), self._works[name])
            for name in sorted(touched)
        }
        return self._fleet, parts


class Row(NamedTuple):
    """One row of one table."""

    table: str
    values: tuple[Any, ...]


class FleetMade:
    """What the fleet is, and everything that happens to it as rows, in order."""

    def __init__(self, options: Any) -> None:
        from governance.models import ApiKey, Fleet, PolicyVersion  # noqa: PLC0415
        from governance.selectors.policies import policy_in_force  # noqa: PLC0415
        from tests.bench.waiting import ticket_seed  # noqa: PLC0415

        ticket_seed()
        fleet = Fleet.objects.get(slug="shop")
        key = ApiKey.objects.filter(fleet=fleet).first()
        assert key is not None
        self.fleet_id, self.key_id = fleet.pk, key.pk
        version, self.policy = policy_in_force(fleet=fleet)
        self.policy_id, self.policy_number = version.pk, version.number
        assert PolicyVersion.objects.filter(fleet=fleet).count() >= 1
        self.until_s = float(int(datetime.now(UTC).timestamp()) // 60 * 60 - 86_400)
        self.since_s = self.until_s - options.days * 86_400.0
        self.outcomes, self.every = options.outcomes, options.every
        self.rng = np.random.default_rng(SEED)
        self.ids, self.agents = self._agents(fleet, options.agents)
        self.engine = EnginePolicy(
            trust=self.policy.trust, breaker=self.policy.breaker, drift=self.policy.drift
        )
        self.facts = _Facts(self.engine, {})
        self.seen = SeenAgents()
        self.deadlines = Deadlines(self.agents, self.seen, self.engine, self._moved)
        self.rows: list[Row] = []
        self.decided = self.moves = self.refreshes = self.shares = 0

    def counts(self) -> str:
        """Return what was made, in words."""
        return (
            f"{self.outcomes:,} outcomes of {len(self.agents):,} agents, {self.decided:,} with a"
            f" decision, {self.refreshes:,} refreshes, {self.shares:,} shares, {self.moves:,} moves"
        )

    def life(self) -> Iterator[Row]:
        """Yield every row of the life, and the refresh that comes first."""
        yield self._refresh(self.facts._fleet, self.since_s)
        rng, size = self.rng, self.outcomes
        at_s = np.round(np.sort(rng.uniform(self.since_s + 1, self.until_s - 1, size)), 6).tolist()
        who = rng.integers(0, len(self.agents), size).tolist()
        failing = rng.beta(1.5, 20.0, len(self.agents))
        fails = (rng.random(size) < failing[who]).tolist()
        costs = np.round(rng.gamma(2.0, 0.2, size), 6).tolist()
        for number in range(size):
            self._advance(at_s[number])
            agent = self.agents[who[number]]
            task = None
            if number % self.every == 0:
                task = id_new()
                self._ask(agent, task, number, at_s[number] - 0.5)
            self._report(agent, task, number, at_s[number], costs[number], failed=fails[number])
            yield from self.rows
            self.rows.clear()

    def _advance(self, until_s: float) -> None:
        while (next_s := min(self.facts.due_s, self.deadlines.due_s)) <= until_s:
            if next_s == NEVER:
                return
            if self.facts.due_s == next_s:
                self._refreshed(next_s)
            else:
                self.deadlines.sweep()

    def _refreshed(self, at_s: float) -> None:
        fleet, parts = self.facts.told()
        row = self._refresh(fleet, at_s)
        self.rows.append(row)
        for agent, (classes, groups, work) in parts.items():
            self.shares += 1
            values = (id_new(), row.values[0], agent, fleet.number, _json(classes), _json(groups),
                      _json(work))  # fmt: skip
            self.rows.append(Row("governance_refreshshare", values))

    def _refresh(self, fleet: Any, at_s: float) -> Row:
        self.refreshes += 1
        return Row(
            "governance_refresh",
            (id_new(), self.fleet_id, fleet.number, _json(fleet.classes), _json(fleet.groups), "{}",
             _json(fleet.medians), fleet.sources_30d, _json(fleet.work), fleet.threshold, 0, 0.0,
             _json(fleet.incidents), 0, _at(at_s)),
        )  # fmt: skip

    def _report(
        self,
        agent: ReplayedAgent,
        task: UUID | None,
        number: int,
        at_s: float,
        cost: float,
        *,
        failed: bool,
    ) -> None:
        fact = OutcomeFact(
            at_s, at_s, Result.FAILURE if failed else Result.SUCCESS, TaskType.STATELESS,
            BlastLevel.LOW, f"person:{number % 9}", False, False, cost, None, 20.0, None, False,
            None,
        )  # fmt: skip
        began_s = at_s - (0.5 if task else 20.0)
        arrived = self._arrived(agent, fact, began_s)
        agent.state = arrived.state
        self.facts.take(agent.kin, fact, arrived.judgement)
        self.seen.see(agent.number, at_s)
        judged = arrived.judgement
        self.rows.append(Row("governance_outcome", (
            id_new(), self.fleet_id, agent.key, task, f"o-{number}", "0" * 64, self.key_id,
            agent.facts, fact.result.value, fact.source, False, "stateless", "LOW", "", cost, 20.0,
            "", arrived.late, False, False, judged.refresh, self.policy_number, judged.expected,
            judged.normal, judged.weight, _at(at_s), _at(at_s),
        )))  # fmt: skip
        if arrived.transitions:
            self._moved(agent, arrived.transitions)
            self.deadlines.follow(agent, at_s)
        else:
            self.deadlines.touch(at_s)

    def _arrived(self, agent: ReplayedAgent, fact: OutcomeFact, began_s: float) -> Arrived:
        key = class_key(fact.task_type, fact.level)
        agent.facts += 1
        return outcome_arrive(
            agent.state,
            fact,
            self.facts.view(agent.kin, key, -1),
            self.engine,
            began_s=began_s,
            awaits_release=agent.awaits_release,
            jitter=jitter_drawn(agent.key, agent.facts),
            share=lambda: self.seen.share(agent, fact.received_s),
        )

    def _moved(self, agent: ReplayedAgent, transitions: tuple[Transition, ...]) -> None:
        self.seen.follow(agent)
        for each in transitions:
            if not isinstance(each, BreakerMoved):
                continue
            self.moves += 1
            arguments = {"reason": each.reason.value, "at_s": each.at_s}
            self.rows.append(Row("governance_breakertransition", (
                id_new(), agent.key, agent.facts, each.move.value, "detector", False,
                each.sentence, _json(arguments), "{}",
                _json({"state": each.state_before, "hold": each.hold_before}),
                _json({"state": each.state_after, "hold": each.hold_after}),
                self.policy_id, _at(each.at_s),
            )))  # fmt: skip

    def _ask(self, agent: ReplayedAgent, task: UUID, number: int, at_s: float) -> None:
        self.decided += 1
        tool = "refund" if number % 30 == 0 else "read"
        trust, policy = agent.state.trust, self.policy
        score = points(trust.evidence, policy.trust, trust.prior.ratio).score
        request = GateRequest(
            standing=standing_asked(
                agent.state,
                policy.trust,
                trust=score if trust.outcomes >= policy.trust.outcomes_shown else None,
                penal_until_s=None,
                now_s=at_s,
            ),
            breaker=breaker_asked(
                agent.state, mode=BreakerMode.ENFORCE, is_paused=False, paused_until_s=None
            ),
            task=TaskFacts(
                environment=Environment.PRODUCTION,
                operation=f"shop.{tool}",
                tool=tool,
                tool_entry=ToolEntry(name=tool, confirmed=TOOLS[tool]),
            ),
            money=MoneyFacts(),
            mandate=Mandate(tools=("*",), environments=(Environment.PRODUCTION,)),
            probe_available=probe_asked(agent.state, str(task), now_s=at_s),
            enforcement=Enforcement.SHADOW,
        )
        decision = gate_decide(request, policy, now_s=at_s)
        self.rows.append(Row("made_task", (task, agent.key, f"o-{number}", _at(at_s), _at(at_s))))
        self.rows.append(Row("governance_decision", (
            id_new(), self.fleet_id, agent.key, task, "submit", decision.verdict.value,
            decision.would_be.value, "shadow", _json(decision.reasons), decision.tier.value,
            decision.task_type.value, decision.preset.value, decision.level.value, decision.vector,
            _json(decision.blast), _json(decision.limits), _json(request), self.policy_id,
            _at(at_s),
        )))  # fmt: skip

    def _agents(self, fleet: Any, size: int) -> tuple[list[UUID], list[ReplayedAgent]]:
        from django.contrib.auth import get_user_model  # noqa: PLC0415

        from governance.domain.agent_state import agent_state_new, state_to_plain  # noqa: PLC0415
        from governance.models import Agent, Fleet, Refresh, Standing  # noqa: PLC0415

        Fleet.objects.filter(pk=fleet.pk).update(enforcement="shadow", refresh=None)
        Refresh.objects.filter(fleet=fleet).delete()
        owners = list(get_user_model().objects.filter(username__in=["lena", "omar"]))
        began = _at(self.since_s)
        rows = [
            Agent(
                fleet=fleet, external_id=f"bench-{number}", name=f"Agent {number}",
                owner=owners[number % len(owners)], template=f"template-{number % 7}",
                mandate_tools=["*"], mandate_environments=["production"], created_at=began,
            )
            for number in range(size)
        ]  # fmt: skip
        Agent.objects.bulk_create(rows)
        plain = state_to_plain(agent_state_new())
        Standing.objects.bulk_create(
            Standing(agent=agent, state=plain, updated_at=began) for agent in rows
        )
        named = [
            AgentNamed(str(row.pk), str(row.owner_id), row.template, str(row.pk), {})
            for row in rows
        ]
        return [row.pk for row in rows], [ReplayedAgent(*each) for each in enumerate(named)]


def tables_filled(made: FleetMade, database_url: str, connection: psycopg.Connection) -> None:
    """Copy a fleet's life into the tables, each through a connection of its own."""
    connection.execute(
        "CREATE TABLE made_task (id uuid, agent_id uuid, external_id text,"
        " created_at timestamptz, started_at timestamptz)"
    )
    keys = connection.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
        [list(COLUMNS)],
    ).fetchall()
    for table, name in keys:
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
    with ExitStack() as open_:
        copies = {}
        for table, columns in COLUMNS.items():
            own = open_.enter_context(psycopg.connect(database_url))
            cursor = open_.enter_context(own.cursor())
            copies[table] = open_.enter_context(
                cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode())
            )
        for row in made.life():
            copies[row.table].write_row(row.values)
    connection.execute(_TASKS.sql(connection).encode())
    connection.execute("VACUUM ANALYZE")


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _at(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
