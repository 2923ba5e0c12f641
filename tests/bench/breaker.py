"""How often the breaker freezes honest agents, how soon bad ones: ``python tests/bench/breaker.py``.

Agents and days are drawn as docs/evidence.md, Breakers draws them: 20 tasks a day, each failing by chance.
Every outcome goes through the live engine; the seeds are stated and run once.

1. False trips per 1,000 agent-days of honest agents that fail 2 to 30 %, with the rate the agent
   really has, and with the one the engine learns. A learned agent belongs to a fleet of all five
   rates, judged by refreshes every six hours. A trip ends at once, so that each day counts whole.
2. Tasks until an agent that normally fails 5 % is frozen once it fails 50 or 80 %.
3. A bad agent, 50 % for five days, under freezes and probation: the failures of tasks that nobody
   watched. What a freeze denies is lost; on probation the tasks are probes.

The tier sets the threshold h. Every bound is held for every tier: what one tier's h gives is
measured once and stands for all tiers that share it.

Options: ``--days N`` of each honest agent, ``--agents N`` of each rate, ``--trials N``.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

sys.path[0] = str(Path(__file__).resolve().parents[2])

from governance.domain.agent_state import AgentState, agent_state_new  # noqa: E402
from governance.domain.breaker_fold import EnginePolicy  # noqa: E402
from governance.domain.breaker_state import Breaker  # noqa: E402
from governance.domain.class_rates import (  # noqa: E402
    ClassOutcome,
    Rate,
    RefreshTotals,
    RefreshView,
    refresh_fold,
    refresh_view,
)
from governance.domain.drift_state import DriftFacts  # noqa: E402
from governance.domain.engine import agent_due, outcome_fold, trip_settle  # noqa: E402
from governance.domain.outcome_fact import OutcomeFact  # noqa: E402
from governance.domain.policy import policy_default  # noqa: E402
from governance.domain.types import (  # noqa: E402
    BlastLevel,
    BreakerState,
    Hold,
    Result,
    TaskType,
    Tier,
)

DEFAULT = policy_default()
POLICY = EnginePolicy(trust=DEFAULT.trust, breaker=DEFAULT.breaker, drift=DEFAULT.drift)
RATES = (0.02, 0.05, 0.10, 0.20, 0.30)
SEED_TRUE, SEED_LEARNED, SEED_TASKS, SEED_BAD = 41, 42, 43, 44
START_S, DAY_S, A_DAY = 1_772_452_800.0, 86_400.0, 20
KEY = "stateless:LOW"
HONEST_MOST, LEARNED_MIX_MOST, LEARNED_MOST, UP_TO = 2.0, 2.0, 4.0, 0.20
TASKS_MOST = {0.5: 9.0, 0.8: 5.0}
UNWATCHED_MOST = 8.0
# Drift is measured elsewhere; here an alarm of it must not change the tier that sets h.
NO_DRIFT = DriftFacts(threshold=1e9)
FACT = OutcomeFact(
    at_s=START_S,
    received_s=START_S,
    result=Result.SUCCESS,
    task_type=TaskType.STATELESS,
    level=BlastLevel.LOW,
    source="client",
    self_report=False,
    verified=False,
    cost_usd=None,
    budget_usd=None,
    duration_s=None,
    value_usd=None,
    late=False,
    probe=None,
)


class Line(NamedTuple):
    """One printed figure, and whether it is within its bound; True where it has none."""

    text: str
    met: bool


def fact(at_s: float, failed: bool, source: str = "client") -> OutcomeFact:
    result = Result.FAILURE if failed else Result.SUCCESS
    return FACT._replace(at_s=at_s, received_s=at_s, result=result, source=source)


def closed_again(state: AgentState) -> AgentState:
    """Return an honest agent at work again after a false trip, its window empty, h as before."""
    fresh = Breaker(learned=state.breaker.learned)
    return state.with_breaker(fresh)


def view_of_rate(rate: float) -> RefreshView:
    """Return a refresh by which every other agent fails exactly ``rate``."""
    return RefreshView(
        number=1, classes={KEY: Rate(rate * 1e9, 1e9)}, sources_30d=1, drift=NO_DRIFT
    )


def thresholds() -> dict[float, tuple[Tier, ...]]:
    """Return each threshold h with the tiers that it freezes at."""
    values = sorted({POLICY.breaker.threshold(tier) for tier in Tier})
    return {h: tuple(t for t in Tier if POLICY.breaker.threshold(t) == h) for h in values}


def tiers_phrase(tiers: tuple[Tier, ...]) -> str:
    """Return which tiers a figure stands for."""
    return "every tier" if len(tiers) == len(Tier) else f"tier {' and '.join(tiers)}"


def false_trips_true(rate: float, tier: Tier, agent_days: int, seed: int) -> float:
    """Return false trips per 1,000 agent-days in one tier, where p is the agent's real rate."""
    draw, view, trips = random.Random(seed), view_of_rate(rate), 0
    state = agent_state_new().in_tier(tier, START_S)
    for task in range(agent_days * A_DAY):
        at_s = START_S + task * DAY_S / A_DAY
        folded = outcome_fold(state, fact(at_s, draw.random() < rate), view, POLICY, jitter=0.0)
        # What it learns is forgotten and its tier kept: p and h stay as stated.
        breaker = folded.state.breaker._replace(learned=state.breaker.learned)
        state = folded.state.with_breaker(breaker).in_tier(tier, START_S)
        if folded.alarm is not None:
            trips += 1
            state = closed_again(state)
    return trips * 1000.0 / agent_days


