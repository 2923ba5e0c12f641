"""What a fleet did, as a backtest reads it: who was there at the start, and step by step since.

A step is one row of the record. Steps come in the order of receipt over the whole fleet, and the
facts of one agent in the agent's own order. To make one by hand:

- `OutcomeStep`: an outcome with the refresh it was judged by. Where nothing is known of the fleet
  yet, that is ``NO_BASIS``.
- `ActStep`: what people, critical events or the clock did to one agent (`domain.history`).
- `DecisionStep`: a question put to the gate when a task was submitted, exactly as it was stored,
  and how the task ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.backtest.answers import Ending
from governance.domain.breaker_state import Breaker
from governance.domain.facts import GateRequest
from governance.domain.history import Acknowledged, Act, Change
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.policy import Policy
from governance.domain.refolding import Refolding
from governance.domain.types import BlastLevel, BreakerState, Hold, Preset, Tier, Verdict
from governance.replay.facts import NO_FACTS, NO_PART, Fleetwide, Kinship, Part


class Place(NamedTuple):
    """Where a breaker stands since ``at_s`` (epoch seconds of receipt), None where that is unknown.

    It tells whether an agent under a policy still is where the record has it.
    """

    state: BreakerState
    hold: Hold
    at_s: float | None = None


class AgentStart(NamedTuple):
    """One agent at the start of the window.

    ``key`` is its id as text, which the lengths of freezes are drawn with, ``fact`` the number of
    its newest fact. ``folding`` holds its state, with outcomes of before that are corrected within
    the window. ``seen_s`` is when it last asked or reported, None if never.
    """

    key: str
    owner: str
    folding: Refolding
    fact: int = 0
    awaits_release: bool = False
    in_shadow: bool = False
    seen_s: float | None = None


class Activity(NamedTuple):
    """Agents at work and outcomes of one of them a day, which the threshold of drift follows."""

    agents: int
    tasks_a_day: float


class Basis(NamedTuple):
    """What an outcome was judged by: the fleet's refresh, and the agent's kin and part then.

    ``activity`` is what the refresh's threshold of drift was taken from, None where nothing had
    been counted yet.
    """

    fleet: Fleetwide
    kin: Kinship
    part: Part
    activity: Activity | None = None


class Measured(NamedTuple):
    """What the record says an outcome was judged by; ``normal`` is None where it was not kept."""

    expected: float
    weight: float
    normal: float | None


class OutcomeStep(NamedTuple):
    """One outcome.

    ``agent`` is the agent's place among the record's, ``number`` its fact. ``fact`` is as it was
    folded, its lateness included. ``policy`` is the number of the version that judged it.
    ``task`` names a task that the gate was asked about, None for history. ``supervised`` says how
    an alarm of it was settled, None where the record knows of none; ``place`` where its breaker
    stood afterwards, None if it did not move. ``unworded`` is what ``declared_honestly`` would be
    had its caller's words not understated its level.
    """

    at_s: float
    agent: int
    number: int
    fact: OutcomeFact
    began_s: float
    basis: Basis
    policy: int
    measured: Measured | None = None
    task: UUID | None = None
    supervised: bool | None = None
    place: Place | None = None
    unworded: bool | None = None


class ActStep(NamedTuple):
    """What no outcome did: a move of the breaker, people looking at drift, a correction."""

    at_s: float
    agent: int
    fact: Act | Acknowledged | Change
    place: Place | None = None


class Recorded(NamedTuple):
    """The answer that the gate gave then."""

    verdict: Verdict
    would_be: Verdict
    tier: Tier
    preset: Preset
    level: BlastLevel
    approvals: int


class DecisionStep(NamedTuple):
    """One answer of the gate at submission; ``decision`` and ``task`` are ids.

    ``policy`` is the number of the version that gave it; ``time_limit_s`` is the task's.
    """

    at_s: float
    agent: int
    decision: UUID
    task: UUID
    owner: str
    request: GateRequest
    recorded: Recorded
    policy: int
    ending: Ending
    time_limit_s: float

    @property
    def asked_after(self) -> int:
        """Return how many outcomes of the agent had been counted when the gate was asked."""
        return self.request.standing.outcomes


class LostStep(NamedTuple):
    """A decision whose stored question cannot be read: ``why``."""

    at_s: float
    agent: int
    decision: UUID
    why: str


Step = OutcomeStep | ActStep | DecisionStep | LostStep
NO_BASIS = Basis(NO_FACTS, Kinship("", ()), NO_PART)


class Record(Protocol):
    """A fleet's history between two moments, epoch seconds.

    ``total`` is how many steps there are, about; ``policies`` holds each version that a step
    names, by its number.
    """

    @property
    def since_s(self) -> float:
        """Return when the window begins."""

    @property
    def until_s(self) -> float:
        """Return when the window ends."""

    @property
    def total(self) -> int:
        """Return how many steps there are, about."""

    @property
    def agents(self) -> Sequence[AgentStart]:
        """Return everybody in it, as of its start."""

    @property
    def policies(self) -> Mapping[int, Policy]:
        """Return the versions that steps name, by number."""

    def steps(self) -> Iterator[Step]:
        """Yield what happened, in the order of receipt."""


def agent_start(key: str, owner: str, state: AgentState | None = None) -> AgentStart:
    """Return an agent at the start of a record, without history unless ``state`` says otherwise."""
    return AgentStart(key, owner, Refolding(key, state or agent_state_new()))


def place_of(breaker: Breaker) -> Place:
    """Return where a breaker stands, without saying since when."""
    return Place(breaker.state, breaker.hold)
