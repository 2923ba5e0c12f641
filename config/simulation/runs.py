"""What the story is told in: runs of stages, each a task at the gate, and exchanges after them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

SUCCESS, FAILURE = "success", "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Illness:
    """Why a stage fails: always, only while the agent is not mended, or only on bad input.

    ``until_level`` is the breaker level from which on somebody has looked at the agent and mended
    it; ``input`` is the stage of the same run whose failure spoils this one.
    """

    error_code: str
    until_level: int | None = None
    input: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One task as ``POST tasks`` takes it, and how it goes.

    ``key`` names the key it is asked with, ``parent`` the earlier stage it continues. ``work_s``
    is how long it takes, ``cost`` what it costs in shares of its budget. ``reports_at`` are the
    steps it tells of while it runs. ``whole`` work costs all of its budget or is not done.
    ``joins`` are tools it takes up on the way, which its reports name.
    """

    agent: str
    key: str
    tool: str
    operation: str
    title: str
    target: str
    arguments: Mapping[str, Any]
    budget_usd: str
    source: str
    work_s: float
    cost: float = 0.4
    description: str = ""
    parent: int | None = None
    steps: int = 1
    agents: int = 1
    talks_back: bool = False
    value_usd: str | None = None
    illness: Illness | None = None
    reports_at: tuple[int, ...] = ()
    whole: bool = False
    joins: tuple[str, ...] = ()

    def result(self, results: Mapping[int, str], level: Callable[[], int]) -> tuple[str, str]:
        """Return how it ends and the error code.

        Args:
            results: of the earlier stages of the run.
            level: gives the agent's breaker level; asked only where the illness can be mended.
        """
        ill = self.illness
        if ill is None or (ill.input is not None and results.get(ill.input) != FAILURE):
            return SUCCESS, ""
        if ill.until_level is not None and level() >= ill.until_level:
            return SUCCESS, ""
        return FAILURE, ill.error_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What one agent thinks of another's finished stage, and what it pays for it."""

    initiator: str
    counterparty: str
    stage: int
    value_usd: str
    rating: float
    verified_quality: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A piece of work: stages in order and the exchanges that follow.

    ``lasts`` says that the first stage stays open until the others have ended, as whoever
    coordinates does. After ``patience_s`` the caller withdraws what nobody has answered. ``ahead``
    says that all stages are asked for before the first is worked on, so that what depends on bad
    work can be held in time.
    """

    requested_by: str
    stages: tuple[Stage, ...]
    exchanges: tuple[Exchange, ...] = ()
    lasts: bool = False
    ahead: bool = False
    patience_s: float = 480.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A lane of the story: which run comes at which step, when it begins and how often.

    ``run`` takes seed and step and always gives the same. At most ``waiting_most`` runs of a lane
    wait for people at a time; then the lane itself waits.
    """

    lane: str
    run: Callable[[int, int], Run]
    first_s: float
    every_s: float
    waiting_most: int = 1
