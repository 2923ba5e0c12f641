"""Who vouches for an outcome: what members of a ring say of each other's work is no evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID


class Word(NamedTuple):
    """Whose word an outcome is.

    ``asked_by`` is the task's ``requested_by``, ``handed_on_by`` the agent of the task above it,
    ``paid_by`` are agents whose interactions name the task as this agent's work for them,
    ``speaks_for`` the agents that the reporter's key is bound to, none for a key of the fleet.
    """

    asked_by: str
    handed_on_by: UUID | None
    paid_by: frozenset[UUID]
    speaks_for: frozenset[UUID]
    verified: bool


def circles_joined(
    circles: Sequence[Mapping[str, Any]], agents: Sequence[str], *, since: datetime
) -> list[Mapping[str, Any]]:
    """Return a ring's circles as stored, with one of these agents unless one holds them already.

    Who joins later is heard for what was said before, and so is who was accused in another ring
    before the two were found to be one: each pair counts from the first circle that holds both.

    Args:
        circles: each with the ids of its ``agents`` and ``since`` when it counts, ISO 8601.
        agents: ids of all members as they are now.
        since: from when on what these say of each other weighs nothing.
    """
    for each in circles:
        counts = datetime.fromisoformat(each["since"]) <= since
        if counts and set(agents).issubset(each["agents"]):
            return list(circles)
    return [*circles, {"agents": sorted(agents), "since": since.isoformat()}]


def is_work_for(word: Word, others: Mapping[UUID, str]) -> bool:
    """Return whether one of ``others``, id -> external id, asked for the work, handed it on or
    paid for it.
    """
    return (
        word.handed_on_by in others
        or word.asked_by in others.values()
        or not word.paid_by.isdisjoint(others)
    )


def is_vouched_inside(word: Word, others: Mapping[UUID, str]) -> bool:
    """Return whether nobody but the other members of a ring vouches for an outcome.

    A report by a key that speaks for them alone is their word, whatever it calls verified. Work
    that they gave the agent is their word too, unless somebody else checked it.

    Args:
        word: of one outcome of a member.
        others: the ring's other members, id -> external id.

    Source: docs/evidence.md, Trust. That work for a member counts as its word is an own
    choice: fleets usually report through one key that is bound to nobody.
    """
    if word.speaks_for and word.speaks_for.issubset(others):
        return True
    return not word.verified and is_work_for(word, others)
