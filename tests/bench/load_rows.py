"""Months of a large fleet, copied into the tables in bulk: agents, outcomes, interactions, days.

Rows are made in blocks of one transaction each, in the order in which they would have arrived, so
that what reads behind a mark reads them as it would have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    import psycopg
    from numpy.typing import NDArray

BLOCK = 10_000
# So many outcomes to one that people or the gate were asked about.
TASK_EVERY = 25
RESULTS = ("success", "partial", "failure", "dependency_down")
KINDS = ("stateless", "pipeline", "coordination")
LEVELS = ("LOW", "MEDIUM", "HIGH")
TIERS = ("low", "medium", "high")
OUTCOME = (
    "id", "fleet_id", "agent_id", "task_id", "task_external_id", "body_sha256", "reporter_id",
    "fact", "result", "source", "self_report", "task_type", "level", "error_code", "cost_usd",
    "budget_usd", "value_usd", "verified_by", "late", "is_probe", "vouched_inside",
    "refresh_number", "policy_number", "expected", "weight", "trust_after", "success_after",
    "budget_after", "consistency_after", "finished_at", "received_at",
)  # fmt: skip
INTERACTION = (
    "id", "fleet_id", "external_id", "body_sha256", "reporter_id", "initiator_id",
    "counterparty_id", "value_usd", "cost_usd", "rating", "verified_by", "accepted", "team",
    "occurred_at", "received_at",
)  # fmt: skip
DAY = ("id", "agent_id", "day", "trust", "trust_low", "trust_high", "tier", "outcomes",
       "breaker_state", "created_at")  # fmt: skip
_NO_HASH = "0" * 64


class ForeignKey(NamedTuple):
    """A constraint as PostgreSQL spells it."""

    table: str
    name: str
    definition: str


@dataclass(slots=True)
class Past:
    """What is generated: whose, from when to when, and how each agent does.

    ``trust``: shape (agents, days), a random walk in [0, 1]; ``failing``: the share of each
    agent's outcomes that fail.
    """

    fleet: UUID
    key: UUID
    agents: list[UUID]
    days: int
    until: datetime
    rng: np.random.Generator
    facts: NDArray[np.int64] = field(init=False)
    trust: NDArray[np.float64] = field(init=False)
    failing: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        size = len(self.agents)
        self.facts = np.zeros(size, np.int64)
        self.failing = self.rng.beta(1.5, 20.0, size)
        steps = self.rng.normal(0.0, 0.015, (size, self.days))
        start = 0.95 - 2.0 * self.failing[:, None]
        self.trust = np.clip(start + np.cumsum(steps, axis=1), 0.05, 0.99)

    @property
    def since(self) -> datetime:
        """Return when the history begins."""
        return self.until - timedelta(days=self.days)


def ids(rng: np.random.Generator, at_s: NDArray[np.float64]) -> list[str]:
    """Return an id for each moment that sorts by time, as `governance.domain.ids` makes them."""
    ms = (at_s * 1e3).astype(np.int64)
    words = rng.integers(0, 1 << 62, (2, len(ms)), np.int64)
    return [
        f"{time >> 16:08x}-{time & 0xFFFF:04x}-7{one & 0xFFF:03x}-8{two & 0xFFF:03x}"
        f"-{two >> 14:012x}"
        for time, one, two in zip(ms.tolist(), *words.tolist(), strict=True)
    ]


def moments(at_s: NDArray[np.float64]) -> list[str]:
    """Return times in epoch seconds as PostgreSQL reads them, UTC."""
    return [f"{each}+00" for each in np.datetime_as_string((at_s * 1e6).astype("datetime64[us]"))]


def copied(
    connection: psycopg.Connection,
    table: str,
    columns: tuple[str, ...],
    blocks: Iterator[list[str]],
    told: Callable[[int], None],
) -> int:
    """Copy blocks of lines, each in a transaction of its own; return how many lines."""
    rows = 0
    for block in blocks:
        with (
            connection.transaction(),
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            copy.write("\n".join(block) + "\n")
        rows += len(block)
        told(rows)
    return rows


def foreign_keys_drop(connection: psycopg.Connection) -> list[ForeignKey]:
    """Drop the foreign keys of the tables that are copied into, and return them.

    To check each of millions of rows by itself takes far longer than all of them at the end.
    """
    found = connection.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
        [["governance_outcome", "governance_interaction", "governance_trustday"]],
    )
    keys = [ForeignKey(*row) for row in found.fetchall()]
    for key in keys:
        connection.execute(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}".encode())
    return keys


def foreign_keys_add(connection: psycopg.Connection, keys: list[ForeignKey]) -> None:
    """Put foreign keys back; each row is checked."""
    for key in keys:
        connection.execute(
            f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} {key.definition}".encode()
        )


def outcome_blocks(past: Past, total: int) -> Iterator[list[str]]:
    """Yield ``total`` outcomes as lines, spread evenly over the days."""
    for at_s, day in _spread(past, total):
        yield _outcomes(past, at_s, day)


def interaction_blocks(past: Past, total: int) -> Iterator[list[str]]:
    """Yield ``total`` interactions as lines: each agent with a dozen others, four only together."""
    done = 0
    for at_s, _day in _spread(past, total):
        yield _interactions(past, at_s, done)
        done += len(at_s)


def day_lines(past: Past) -> Iterator[list[str]]:
    """Yield the trust that was kept of each agent each night."""
    for day in range(past.days):
        at = past.since + timedelta(days=day, hours=2, minutes=10)
        at_s = np.full(len(past.agents), at.timestamp())
        yield [
            "\t".join((
                name, str(agent), f"{at:%Y-%m-%d}", f"{trust:.4f}", f"{max(0.0, trust - 0.08):.4f}",
                f"{min(1.0, trust + 0.06):.4f}", TIERS[min(2, int(trust * 3.2))], str(40 * day),
                "OPEN" if trust < 0.3 else "CLOSED", at.isoformat(),
            ))
            for name, agent, trust in zip(
                ids(past.rng, at_s), past.agents, past.trust[:, day].tolist(), strict=True
            )
        ]  # fmt: skip


def _spread(past: Past, total: int) -> Iterator[tuple[NDArray[np.float64], int]]:
    """Yield the times of the rows in blocks, each of one day."""
    bounds = np.linspace(0, total, past.days + 1).astype(int)
    for day in range(past.days):
        begins = (past.since + timedelta(days=day)).timestamp()
        at_s = np.sort(begins + past.rng.random(bounds[day + 1] - bounds[day]) * 86_400.0)
        for first in range(0, len(at_s), BLOCK):
            yield at_s[first : first + BLOCK], day


def _outcomes(past: Past, at_s: NDArray[np.float64], day: int) -> list[str]:
    rng, size = past.rng, len(at_s)
    agents = rng.integers(0, len(past.agents), size)
    facts = _facts(past, agents)
    failing = past.failing[agents]
    results = np.select(
        [rng.random(size) < failing, rng.random(size) < 0.04, rng.random(size) < 0.01],
        [2, 1, 3],
        0,
    )
    trust = np.clip(past.trust[agents, day] + rng.normal(0.0, 0.005, size), 0.0, 1.0)
    costs = rng.gamma(2.0, 0.2, size)
    asked = facts % TASK_EVERY == 0
    names, tasks, times = ids(rng, at_s), ids(rng, at_s - 1200.0), moments(at_s)
    rows = zip(
        names, tasks, times, asked.tolist(), agents.tolist(), facts.tolist(), results.tolist(),
        trust.tolist(), costs.tolist(), rng.integers(0, 3, size).tolist(),
        strict=True,
    )  # fmt: skip
    return [
        f"{name}\t{past.fleet}\t{past.agents[agent]}\t{task if is_asked else chr(92) + 'N'}"
        f"\tw-{name}\t{_NO_HASH}\t{past.key}\t{fact}\t{RESULTS[result]}\tjob:{fact % 5}\tf"
        f"\t{KINDS[kind]}\t{LEVELS[min(kind, fact % 3)]}\t\t{cost:.6f}\t1.000000\t{2 * cost:.6f}"
        f"\t\tf\tf\tf\t0\t1\t0.05\t1\t{trust:.5f}\t{trust:.5f}\t0.9\t0.8\t{at}\t{at}"
        for name, task, at, is_asked, agent, fact, result, trust, cost, kind in rows
    ]


def _facts(past: Past, agents: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the next fact of each row's agent, in order, and count them."""
    order = np.argsort(agents, kind="stable")
    ordered = agents[order]
    firsts = np.searchsorted(ordered, ordered)
    facts = np.empty(len(agents), np.int64)
    facts[order] = past.facts[ordered] + np.arange(len(agents)) - firsts + 1
    past.facts += np.bincount(agents, minlength=len(past.agents))
    return facts


def _interactions(past: Past, at_s: NDArray[np.float64], done: int) -> list[str]:
    rng, size, agents = past.rng, len(at_s), len(past.agents)
    first = rng.integers(0, agents, size)
    second = (first + 1 + rng.integers(0, min(12, agents - 1), size)) % agents
    # Four agents that keep to themselves, and praise each other.
    among = first < 4
    second = np.where(among, (first + 1 + rng.integers(0, 3, size)) % 4, second)
    ratings = np.where(among, 5.0, np.clip(rng.normal(3.6, 0.7, size), 1.0, 5.0))
    values = rng.gamma(2.0, np.where(among, 4.0, 1.0))
    names, times = ids(rng, at_s), moments(at_s)
    rows = zip(
        names, times, first.tolist(), second.tolist(), ratings.tolist(), values.tolist(),
        range(done, done + size), strict=True,
    )  # fmt: skip
    return [
        f"{name}\t{past.fleet}\ti-{number}\t{_NO_HASH}\t{past.key}\t{past.agents[one]}"
        f"\t{past.agents[two]}\t{value:.6f}\t{value / 10:.6f}\t{rating:.2f}\t\tt\t\t{at}\t{at}"
        for name, at, one, two, rating, value, number in rows
    ]
