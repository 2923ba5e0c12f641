"""Answers of people to one ticket: distinct people approve, one denial is enough.

Where one person's answer settles the question (lifecycle.py), nothing is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from governance.domain.types import Role


class Choice(StrEnum):
    """What a person answers; reasons.py says which kind of ticket takes which."""

    APPROVE = "approve"
    DENY = "deny"
    RESPOND = "respond"
    REBASELINE = "rebaseline"
    PAUSE = "pause"
    LOWER_MANDATE = "lower_mandate"
    PASS = "pass"  # noqa: S105  # a verdict, not a secret
    FAIL = "fail"
    UNCLEAR = "unclear"
    RESUME = "resume"
    CANCEL = "cancel"
    RERUN = "rerun"
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    VERIFY = "verify"
    EMERGENCY = "emergency"


# Answers to a cascade: each is about held tasks that it names.
ABOUT_HELD = frozenset({Choice.RESUME, Choice.CANCEL, Choice.RERUN})
# Answers after which a task may run; an emergency is no approval that a quorum counts.
LETS_RUN = frozenset({Choice.APPROVE, Choice.EMERGENCY})


class VotesVerdict(StrEnum):
    """What the votes say so far."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's vote; ``role`` is the role at the time of counting."""

    person: str
    choice: Choice
    role: Role


def votes_verdict(votes: Sequence[Vote], *, needed: int, needs_manager: bool) -> VotesVerdict:
    """Return what ``votes`` decide.

    Any denial denies. Otherwise ``needed`` distinct people must approve, and with
    ``needs_manager`` one of them must be a manager or an admin.

    Raises:
        ValueError: if ``needed`` is below 1: no vote at all never approves anything.
    """
    if needed < 1:
        msg = f"needed must be at least 1, got {needed}"
        raise ValueError(msg)
    if any(vote.choice is Choice.DENY for vote in votes):
        return VotesVerdict.DENIED
    missing, _ = votes_missing(votes, needed=needed, needs_manager=needs_manager)
    return VotesVerdict.PENDING if missing else VotesVerdict.APPROVED


def votes_missing(votes: Sequence[Vote], *, needed: int, needs_manager: bool) -> tuple[int, bool]:
    """Return how many more people must approve, and whether one of them must be a manager."""
    approvals = [vote for vote in votes if vote.choice is Choice.APPROVE]
    manager_agrees = any(vote.role.rank >= Role.MANAGER.rank for vote in approvals)
    manager_missing = needs_manager and not manager_agrees
    people = len({vote.person for vote in approvals})
    return max(needed - people, int(manager_missing)), manager_missing
