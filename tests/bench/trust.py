"""Trust beside the plain mean of the last 20, and an agent that floods: ``python tests/bench/trust.py``.

Four fleets of 400 agents over 90 days, each judged by the real engine with refresh facts, by the
mean of the last 20 outcomes, and by an oracle that knows the true rates; then an agent that
succeeds in 60 % of its real work and adds trivial tasks for a friend. Two processes, a few
minutes. Options: ``--seeds 11,12,13,14``, ``--agents N``.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import numpy as np

sys.path[0] = str(Path(__file__).resolve().parents[2])

from governance.domain.class_rates import class_key, failure_expected  # noqa: E402
from governance.domain.trust import evidence_at  # noqa: E402
from governance.domain.types import BlastLevel, Tier  # noqa: E402
from tests.bench.trust_fleet import (  # noqa: E402
    DAY_S,
    DAYS,
    START_S,
    TRUST,
    Judges,
    Work,
    history,
    workers,
)
from tests.bench.trust_flood import floods  # noqa: E402

SEEDS = (11, 12, 13, 14)
AGENTS = 400
LAST = 20
# The mean of 20 outcomes says nothing below half an outcome; without this its loss is infinite.
LEAST, MOST = 0.5 / LAST, 1.0 - 0.5 / LAST
GAP_CLOSED, FLAPS_SHARE, FLOODED = 0.60, 0.10, 0.73


class Scores(NamedTuple):
    """How one way of judging did: log loss and AUC of the next failure, tier changes."""

    loss: float
    auc: float
    flaps: float


class FleetScores(NamedTuple):
    """The three ways on one fleet, with its size; changes of tier per 100 agent-days."""

    outcomes: int
    failures: float
    engine: Scores
    mean: Scores
    oracle: Scores


def fleet_scores(seed: int, agents: int) -> FleetScores:
    """Return how engine, mean and oracle foresee the failures of one generated fleet."""
    draw = random.Random(seed)
    people = workers(draw, agents)
    works = history(draw, people)
    engine, engine_changes = _engine(works)
    mean, mean_changes = _mean(works)
    failed = np.array([work.failed for work in works])
    days = sum(DAYS - each.joins for each in people)

    def scores(foreseen: list[float], changes: int) -> Scores:
        chances = np.array(foreseen)
        return Scores(_loss(chances, failed), _auc(chances, failed), 100.0 * changes / days)

    return FleetScores(
        len(works),
        float(failed.mean()),
        scores(engine, engine_changes),
        scores(mean, mean_changes),
        scores([work.failure for work in works], 0),
    )


def _engine(works: list[Work]) -> tuple[list[float], int]:
    """Return the chance of failure before each task, class rate times failure ratio, and changes."""
    judges = Judges()
    foreseen, changes = [], 0
    for work in works:
        at_s = START_S + work.day * DAY_S
        view = judges.view(work.agent, at_s)
        state = judges.state(work.agent)
        expected = failure_expected(view, class_key(work.task_type, BlastLevel.LOW), TRUST)
        evidence = evidence_at(state.trust, at_s, TRUST)
        strength = TRUST.prior_strength
        ratio = (strength * view.prior.ratio + evidence.failures) / (strength + evidence.expected)
        foreseen.append(min(0.95, expected * ratio))
        judges.judge(work.agent, at_s, work.task_type, work.source, failed=work.failed)
        changes += judges.state(work.agent).tier is not state.tier
    return foreseen, changes


def _mean(works: list[Work]) -> tuple[list[float], int]:
    """Return the same by the mean of the last 20 outcomes, one half before the first."""
    last: dict[str, deque[bool]] = {}
    tiers: dict[str, Tier] = {}
    foreseen, changes = [], 0
    for work in works:
        own = last.setdefault(work.agent, deque(maxlen=LAST))
        foreseen.append(min(MOST, max(LEAST, fmean(own))) if own else 0.5)
        own.append(work.failed)
        success = 1.0 - fmean(own)
        tier = (
            Tier.HIGH
            if success >= TRUST.level_high
            else Tier.MEDIUM
            if success >= TRUST.level_medium
            else Tier.LOW
        )
        changes += tiers.setdefault(work.agent, tier) is not tier
        tiers[work.agent] = tier
    return foreseen, changes


def _loss(chances: np.ndarray, failed: np.ndarray) -> float:
    return float(-np.log(np.where(failed, chances, 1.0 - chances)).mean())


def _auc(chances: np.ndarray, failed: np.ndarray) -> float:
    """Return the chance that a failure was rated above a success, ties counting half."""
    _, place, counts = np.unique(chances, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2.0)[place]
    bad = int(failed.sum())
    good = len(failed) - bad
    return float((ranks[failed].sum() - bad * (bad + 1) / 2.0) / (bad * good))


def _verdict(*, met: bool) -> str:
    return "met" if met else "NOT MET"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", default=",".join(str(seed) for seed in SEEDS))
    options.add_argument("--agents", type=int, default=AGENTS)
    chosen = options.parse_args()
    seeds = [int(seed) for seed in chosen.seeds.split(",")]
    with ProcessPoolExecutor(2) as pool:
        fleets = list(pool.map(fleet_scores, seeds, [chosen.agents] * len(seeds)))
        flooded = [one for each in pool.map(floods, seeds) for one in each]
    print(
        f"{len(seeds)} fleets of {chosen.agents} agents x {DAYS} days, seeds {chosen.seeds};",
        end="",
    )
    print(" tier changes per 100 agent-days")
    gaps, shares = [], []
    for seed, (outcomes, failures, engine, mean, oracle) in zip(seeds, fleets, strict=True):
        gap = (mean.loss - engine.loss) / (mean.loss - oracle.loss)
        gaps.append(gap)
        shares.append(engine.flaps / mean.flaps)
        print(f"seed {seed}: {outcomes:,} outcomes, {failures:.1%} failed, gap closed {gap:.0%}")
        for name, (loss, auc, flaps) in (
            ("engine", engine),
            (f"mean of {LAST}", mean),
            ("oracle", oracle),
        ):
            print(f"  {name:<11} log loss {loss:.4f}   AUC {auc:.3f}   tier changes {flaps:6.2f}")
    above = all(fleet.engine.auc > fleet.mean.auc for fleet in fleets)
    print(f"log loss closes {fmean(gaps):.0%} of the gap, asked {GAP_CLOSED:.0%}: ", end="")
    print(_verdict(met=fmean(gaps) >= GAP_CLOSED))
    print(f"tier changes {fmean(shares):.3f} of the mean's, asked {FLAPS_SHARE}: ", end="")
    print(_verdict(met=fmean(shares) <= FLAPS_SHARE))
    print(f"AUC above the mean's on every fleet: {_verdict(met=above)}")
    for trivial in sorted({one.trivial for one in flooded}):
        read = sorted(one.score for one in flooded if one.trivial == trivial)
        low, high = read[len(read) // 10], read[-1 - len(read) // 10]
        print(
            f"{trivial:>2} trivial tasks for each real one: a 0.60 agent reads {fmean(read):.3f}"
            f" (mean of {len(read)}; 80 % within {low:.3f} to {high:.3f})"
        )
    worst = fmean(one.score for one in flooded if one.trivial == max(o.trivial for o in flooded))
    print(f"flooded, asked at most {FLOODED}: {_verdict(met=worst <= FLOODED)}")


if __name__ == "__main__":
    main()
