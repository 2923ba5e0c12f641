"""What folding one outcome costs, beside a plain running mean: ``python tests/bench/fold.py``.

Times the whole pure update of trust, sources, consistency, tier and breaker in one process, no
database. Options: ``--outcomes N`` per round, ``--rounds N``; the best round counts.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

from governance.domain.agent_state import agent_state_new  # noqa: E402
from governance.domain.breaker_fold import EnginePolicy  # noqa: E402
from governance.domain.class_rates import Rate, RefreshView  # noqa: E402
from governance.domain.engine import outcome_fold, trip_settle  # noqa: E402
from governance.domain.outcome_fact import OutcomeFact  # noqa: E402
from governance.domain.policy.breaker import BreakerPolicy  # noqa: E402
from governance.domain.policy.trust import TrustPolicy  # noqa: E402
from governance.domain.types import BlastLevel, Result, TaskType  # noqa: E402

POLICY = EnginePolicy(trust=TrustPolicy(), breaker=BreakerPolicy())
VIEW = RefreshView(
    number=1,
    classes={"stateless:LOW": Rate(500.0, 9_000.0)},
    own={"stateless:LOW": Rate(50.0, 900.0)},
    sources_30d=4,
)
START_S = 1_772_452_800.0
TARGET_US = 15.0


def facts_at_random(count: int, *, measured: bool) -> list[OutcomeFact]:
    """Return outcomes of an agent that fails 1 in 30, with or without cost and duration."""
    draw = random.Random(1)
    return [
        OutcomeFact(
            at_s=START_S + n * 4_000.0,
            received_s=START_S + n * 4_000.0,
            result=Result.FAILURE if draw.random() < 1 / 30 else Result.SUCCESS,
            task_type=TaskType.STATELESS,
            level=BlastLevel.LOW,
            source=f"source{n % 4}",
            self_report=False,
            verified=False,
            cost_usd=draw.lognormvariate(0.0, 0.3) if measured else None,
            budget_usd=2.0 if measured else None,
            duration_s=draw.lognormvariate(2.0, 0.3) if measured else None,
            value_usd=None,
            late=False,
            probe=None,
        )
        for n in range(count)
    ]


def engine(facts: list[OutcomeFact]) -> None:
    """Fold the outcomes of one agent, settling what alarms they raise."""
    state = agent_state_new()
    for fact in facts:
        folded = outcome_fold(state, fact, VIEW, POLICY, jitter=0.0)
        state = folded.state
        if folded.alarm is not None:
            state = trip_settle(
                state,
                folded.alarm,
                POLICY,
                frozen=0,
                eligible=10,
                now_s=fact.received_s,
                jitter=0.0,
            ).state


def running_mean(facts: list[OutcomeFact]) -> None:
    """Keep the success rate the plainest way there is, for comparison."""
    mean = 0.0
    for count, fact in enumerate(facts, 1):
        mean += ((fact.result is Result.SUCCESS) - mean) / count


def best_us(
    fold: Callable[[list[OutcomeFact]], None], facts: list[OutcomeFact], rounds: int
) -> float:
    """Return the microseconds one outcome takes in the fastest round."""
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        fold(facts)
        spent.append(time.perf_counter() - began)
    return min(spent) / len(facts) * 1e6


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--outcomes", type=int, default=2_000)
    options.add_argument("--rounds", type=int, default=60)
    chosen = options.parse_args()
    print(
        f"one outcome, best of {chosen.rounds} x {chosen.outcomes:,}, Python {sys.version.split()[0]}"
    )
    for name, measured in (("with cost and duration", True), ("result only", False)):
        facts = facts_at_random(chosen.outcomes, measured=measured)
        mean_us = best_us(running_mean, facts, chosen.rounds)
        fold_us = best_us(engine, facts, chosen.rounds)
        verdict = "within" if fold_us <= TARGET_US else "above"
        print(
            f"{name:<24} fold {fold_us:6.2f} us   running mean {mean_us:5.2f} us   "
            f"ratio {fold_us / mean_us:5.0f}   {verdict} {TARGET_US:g} us"
        )


if __name__ == "__main__":
    main()
