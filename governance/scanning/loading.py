"""Recorded interactions in memory, by column, and as a scan takes them."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import numpy as np

from governance.domain.collusion.interactions import Floats, Interactions
from governance.files.reading import Refused, is_text
from governance.scanning.rows import InteractionRow, RatingRow

Row = TypeVar("Row", InteractionRow, RatingRow)
_NOT_SAID = math.nan
_COLUMNS = ("at_s", "value_usd", "rating", "verified", "accepted", "payoff")


class Recorded:
    """Interactions in the order they were read; what a row does not say is NaN.

    ``agents`` are the names by number. A rating of an item counts as an interaction in which
    nothing but a rating was given.
    """

    def __init__(self) -> None:
        self.agents: list[str] = []
        self.columns = {name: array("d") for name in _COLUMNS}
        self.initiator, self.counterparty = array("q"), array("q")
        self._numbers: dict[str, int] = {}
        self._teams: dict[str, set[int]] = defaultdict(set)
        self._lines: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.initiator)

    @property
    def teams(self) -> list[frozenset[int]]:
        """Return the declared teams."""
        return [frozenset(self._teams[name]) for name in sorted(self._teams)]

    def load(self, rows: Iterable[tuple[int, InteractionRow | Refused]]) -> list[Refused]:
        """Take every usable interaction and return the others, each with its reason.

        What was read at one time has one scale of ratings.
        """
        first = len(self)
        refused = list(_refused(rows, self._take))
        self._scale(first)
        # Only needed to find doubles while reading.
        self._lines = {}
        return refused

    def load_ratings(self, rows: Iterable[tuple[int, RatingRow | Refused]]) -> list[Refused]:
        """Take every usable rating of an item and return the others, each with its reason."""
        first = len(self)
        refused = list(_refused(rows, self._take_rating))
        self._scale(first)
        return refused

    def interactions(self) -> Interactions:
        """Return what was recorded in the order of time, ratings on a scale from 0 to 1."""
        columns = {name: np.array(column) for name, column in self.columns.items()}
        order = np.argsort(columns["at_s"], kind="stable")
        columns = {name: column[order] for name, column in columns.items()}
        columns["value_usd"] = np.nan_to_num(columns["value_usd"])
        return Interactions(
            agents=len(self.agents),
            initiator=np.array(self.initiator, dtype=np.int64)[order],
            counterparty=np.array(self.counterparty, dtype=np.int64)[order],
            **columns,
        )

    def _take(self, line: int, row: InteractionRow) -> Refused | None:
        pair = row.initiator, row.counterparty
        problem = _problem(line, row.id, pair, "counterparty")
        if problem is not None:
            return problem
        # Only what can be used claims its id.
        first = self._lines.setdefault(row.id, line)
        if first != line:
            return Refused(line, f"id {row.id} has an interaction already, in line {first}")
        self._between(pair)
        if row.team:
            self._teams[row.team].update((self.initiator[-1], self.counterparty[-1]))
        payoffs = (row.payoff_initiator, row.payoff_counterparty)
        self._say(
            at_s=row.occurred_at.timestamp(),
            value_usd=row.value_usd,
            rating=row.rating,
            verified=row.verified_quality,
            accepted=row.accepted,
            payoff=None if None in payoffs else sum(each or 0.0 for each in payoffs),
        )
        return None

    def _take_rating(self, line: int, row: RatingRow) -> Refused | None:
        pair = row.rater, row.target
        problem = _problem(line, row.item, pair, "target")
        if problem is None:
            self._between(pair)
            self._say(at_s=row.occurred_at.timestamp(), rating=row.score)
        return problem

    def _between(self, pair: tuple[str, str]) -> None:
        for name, numbers in zip(pair, (self.initiator, self.counterparty), strict=True):
            numbers.append(self._number(name))

    def _number(self, name: str) -> int:
        number = self._numbers.setdefault(name, len(self.agents))
        if number == len(self.agents):
            self.agents.append(name)
        return number

    def _say(self, **said: float | None) -> None:
        for name, column in self.columns.items():
            value = said.get(name)
            column.append(_NOT_SAID if value is None else value)

    def _scale(self, first: int) -> None:
        """Bring the ratings from place ``first`` on to a scale from 0 to 1."""
        column = self.columns["rating"]
        column[first:] = array("d", _scaled(np.array(column[first:])).tobytes())


def _refused(
    rows: Iterable[tuple[int, Row | Refused]], take: Callable[[int, Row], Refused | None]
) -> Iterator[Refused]:
    for line, row in rows:
        problem = row if isinstance(row, Refused) else take(line, row)
        if problem is not None:
            yield problem


def _problem(line: int, about: str, pair: tuple[str, str], column: str) -> Refused | None:
    one, other = pair
    if one == other:
        return Refused(line, f"{column} must be another agent, got {other!r} twice")
    if not is_text(about + one + other):
        return Refused(line, "an id or a name is not UTF-8")
    return None


def _scaled(rating: Floats) -> Floats:
    """Return ratings on a scale from 0 to 1; what lies there already is left as it is."""
    given = rating[~np.isnan(rating)]
    if not len(given) or (given.min() >= 0.0 and given.max() <= 1.0):
        return rating
    low, high = float(given.min()), float(given.max())
    scaled: Floats = (rating - low) / (high - low) if high > low else rating * 0.0 + 0.5
    return scaled
