"""The first run of an empty installation: its steps, and which may follow which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

SLUG_MOST, NAME_MOST = 64, 120


class Step(StrEnum):
    """What is to be done next; whoever begins has made themselves already."""

    FLEET = "FLEET"
    REVIEWER = "REVIEWER"
    KEY = "KEY"
    AGENT = "AGENT"
    DONE = "DONE"


class Doing(StrEnum):
    """What a person does in the first run."""

    MAKE_FLEET = "make the fleet"
    INVITE = "invite a reviewer"
    GO_ON_ALONE = "go on alone"
    MAKE_KEY = "make the key"
    END = "end the first run"


# Somebody who lost a link or a key makes another while the run lasts, and stays where they are.
_LATER = (Step.KEY, Step.AGENT)
MOVES: Mapping[Doing, Mapping[Step, Step]] = {
    Doing.MAKE_FLEET: {Step.FLEET: Step.REVIEWER},
    Doing.INVITE: {Step.REVIEWER: Step.KEY, **{step: step for step in _LATER}},
    Doing.GO_ON_ALONE: {Step.REVIEWER: Step.KEY},
    Doing.MAKE_KEY: {Step.KEY: Step.AGENT, Step.AGENT: Step.AGENT},
    Doing.END: {Step.AGENT: Step.DONE},
}


def step_after(step: Step, doing: Doing) -> Step | None:
    """Return where the run is once this is done; None where it cannot be done there."""
    return MOVES[doing].get(step)


def is_reached(step: Step, page: Step) -> bool:
    """Return whether the page of a step may be opened while the run is at ``step``."""
    order = list(Step)
    return order.index(page) <= order.index(step)


def slug_of(name: str) -> str:
    """Return a short name for addresses, made from a name; empty where nothing of it can be one."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:SLUG_MOST].strip("-")
