"""Fleets at honest work with rings planted among them, from a seed.

A `Job` is one interaction, `work_of` makes columns of a few written by hand, and a `Fleet` makes
up thousands: honest ones with teams, a coordinator and a popular service, then one call for each
ring. ``strength`` is how many jobs each pair of a ring does for the ring's sake.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise, permutations
from math import nan
from typing import Any, NamedTuple, Self

import numpy as np

from governance.domain.collusion.interactions import Interactions
from governance.domain.collusion.ties import Ties, ties_of
from governance.domain.policy.collusion import CollusionPolicy

DAY_S = 86_400.0
HOUR_S = 3_600.0
START_S = 20_000 * DAY_S
DAYS = 28
COORDINATOR, SERVICE = 0, 1
# The first agents of no team; rings are planted there too.
FIRST_IN_TEAM, TEAM = 10, 5
_PRICES = (0.4, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0)


class Job(NamedTuple):
    """One interaction; NaN where a field is not given."""

    initiator: int
    counterparty: int
    at_s: float = START_S
    value_usd: float = 0.0
    rating: float = nan
    verified: float = nan
    accepted: float = nan
    payoff: float = nan


def work_of(*jobs: Job, agents: int) -> Interactions:
    """Return jobs in the order of time, those of one time as they are given."""
    rows = np.array(sorted(jobs, key=lambda job: job.at_s), dtype=float).reshape(-1, 8)
    initiator, counterparty, at_s, value_usd, rating, verified, accepted, payoff = rows.T
    return Interactions(
        agents=agents,
        initiator=initiator.astype(np.int64),
        counterparty=counterparty.astype(np.int64),
        at_s=at_s,
        value_usd=value_usd,
        rating=rating,
        verified=verified,
        accepted=accepted,
        payoff=payoff,
    )


def without(work: Interactions, *names: str) -> Interactions:
    """Return the same work with fields that nobody filled in; no value is 0."""
    blank: dict[str, Any] = {
        name: np.full(len(work), 0.0 if name == "value_usd" else nan) for name in names
    }
    return replace(work, **blank)


def read_to(work: Interactions, step_s: float) -> Interactions:
    """Return the same work by a clock that is read no finer than ``step_s``."""
    return replace(work, at_s=work.at_s // step_s * step_s)


def tied(work: Interactions, *excess: tuple[int, int]) -> Ties:
    """Return the pairs of ``work``, of which exactly ``excess`` are excess ties."""
    ties = ties_of(work, CollusionPolicy())
    pairs = zip(ties.first.tolist(), ties.second.tolist(), strict=True)
    return replace(ties, is_excess=np.array([pair in excess for pair in pairs], dtype=bool))


@dataclass
class Fleet:
    """Agents, how good and how kind each is, and what they did; rings leave the honest alone."""

    seed: int
    agents: int = 60
    checked: float = 0.5
    friendliness: float = 0.04
    poor: Sequence[int] = ()
    jobs: list[Job] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.quality = [_share(self.random.gauss(0.8, 0.06)) for _ in range(self.agents)]
        for each in self.poor:
            self.quality[each] = 0.6
        self.kindness = [self.random.gauss(0.0, 0.03) for _ in range(self.agents)]

    def work(self) -> Interactions:
        """Return what everybody did."""
        return work_of(*self.jobs, agents=self.agents)

    def honest(self, jobs: int = 4_000, *, busy: Sequence[int] = ()) -> Self:
        """Add honest jobs, nearly half of those of a team within it; only ``busy`` take part."""
        people = list(busy) or list(range(self.agents))
        begins = [10.0 if each == COORDINATOR else 1.0 for each in people]
        serves = [10.0 if each == SERVICE else 1.0 for each in people]
        initiators = self.random.choices(people, begins, k=jobs)
        for initiator, asked in zip(
            initiators, self.random.choices(people, serves, k=jobs), strict=True
        ):
            mates = [each for each in self.team(initiator) if each in people]
            if len(mates) > 1 and self.random.random() < 0.45:
                self.job(initiator, self.random.choice(mates), kinder=self.friendliness)
            else:
                self.job(initiator, asked)
        return self

    def islands(self, size: int, jobs: int) -> Self:
        """Add teams that work for nobody else, ``jobs`` in each."""
        for first in range(0, self.agents, size):
            self.honest(jobs, busy=range(first, first + size))
        return self

    def team(self, agent: int) -> range:
        """Return the agents of a team, none for an agent without."""
        if agent < FIRST_IN_TEAM:
            return range(0)
        first = (agent - FIRST_IN_TEAM) // TEAM * TEAM + FIRST_IN_TEAM
        return range(first, min(first + TEAM, self.agents))

    def job(
        self,
        initiator: int,
        counterparty: int,
        at_s: float | None = None,
        *,
        value_usd: float | None = None,
        quality: float | None = None,
        kinder: float = 0.0,
        waved: bool = False,
        gain: float = 0.0,
    ) -> None:
        """Add one job; what is not said is what is usual for the two and the moment."""
        if initiator == counterparty:
            return
        usual = self.quality[counterparty] if quality is None else quality
        good = _share(self.random.gauss(usual, 0.1))
        seen = _share(good + self.kindness[initiator] + kinder + self.random.gauss(0.0, 0.05))
        passes = self.random.random() < (0.95 if good > 0.55 else 0.15)
        self.jobs.append(
            Job(
                initiator,
                counterparty,
                self.moment() if at_s is None else at_s,
                self.random.choice(_PRICES) if value_usd is None else value_usd,
                rating=seen,
                verified=good if self.random.random() < self.checked else nan,
                accepted=float(passes or waved),
                payoff=2.0 * good + self.random.gauss(gain, 0.5),
            )
        )

    def moment(self) -> float:
        """Return a second in the working hours of some day."""
        hour = min(max(self.random.gauss(13.0, 3.0), 0.0), 23.9)
        return START_S + self.random.randrange(DAYS) * DAY_S + int(hour * HOUR_S)

    # What honest fleets do beside, and must not be accused of.

    def cron(self, callers: Sequence[int], targets: Sequence[int]) -> Self:
        """Add jobs on the hour: every caller calls on every target once a day."""
        for day in range(DAYS):
            for hour, target in enumerate(targets):
                for caller in callers:
                    self.job(caller, target, START_S + day * DAY_S + (2 + hour) * HOUR_S)
        return self

    def pipeline(self, *steps: int, strength: int = 25) -> Self:
        """Add amounts that are passed on from step to step and end there."""
        for _ in range(strength):
            self._passed_on(steps)
        return self

    # Rings.

    def boosting(self, *members: int, strength: int = 20) -> Self:
        """Add members who do each other poor work and rate it as excellent."""
        for one, other in permutations(members, 2):
            for _ in range(strength // 2):
                self.job(one, other, quality=0.55, kinder=0.38)
        return self

    def rating_chain(self, *members: int, strength: int = 20) -> Self:
        """Add members who each over-rate the next, who returns nothing."""
        for one, following in pairwise(members):
            for _ in range(strength):
                self.job(one, following, quality=0.55, kinder=0.38)
        return self

    def star(self, target: int, sybils: Sequence[int], *, strength: int = 10) -> Self:
        """Add sybils that do little but praise the poor work of one agent."""
        for sybil in sybils:
            for _ in range(strength):
                self.job(sybil, target, quality=0.55, kinder=0.4)
        return self

    def in_step(
        self,
        members: Sequence[int],
        targets: Sequence[int],
        *,
        kinder: float,
        strength: int = 4,
    ) -> Self:
        """Add members who rate the same targets within minutes: up, or with < 0 down."""
        for target in targets:
            for _ in range(strength):
                at_s = self.moment() // HOUR_S * HOUR_S
                for member in members:
                    self.job(member, target, at_s + self.random.randrange(300), kinder=kinder)
        return self

    def waved_through(self, *members: int, strength: int = 24) -> Self:
        """Add members who accept each other's poor work, though they rate it as poor."""
        for one, other in permutations(members, 2):
            for _ in range(strength // 2):
                self.job(one, other, quality=0.35, waved=True)
        return self

    def circle(self, *members: int, strength: int = 24) -> Self:
        """Add an amount that goes round all members within the hour, again and again."""
        for _ in range(strength):
            self._passed_on((*members, members[0]))
        return self

    def joint_benefit(self, *members: int, strength: int = 24) -> Self:
        """Add members whose normal work for each other brings both far more than usual."""
        for one, other in combinations(members, 2):
            for turn in range(strength):
                self.job(*((one, other), (other, one))[turn % 2], gain=1.5)
        return self

    def _passed_on(self, steps: Sequence[int]) -> None:
        at_s, amount = self.moment(), round(self.random.uniform(30.0, 300.0), 2)
        for payer, payee in pairwise(steps):
            self.job(payer, payee, at_s, value_usd=amount)
            at_s += self.random.randrange(60, 1_200)
            amount *= 0.995


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)
