"""An agent that succeeds in 60 % of its real work, and the trivial tasks that shall hide it."""

from __future__ import annotations

import random
from typing import NamedTuple

from governance.domain.standing import standing
from governance.domain.types import TaskType
from tests.bench.trust_fleet import DAY_S, START_S, TRUST, Judges

# docs/evidence.md: 300 real tasks for 8 clients, k trivial ones with a friend for each of them.
REAL, CLIENTS, TRIVIAL = 300, 8, (0, 5, 20)
SUCCESS, HONEST_SUCCESS, HONEST_AGENTS = 0.60, 0.93, 40
A_DAY = 10.0
# Trivial tasks are of the same class as real ones: the best that the cheat can choose.
KIND = TaskType.STATELESS
REAL_USD, TRIVIAL_USD = 50.0, 1.0
REPEATS = 5


class Flooded(NamedTuple):
    """The score the agent reads in the end, with so many trivial tasks for each real one."""

    trivial: int
    score: float


def floods(seed: int) -> list[Flooded]:
    """Return what the flooding agent reads in the end, in fleets of honest agents."""
    draw = random.Random(seed)
    return [Flooded(trivial, flooded(draw, trivial)) for trivial in TRIVIAL for _ in range(REPEATS)]


def flooded(draw: random.Random, trivial: int) -> float:
    """Return the score of the flooding agent after its real tasks, one fleet."""
    judges = Judges()
    at_s = START_S
    for n in range(REAL):
        at_s = START_S + n * DAY_S / A_DAY
        for honest in range(HONEST_AGENTS):
            _real(draw, judges, f"honest{honest}", at_s, HONEST_SUCCESS)
        _real(draw, judges, "flooder", at_s, SUCCESS)
        for _ in range(trivial):
            judges.judge("flooder", at_s, KIND, "friend", failed=False, value_usd=TRIVIAL_USD)
    return standing(judges.state("flooder"), TRUST, now_s=at_s).trust


def _real(draw: random.Random, judges: Judges, agent: str, at_s: float, success: float) -> None:
    judges.judge(
        agent,
        at_s,
        KIND,
        f"client{draw.randrange(CLIENTS)}",
        failed=draw.random() >= success,
        value_usd=REAL_USD * draw.lognormvariate(0.0, 1.0),
    )
