"""Steps of a record brought into the order in which they took hold of their agents.

Whoever changes an agent reads the clock first and waits for the agent's lock second. So the times
of two changes of one agent may stand the other way round than the changes; its facts are numbered
under the lock, and a question says how many outcomes had been counted when it was put.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import count

from governance.backtest.record import (
    ActStep,
    AgentStart,
    DecisionStep,
    LostStep,
    OutcomeStep,
    Step,
)
from governance.domain.outcome_fact import failure_of

# Nobody waits longer for a lock; what is missing after that is gone from the record.
WAITS_S = 120.0
# So far a question may have been put before an outcome that is older; more rows are never held.
AHEAD_S, AHEAD_MOST = 5.0, 5_000

Changing = OutcomeStep | ActStep
# Two acts of one fact stay in the order they came.
_PUSHED = count()


class _Turn:
    """Where one agent's order has got to."""

    __slots__ = ("asking", "held", "known", "number", "waiting")

    def __init__(self, start: AgentStart) -> None:
        self.number = start.fact
        self.known = start.folding.state.trust.outcomes
        # Facts that came before their turn; questions ahead; and those that wait for outcomes.
        self.held: list[tuple[int, int, Changing]] = []
        self.asking: deque[DecisionStep] = deque()
        self.waiting: deque[DecisionStep] = deque()


def in_turn(steps: Iterable[Step], agents: Sequence[AgentStart]) -> Iterator[Step]:
    """Yield steps in the order of ``at_s``, but each agent's own in the order of its facts.

    A question comes when as many outcomes have been counted as it was put with. What is missing
    from the record is waited for no longer than 120 s.

    Args:
        steps: by ``at_s``.
        agents: as they start; facts up to theirs are left out.
    """
    turns = [_Turn(start) for start in agents]
    ahead: deque[Step] = deque()
    late: deque[tuple[float, _Turn]] = deque()
    for step in steps:
        ahead.append(step)
        if isinstance(step, DecisionStep):
            turns[step.agent].asking.append(step)
        while step.at_s - ahead[0].at_s > AHEAD_S or len(ahead) > AHEAD_MOST:
            yield from _taken(ahead.popleft(), turns, late)
        while late and step.at_s - late[0][0] > WAITS_S:
            yield from _given_up(late.popleft()[1])
    for step in ahead:
        yield from _taken(step, turns, late)
    for turn in turns:
        yield from _given_up(turn)


def _taken(step: Step, turns: list[_Turn], late: deque[tuple[float, _Turn]]) -> Iterator[Step]:
    turn = turns[step.agent]
    if isinstance(step, LostStep):
        yield step
        return
    if isinstance(step, DecisionStep):
        if not turn.asking or turn.asking[0] is not step:
            return
        turn.asking.popleft()
        if step.asked_after <= turn.known:
            yield step
        else:
            turn.waiting.append(step)
            late.append((step.at_s, turn))
        return
    number = _number(step)
    if number > turn.number + 1:
        heappush(turn.held, (number, next(_PUSHED), step))
        late.append((step.at_s, turn))
        return
    if isinstance(step, OutcomeStep) and number <= turn.number:
        return
    yield from _changed(step, turn)
    while turn.held and turn.held[0][0] <= turn.number + 1:
        yield from _changed(heappop(turn.held)[2], turn)


def _changed(step: Changing, turn: _Turn) -> Iterator[Step]:
    """Yield a change in its turn, before it what was asked before, after it what waited for it."""
    turn.number = max(turn.number, _number(step))
    if not isinstance(step, OutcomeStep) or failure_of(step.fact.result) is None:
        yield step
        return
    while turn.asking and turn.asking[0].asked_after <= turn.known:
        yield turn.asking.popleft()
    turn.known += 1
    yield step
    while turn.waiting and turn.waiting[0].asked_after <= turn.known:
        yield turn.waiting.popleft()


def _given_up(turn: _Turn) -> Iterator[Step]:
    """Yield what waited for something that the record does not have."""
    while turn.held:
        yield from _changed(heappop(turn.held)[2], turn)
    while turn.waiting:
        yield turn.waiting.popleft()


def _number(step: Changing) -> int:
    return step.number if isinstance(step, OutcomeStep) else step.fact.number
