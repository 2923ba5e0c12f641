"""How long a scan for collusion takes, and what it finds: ``python -m tests.bench.collusion``.

Fleets of growing size, each scanned in a process of its own: rows, agents, seconds, peak memory,
precision and recall of the accused agents, and the average precision of the ranking beside that of
a plain ranking by the busiest pair, the bar to beat. Last the exponent by which time grows with
the rows. Options: ``--rows N`` for one size only.
"""

from __future__ import annotations

import argparse
import math
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np

from governance.domain.collusion.interactions import Bools, Floats, Interactions, Ints
from governance.domain.collusion.scan import scan
from governance.domain.policy.collusion import CollusionPolicy

SEED, DAYS, DAY_S, START_S = 61, 28, 86_400.0, 1_772_409_600.0
# Rows and agents; the last is the size the design asks for.
SIZES = ((10_000, 250), (50_000, 500), (500_000, 5_000), (2_000_000, 50_000))
MOST_S, MOST_MB = 30.0, 1_500.0
TEAM, RING = 6, 4
CHECKED = 0.2
RING_SHARE, RING_WORK = 0.06, 0.45


@dataclass(frozen=True)
class Planted:
    """A fleet, and which of its agents belong to a ring that praises its own poor work."""

    work: Interactions
    guilty: Bools


def fleet(rows: int, agents: int) -> Planted:
    """Return honest work of teams, with busy agents and popular ones, and the rings' own."""
    draw = np.random.default_rng(SEED)
    busy = draw.lognormal(0.0, 0.8, agents)
    popular = draw.lognormal(0.0, 0.8, agents)
    skill = draw.beta(17, 3, agents)
    team = draw.permutation(agents) // TEAM
    by_team = np.argsort(team, kind="stable")
    guilty = np.zeros(agents, dtype=bool)
    ring = np.full(agents, -1)
    members = draw.permutation(agents)[: int(RING_SHARE * agents) // RING * RING]
    guilty[members] = True
    ring[members] = np.arange(len(members)) // RING
    by_ring = members[np.argsort(ring[members], kind="stable")]
    seat = np.zeros(agents, dtype=np.int64)
    seat[by_ring] = np.arange(len(by_ring)) % RING

    one = draw.choice(agents, rows, p=busy / busy.sum())
    other = draw.choice(agents, rows, p=popular / popular.sum())
    inside = draw.random(rows) < 0.4
    mate = by_team[np.minimum(team[one] * TEAM + draw.integers(0, TEAM, rows), agents - 1)]
    other = np.where(inside, mate, other)
    favour = guilty[one] & (draw.random(rows) < RING_WORK)
    other = np.where(other == one, (other + 1) % agents, other)
    # Never the agent itself: one of the next seats round the ring.
    next_seat = (seat[one[favour]] + draw.integers(1, RING, int(favour.sum()))) % RING
    other[favour] = by_ring[ring[one[favour]] * RING + next_seat]

    quality = np.clip(draw.normal(skill[other], 0.1), 0.0, 1.0)
    quality[favour] = np.clip(draw.normal(0.55, 0.1, int(favour.sum())), 0.0, 1.0)
    rating = np.clip(quality + draw.normal(0.0, 0.06, rows), 0.0, 1.0)
    rating[favour] = np.clip(draw.normal(0.93, 0.05, int(favour.sum())), 0.0, 1.0)
    at_s = START_S + np.sort(draw.integers(0, int(DAYS * DAY_S), rows)).astype(float)
    work = Interactions(
        agents=agents,
        initiator=one.astype(np.int64),
        counterparty=other.astype(np.int64),
        at_s=at_s,
        value_usd=np.round(draw.lognormal(2.5, 1.0, rows), 2),
        rating=rating,
        verified=np.where(draw.random(rows) < CHECKED, quality, np.nan),
        accepted=(quality > 0.5).astype(float),
        payoff=np.full(rows, np.nan),
    )
    return Planted(work, guilty)


def busiest_pair(work: Interactions) -> Floats:
    """Return for each agent how often it worked with the agent it worked with most."""
    low, high = (
        np.minimum(work.initiator, work.counterparty),
        np.maximum(work.initiator, work.counterparty),
    )
    pair, count = np.unique(low * work.agents + high, return_counts=True)
    most = np.zeros(work.agents)
    np.maximum.at(most, pair // work.agents, count.astype(float))
    np.maximum.at(most, pair % work.agents, count.astype(float))
    return most


def average_precision(guilty: Bools, score: Floats) -> float:
    """Return the mean precision over the guilty, best ranked first, ties counted as one."""
    order = np.argsort(-score, kind="stable")
    found, ranked = np.cumsum(guilty[order]), score[order]
    last: Ints = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    recall = found[last] / guilty.sum()
    return float((np.diff(np.append(0.0, recall)) * found[last] / (last + 1)).sum())


def one(rows: int, agents: int) -> None:
    """Scan one fleet and print what came of it."""
    planted = fleet(rows, agents)
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    began = time.perf_counter()
    found = scan(planted.work, CollusionPolicy())
    spent_s = time.perf_counter() - began
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    accused = np.zeros(agents, dtype=bool)
    for ring in found.rings:
        accused[list(ring.members)] = True
    hits = int((accused & planted.guilty).sum())
    print(
        f"{rows:>9,} {agents:>7,} {spent_s:7.2f} {before_mb:7.0f} {peak_mb:7.0f}"
        f" {hits / max(1, int(accused.sum())):6.3f} {hits / int(planted.guilty.sum()):6.3f}"
        f" {average_precision(planted.guilty, found.risk):8.3f}"
        f" {average_precision(planted.guilty, busiest_pair(planted.work)):8.3f}"
    )


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--rows", type=int, choices=[rows for rows, _ in SIZES])
    chosen = options.parse_args().rows
    if chosen:
        one(chosen, dict(SIZES)[chosen])
        return 0
    print(
        "     rows  agents       s   MB in  MB top   prec recall  ranking  busiest pair"
        f"   (seed {SEED})"
    )
    taken: list[tuple[int, float, float]] = []
    for rows, _ in SIZES:
        # A process of its own, or the peak of one would hide the next one's.
        command = [sys.executable, "-m", "tests.bench.collusion", "--rows", str(rows)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        print(told, end="")
        columns = told.split()
        taken.append((rows, float(columns[2]), float(columns[4])))
    (small, small_s, _), (large, large_s, large_mb) = taken[1], taken[-1]
    exponent = math.log(large_s / small_s) / math.log(large / small)
    print(f"time grows with rows to the power of {exponent:.2f} from {small:,} to {large:,} rows")
    met = large_s < MOST_S and large_mb < MOST_MB
    print(f"{large:,} rows under {MOST_S:g} s and {MOST_MB:,.0f} MB: {'met' if met else 'NOT MET'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
