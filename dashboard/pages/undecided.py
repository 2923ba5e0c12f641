"""What becomes of tickets while nobody decides them, with a fleet's own deadlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.display.durations import span_text
from governance.domain.approval import approval_people
from governance.domain.phrases import list_words
from governance.domain.types import Approval, BlastLevel, Preset
from governance.selectors.people import members_of, person_name
from governance.selectors.policies import policy_in_force

if TYPE_CHECKING:
    from governance.domain.policy import Policy
    from governance.models import Fleet


def undecided_words(fleet: Fleet) -> tuple[str, ...]:
    """Return what happens in this fleet while no reviewer is on duty."""
    _, policy = policy_in_force(fleet=fleet)
    times = list_words(
        [
            f"{span_text(getattr(policy.tickets, f'decide_{level.value.lower()}_min') * 60)} at"
            f" level {level.value.capitalize()}"
            for level in reversed(BlastLevel)
        ]
    )
    return (
        f"A ticket waits {times}. Then it expires and nothing runs: silence is never a yes.",
        "The agent is told that nobody answered in time, which is no denial; it may ask again.",
        *_people_words(fleet),
        *_shadow_words(fleet),
    )


def needs_words(policy: Policy) -> tuple[str, ...]:
    """Return how many people the tasks of a new agent take, by level."""
    asked: dict[int, list[str]] = {}
    for level in BlastLevel:
        needed = policy.approvals.required(Preset.CONSERVATIVE, level)
        asked.setdefault(_people(needed), []).append(level.value.capitalize())
    lines = {
        0: "run without anybody",
        1: "take 1 approval",
        2: "take 2 approvals, by two people",
        -1: "are denied outright",
    }
    return tuple(
        f"Tasks of level {list_words(levels)} {lines[people]}."
        for people, levels in sorted(asked.items())
        if people >= 0
    )


def _people(needed: Approval) -> int:
    return -1 if needed is Approval.DENY else approval_people(needed)


def _people_words(fleet: Fleet) -> tuple[str, ...]:
    members = members_of(fleet=fleet)
    if len(members) > 1:
        return ()
    return tuple(
        f"{person_name(each.user)} is the only member. The owner of an agent never decides its"
        f" tickets, so every ticket of an agent that {person_name(each.user)} owns stays undecided"
        " and expires until somebody else joins."
        for each in members
    )


def _shadow_words(fleet: Fleet) -> tuple[str, ...]:
    if fleet.enforcement != "shadow":
        return ()
    return (
        "In shadow nobody is waited for: the gate allows, and records what it would have asked.",
    )