def false_trips_learned(agents: int, days: int, seed: int) -> dict[float, float]:
    """Return false trips per 1,000 agent-days by rate, in one fleet of all rates."""
    draw = random.Random(seed)
    fleet = [(f"{rate}-{n}", rate) for rate in RATES for n in range(agents)]
    states = {name: agent_state_new() for name, _ in fleet}
    trips = dict.fromkeys(RATES, 0)
    totals = RefreshTotals()
    for quarter in range(days * 4):
        seen: list[ClassOutcome] = []
        for name, rate in fleet:
            view = refresh_view(
                number=quarter,
                classes=totals.classes,
                own=totals.shares.get(name, {}),
                sources_30d=4,
                policy=POLICY.trust,
                drift=NO_DRIFT,
            )
            for task in range(A_DAY // 4):
                at_s = START_S + (quarter + task / (A_DAY // 4)) * DAY_S / 4.0
                failed = draw.random() < rate
                told = fact(at_s, failed, f"client-{draw.randrange(4)}")
                folded = outcome_fold(states[name], told, view, POLICY, jitter=0.0)
                states[name] = folded.state
                seen.append(ClassOutcome(name, KEY, float(failed)))
                if folded.alarm is not None:
                    trips[rate] += 1
                    states[name] = closed_again(folded.state)
        folded_in = refresh_fold(totals, seen, POLICY.trust)
        totals = replace(folded_in, shares={**totals.shares, **folded_in.shares})
    return {rate: count * 1000.0 / (agents * days) for rate, count in trips.items()}


def settled_agent(draw: random.Random, view: RefreshView) -> tuple[AgentState, float]:
    """Return an agent that has failed 5 % for 20 days, a false trip undone, and the time."""
    state, at_s = agent_state_new(), START_S
    for _ in range(20 * A_DAY):
        at_s += DAY_S / A_DAY
        told = fact(at_s, draw.random() < 0.05, f"client-{draw.randrange(4)}")
        folded = outcome_fold(state, told, view, POLICY, jitter=0.0)
        state = folded.state if folded.alarm is None else closed_again(folded.state)
    return state, at_s


def tasks_to_trip(rate: float, tier: Tier, trials: int, seed: int) -> list[int]:
    """Return for each trial the tasks until an agent that failed 5 % is frozen at ``rate``."""
    draw = random.Random(seed)
    view = view_of_rate(0.05)._replace(sources_30d=4)
    counts = []
    for _ in range(trials):
        state, at_s = settled_agent(draw, view)
        tasks, alarm = 0, None
        while alarm is None:
            tasks, at_s = tasks + 1, at_s + DAY_S / A_DAY
            told = fact(at_s, draw.random() < rate, f"client-{draw.randrange(4)}")
            held = state.in_tier(tier, START_S)
            folded = outcome_fold(held, told, view, POLICY, jitter=0.0)
            state, alarm = folded.state, folded.alarm
        counts.append(tasks)
    return counts


def bad_spell(draw: random.Random, view: RefreshView) -> tuple[int, int]:
    """Return failures outside probation, and probes, of an agent that fails 50 % for 5 days."""
    state, at_s = settled_agent(draw, view)
    unwatched, probes = 0, 0
    for _ in range(5 * A_DAY):
        at_s += DAY_S / A_DAY
        due = agent_due(state, POLICY, now_s=at_s, jitter=draw.uniform(-1.0, 1.0), blocked=False)
        state = state if due is None else due.state
        breaker = state.breaker
        if breaker.state is BreakerState.OPEN or breaker.hold is Hold.LATCHED:
            continue
        failed = draw.random() < 0.5
        if breaker.state is BreakerState.HALF_OPEN:
            probes += 1
        else:
            unwatched += failed
        told = fact(at_s, failed, f"client-{draw.randrange(4)}")
        jitter = draw.uniform(-1.0, 1.0)
        folded = outcome_fold(state, told, view, POLICY, jitter=jitter)
        state, alarm = folded.state, folded.alarm
        if alarm is not None:
            state = trip_settle(
                state, alarm, POLICY, frozen=0, eligible=10, now_s=at_s, jitter=jitter
            ).state
    return unwatched, probes


def bad_spells(trials: int, seed: int) -> tuple[float, float]:
    """Return the means of `bad_spell`."""
    draw, view = random.Random(seed), view_of_rate(0.05)._replace(sources_30d=4)
    spells = [bad_spell(draw, view) for _ in range(trials)]
    return statistics.mean(each for each, _ in spells), statistics.mean(each for _, each in spells)


def figures(agents: int, days: int, trials: int) -> Iterator[Line]:
    """Yield each figure as it is known; two processes share the work."""
    with ProcessPoolExecutor(2) as pool:
        learning = pool.submit(false_trips_learned, agents, days, SEED_LEARNED)
        shared = thresholds()
        true_rates = {
            (rate, h): pool.submit(
                false_trips_true, rate, tiers[0], agents * days, SEED_TRUE + place * 100
            )
            for h, tiers in shared.items()
            for place, rate in enumerate(RATES)
        }
        waits = {
            (rate, h): pool.submit(tasks_to_trip, rate, tiers[0], trials, SEED_TASKS)
            for h, tiers in shared.items()
            for rate in TASKS_MOST
        }
        spell = pool.submit(bad_spells, trials, SEED_BAD)
        for (rate, h), found in true_rates.items():
            trips = found.result()
            yield Line(
                f"true rate {rate:4.0%}, {tiers_phrase(shared[h])}, h {h:g}: {trips:5.2f} false"
                f" trips (<= {HONEST_MOST:g})",
                trips <= HONEST_MOST,
            )
        learned = learning.result()
        for rate, trips in learned.items():
            bound = f" (<= {LEARNED_MOST:g})" if rate <= UP_TO else ""
            yield Line(
                f"learned   {rate:4.0%}: {trips:5.2f} false trips{bound}",
                rate > UP_TO or trips <= LEARNED_MOST,
            )
        mix = statistics.mean(learned.values())
        yield Line(
            f"learned    mix: {mix:5.2f} false trips (<= {LEARNED_MIX_MOST:g})",
            mix <= LEARNED_MIX_MOST,
        )
        for (rate, h), wait in waits.items():
            counts, most = wait.result(), TASKS_MOST[rate]
            median, late = statistics.median(counts), statistics.quantiles(counts, n=10)[-1]
            yield Line(
                f"5 % -> {rate:3.0%}, {tiers_phrase(shared[h])}, h {h:g}: median {median:g} tasks"
                f" to trip, 90 % within {late:g} (median <= {most:g})",
                median <= most,
            )
        unwatched, probes = spell.result()
        yield Line(
            f"50 % for 5 days: {unwatched:.1f} unwatched failures, {probes:.1f} probes"
            f" (<= {UNWATCHED_MOST:g} failures)",
            unwatched <= UNWATCHED_MOST,
        )


def _verdict(line: Line) -> str:
    if "<=" not in line.text:
        return ""
    return ": met" if line.met else ": NOT MET"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--agents", type=int, default=100, help="honest agents of each rate")
    options.add_argument("--days", type=int, default=200, help="days of each honest agent")
    options.add_argument("--trials", type=int, default=400, help="agents that go bad")
    chosen = options.parse_args()
    began = time.perf_counter()
    print(
        f"{chosen.agents} agents of each rate x {chosen.days} days x {A_DAY} tasks;"
        f" false trips per 1,000 agent-days; seeds {SEED_TRUE} to {SEED_BAD}, once"
    )
    missed = 0
    for line in figures(chosen.agents, chosen.days, chosen.trials):
        print(line.text + _verdict(line), flush=True)
        missed += not line.met
    print(f"{time.perf_counter() - began:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
