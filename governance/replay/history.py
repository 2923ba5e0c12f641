"""Recorded outcomes in memory, by column: about 150 bytes each, so that millions fit."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from governance.domain.fleet_incident import Traits
from governance.domain.outcome_fact import OutcomeFact
from governance.files.reading import Refused, is_text
from governance.replay.rows import CLASS_NUMBERS, CLASSES, RESULT_NUMBERS, RESULTS, ReplayRow

NOT_SAID = math.nan
_SELF_REPORT, _VERIFIED = 1, 2
# Below this, neighbouring numbers are less than half a micro apart.
_MICROS_EXACT = 1e9
_AT_ONCE = 10_000


class AgentNamed(NamedTuple):
    """What the file says of an agent: its name, traits, and the key its jitter is drawn with."""

    name: str
    owner: str
    template: str
    key: str
    traits: Traits


class History:
    """Outcomes by number, in the order they were read; absent amounts are NaN."""

    def __init__(self) -> None:
        self.agents: list[AgentNamed] = []
        self.sources: list[str] = []
        self.task_ids: list[str] = []
        self.parent_ids: dict[int, str] = {}
        self.at_s = array("d")
        self.began_s = array("d")
        self.cost_usd, self.budget_usd, self.value_usd = array("d"), array("d"), array("d")
        self.duration_s = array("d")
        self.agent, self.source, self.line = array("i"), array("i"), array("i")
        self.judged_by = array("q")
        self.result, self.task_class, self.flags = array("b"), array("b"), array("b")
        self._agent_numbers: dict[str, int] = {}
        self._source_numbers: dict[str, int] = {}
        self._lines: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.task_ids)

    def load(self, rows: Iterable[tuple[int, ReplayRow | Refused]]) -> list[Refused]:
        """Take every usable row and return the others, each with its reason."""
        refused: list[Refused] = []
        for line, row in rows:
            problem = row if isinstance(row, Refused) else self._take(line, row)
            if problem is not None:
                refused.append(problem)
        for amounts in (self.cost_usd, self.budget_usd, self.value_usd):
            _to_micros(amounts)
        # Only needed to find doubles while reading.
        self._lines = {}
        return refused

    def traits(self) -> dict[str, Traits]:
        """Return what agents may have in common, by name."""
        return {each.name: each.traits for each in self.agents}

    def in_order(self) -> Iterator[tuple[int, OutcomeFact]]:
        """Yield number and fact of each outcome by ``finished_at``, ties in the order of lines."""
        order = np.argsort(np.asarray(self.at_s), kind="stable")
        for first in range(0, len(order), _AT_ONCE):
            numbers = order[first : first + _AT_ONCE]
            yield from zip(numbers.tolist(), self._facts(numbers), strict=True)

    def _facts(self, numbers: NDArray[np.int64]) -> Iterable[OutcomeFact]:
        """Return some outcomes as the rules take them, received when they finished.

        By columns, because one by one takes twice as long.
        """
        at_s = np.asarray(self.at_s)[numbers].tolist()
        places = np.asarray(self.task_class)[numbers].tolist()
        flags = np.asarray(self.flags)[numbers]
        return map(
            OutcomeFact,
            at_s,
            at_s,
            [RESULTS[result] for result in np.asarray(self.result)[numbers].tolist()],
            [CLASSES[place][0] for place in places],
            [CLASSES[place][1] for place in places],
            [self.sources[source] for source in np.asarray(self.source)[numbers].tolist()],
            (flags & _SELF_REPORT != 0).tolist(),
            (flags & _VERIFIED != 0).tolist(),
            _given(self.cost_usd, numbers),
            _given(self.budget_usd, numbers),
            _given(self.duration_s, numbers),
            _given(self.value_usd, numbers),
            repeat(False),
            repeat(None),
        )

    def _take(self, line: int, row: ReplayRow) -> Refused | None:
        task_id = row.task_id
        first = self._lines.setdefault(task_id, line)
        if first != line:
            return Refused(line, f"task_id {task_id} has an outcome already, in line {first}")
        if not task_id.isascii() and not is_text(task_id):
            return Refused(line, "task_id is not UTF-8")
        agent = self._agent_numbers.get(row.agent)
        if agent is None:
            if not is_text(row.agent):
                return Refused(line, "agent is not UTF-8")
            agent = self._agent_new(row)
        source = self._source_numbers.get(row.requested_by or "")
        if source is None:
            if not is_text(row.requested_by or ""):
                return Refused(line, "requested_by is not UTF-8")
            source = self._source_new(row.requested_by or "")
        if row.parent_id:
            self.parent_ids[len(self.task_ids)] = row.parent_id
        self.task_ids.append(task_id)
        self.agent.append(agent)
        self.source.append(source)
        self.line.append(line)
        self._times(row)
        self.cost_usd.append(NOT_SAID if row.cost_usd is None else row.cost_usd)
        self.budget_usd.append(NOT_SAID if row.budget_usd is None else row.budget_usd)
        self.value_usd.append(NOT_SAID if row.value_usd is None else row.value_usd)
        self.judged_by.append(-1 if row.refresh is None else row.refresh)
        self.result.append(RESULT_NUMBERS[row.result])
        self.task_class.append(CLASS_NUMBERS[row.task_type or "stateless", row.level or "LOW"])
        self.flags.append(
            (_SELF_REPORT if row.reporter == row.agent else 0) | (_VERIFIED if row.verified else 0)
        )
        return None

    def _times(self, row: ReplayRow) -> None:
        """Store when the task began and ended as the live gate reads a recorded outcome."""
        at_s = row.finished_at.timestamp()
        duration_s = row.duration_s
        if row.started_at is None:
            began_s = at_s - (duration_s or 0.0)
        else:
            began_s = row.started_at.timestamp()
            if duration_s is None:
                duration_s = max(0.0, at_s - began_s)
        self.at_s.append(at_s)
        self.began_s.append(began_s)
        self.duration_s.append(NOT_SAID if duration_s is None else duration_s)

    def _agent_new(self, row: ReplayRow) -> int:
        number = self._agent_numbers[row.agent] = len(self.agents)
        self.agents.append(
            AgentNamed(
                row.agent,
                row.owner or "",
                row.template or "",
                row.agent_id or row.agent,
                {
                    "model": _said(row.model),
                    "tool": _said(row.tool),
                    "owner": _said(row.owner),
                    "template": _said(row.template),
                },
            )
        )
        return number

    def _source_new(self, name: str) -> int:
        number = self._source_numbers[name] = len(self.sources)
        self.sources.append(name)
        return number


def _to_micros(amounts: array[float]) -> None:
    """Round dollars to the six decimals that the ledger keeps, as `round` does.

    Few amounts have more, and `round` takes as long as all else about a row. One that is the
    nearest number to a count of micros is its own rounding, as long as numbers lie that close.
    """
    given = np.frombuffer(amounts)
    is_round = (given < _MICROS_EXACT) & (np.rint(given * 1e6) / 1e6 == given)
    for number in np.flatnonzero(~is_round & ~np.isnan(given)).tolist():
        amounts[number] = round(amounts[number], 6)


def _given(amounts: array[float], numbers: NDArray[np.int64]) -> list[float | None]:
    """Return the amounts of some outcomes, None where the file says none."""
    chosen = np.asarray(amounts)[numbers]
    said = chosen.astype(object)
    said[np.isnan(chosen)] = None
    given: list[float | None] = said.tolist()
    return given


def _said(word: str | None) -> list[str]:
    return [word] if word else []
