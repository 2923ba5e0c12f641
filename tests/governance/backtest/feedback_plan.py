"""What is drawn before anything happens: the same agents and tasks, whatever the policy.

A world is run under several policies. Whether a task would fail is drawn with the task, and when
an agent breaks with the agent, so that two runs differ by what the policies do and not by chance.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from governance.domain.facts import (
    Mandate,
    MoneyFacts,
    Plan,
    TaskFacts,
    ToolEntry,
)
from governance.domain.types import BlastLevel, Environment

START_S = 1_772_452_800.0
DAY_S = 86_400.0
# A quarter of the agents break once: the log odds of failing rise by this.
BREAKING, BROKEN = 0.25, 3.0
# Somebody notices and repairs after this long on average, or sooner once the gate has stopped it.
UNNOTICED_DAYS, STOPPED_DAYS = 20.0, 1.5
# How often an ordinary agent fails, and how often such work comes.
DIFFICULTIES = {BlastLevel.LOW: 0.05, BlastLevel.MEDIUM: 0.08, BlastLevel.HIGH: 0.12}
MIX = {BlastLevel.LOW: 0.45, BlastLevel.MEDIUM: 0.40, BlastLevel.HIGH: 0.15}
# A person who looks sees two of five failures coming, and refuses a good task now and then.
SEEN_COMING, REFUSED_GOOD = 0.4, 0.03


@dataclass(frozen=True, slots=True)
class Size:
    """How large a world is; ``tasks_a_day`` for each agent on average.

    A task that is stopped goes to other agents until ``attempts`` have been asked; then nobody
    does it.
    """

    agents: int
    days: int
    tasks_a_day: float
    attempts: int = 4


@dataclass(frozen=True, slots=True)
class Nature:
    """What an agent is like: ``skill`` in log odds of failing, when it breaks, how it is repaired.

    ``unnoticed_s`` after it broke somebody notices by themselves, ``stopped_s`` after it was
    stopped it is repaired.
    """

    name: str
    owner: str
    skill: float
    breaks_s: float | None
    unnoticed_s: float
    stopped_s: float

    def failure(self, level: BlastLevel, *, broken: bool) -> float:
        """Return the true probability of failing a task."""
        usual = DIFFICULTIES[level]
        logit = math.log(usual / (1.0 - usual)) + self.skill + (BROKEN if broken else 0.0)
        return 1.0 / (1.0 + math.exp(-logit))


@dataclass(frozen=True, slots=True)
class Job:
    """One task that arrives, the agents it would be given to in turn, and its luck.

    It fails an agent whose probability of failing is above ``luck``; ``judgement`` decides the
    same for a person who looks at it.
    """

    number: int
    at_s: float
    level: BlastLevel
    source: str
    agents: tuple[int, ...]
    luck: float
    judgement: float
    duration_s: float


def natures(seed: int, size: Size) -> list[Nature]:
    """Return the agents of a world."""
    draw = random.Random(f"agents {seed}")
    return [
        Nature(
            name=f"agent{n}",
            owner=f"owner{n % 10}",
            skill=draw.gauss(0.0, 0.6),
            breaks_s=(
                START_S + draw.uniform(0.1, 0.9) * size.days * DAY_S
                if draw.random() < BREAKING
                else None
            ),
            unnoticed_s=draw.expovariate(1.0 / (UNNOTICED_DAYS * DAY_S)),
            stopped_s=draw.expovariate(1.0 / (STOPPED_DAYS * DAY_S)),
        )
        for n in range(size.agents)
    ]


def jobs(seed: int, size: Size) -> Iterator[Job]:
    """Yield the tasks of a world in the order of time."""
    draw = random.Random(f"jobs {seed}")
    many = round(size.agents * size.days * size.tasks_a_day)
    times = sorted(draw.uniform(0.0, size.days * DAY_S) for _ in range(many))
    levels, weights = list(MIX), list(MIX.values())
    for number, at_s in enumerate(times):
        yield Job(
            number=number,
            at_s=START_S + at_s,
            level=draw.choices(levels, weights)[0],
            source=f"client{draw.randrange(12)}",
            agents=tuple(draw.sample(range(size.agents), size.attempts)),
            luck=draw.random(),
            judgement=draw.random(),
            duration_s=draw.uniform(60.0, 3_600.0),
        )


def _facts(environment: Environment, write: str, undo: str) -> TaskFacts:
    letters = {"W": write, "R": undo, "X": "N", "D": "I"}
    return TaskFacts(
        environment=environment,
        operation="change",
        tool="editor",
        tool_entry=ToolEntry(name="editor", confirmed=letters),
        channel_input="T",
        plan=Plan(steps=1, agents=1, delegations=0),
    )


# Tasks that the gate scores as Low, Medium and High.
WORK = {
    BlastLevel.LOW: _facts(Environment.DEVELOPMENT, "A", "A"),
    BlastLevel.MEDIUM: _facts(Environment.STAGING, "M", "E"),
    BlastLevel.HIGH: _facts(Environment.PRODUCTION, "D", "H"),
}
MONEY = MoneyFacts(task_budget_usd=Decimal(0), month_budget_usd=Decimal(1000))
MANDATE = Mandate(tools=("*",), environments=tuple(Environment), level=BlastLevel.CRITICAL)
