"""A fleet's record between two moments as a backtest plays it: read by columns, in bounded memory.

Outcomes, decisions, refreshes and shares come through cursors of the server, some thousands of rows
at a time. Kept in memory are the moves of breakers and what people corrected in the window, about
500 bytes each, one state of each agent, and the latest refreshes.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import merge
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db import connection

from governance.backtest.turns import in_turn
from governance.models import PolicyVersion
from governance.selectors.backtest_moves import acts_between, moves_between
from governance.selectors.backtest_rows import decision_steps, outcome_steps
from governance.selectors.backtest_starts import agents_start
from governance.selectors.policies import policy_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from governance.backtest.record import AgentStart, Step
    from governance.domain.policy import Policy
    from governance.models import Fleet
    from governance.selectors.backtest_starts import FleetStart

_COUNT = """
    SELECT
        (SELECT count(*) FROM governance_outcome
         WHERE fleet_id = %(fleet)s AND received_at >= %(since)s AND received_at < %(until)s)
      + (SELECT count(*) FROM governance_decision
         WHERE fleet_id = %(fleet)s AND created_at >= %(since)s AND created_at < %(until)s
           AND moment = 'submit')
"""


class FleetRecord:
    """What a fleet did between two moments: a `governance.backtest.record.Record`."""

    def __init__(self, fleet: Fleet, since: datetime, until: datetime) -> None:
        self._fleet, self._since, self._until = fleet, since, until
        self._start: FleetStart = agents_start(fleet=fleet, since=since)
        versions = PolicyVersion.objects.filter(fleet=fleet).order_by("number")
        self._policies = {each.number: policy_of(each) for each in versions}
        self._total = self._counted()

    @property
    def since_s(self) -> float:
        """Return when the window begins, epoch seconds."""
        return self._since.timestamp()

    @property
    def until_s(self) -> float:
        """Return when the window ends, epoch seconds."""
        return self._until.timestamp()

    @property
    def total(self) -> int:
        """Return how many outcomes and decisions there are."""
        return self._total

    @property
    def agents(self) -> Sequence[AgentStart]:
        """Return everybody in the fleet, as of the start."""
        return self._start.agents

    @property
    def policies(self) -> Mapping[int, Policy]:
        """Return every version of the fleet's policy by number."""
        return self._policies

    def steps(self) -> Iterator[Step]:
        """Yield what happened: each agent's facts in its order, its questions where they fell."""
        fleet, since, until = self._fleet, self._since, self._until
        numbers = self._start.numbers
        moves = moves_between(fleet=fleet, since=since, until=until, numbers=numbers)
        acts = acts_between(
            fleet=fleet, since=since, until=until, start=self._start, policies=self._policies
        )
        outcomes = outcome_steps(fleet=fleet, since=since, until=until, start=self._start, of=moves)
        decisions = decision_steps(fleet=fleet, since=since, until=until, numbers=numbers)
        yield from in_turn(
            merge(acts, outcomes, decisions, key=attrgetter("at_s")), self._start.agents
        )

    def _counted(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                _COUNT, {"fleet": self._fleet.pk, "since": self._since, "until": self._until}
            )
            (count,) = cursor.fetchone()
        return int(count)


def record_open(*, fleet: Fleet, since: datetime, until: datetime) -> FleetRecord:
    """Return a fleet's record of ``since`` <= time of receipt < ``until``.

    Each agent's state at the start is folded from its newest snapshot before, exactly as it was.

    Args:
        fleet: whose.
        since: the first moment.
        until: the moment after the last.

    Raises:
        IllegalMoveError, UnknownActError: if an agent's history before cannot be folded again.
    """
    return FleetRecord(fleet, since, until)
