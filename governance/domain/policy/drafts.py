"""Drafts of a policy: their states, and which of their changes need a second admin."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from governance.domain.policy.changes import PolicyChange, policy_changes
from governance.domain.policy.plain import policy_fields
from governance.domain.policy.tree import Policy


class DraftState(StrEnum):
    """An open draft is edited; a proposed one waits for a second admin; the others are over."""

    OPEN = "open"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class DraftMove(StrEnum):
    """What people do with a draft."""

    CHANGE = "change"
    PUBLISH = "publish"
    PROPOSE = "propose"
    AGREE = "agree"
    DECLINE = "decline"
    DISCARD = "discard"


# What is not listed is not possible: nothing follows once a draft is over.
DRAFT_MOVES: Mapping[tuple[DraftState, DraftMove], DraftState] = {
    (DraftState.OPEN, DraftMove.CHANGE): DraftState.OPEN,
    (DraftState.OPEN, DraftMove.PUBLISH): DraftState.PUBLISHED,
    (DraftState.OPEN, DraftMove.PROPOSE): DraftState.PROPOSED,
    (DraftState.OPEN, DraftMove.DISCARD): DraftState.DISCARDED,
    (DraftState.PROPOSED, DraftMove.CHANGE): DraftState.OPEN,
    (DraftState.PROPOSED, DraftMove.AGREE): DraftState.PUBLISHED,
    (DraftState.PROPOSED, DraftMove.DECLINE): DraftState.OPEN,
    (DraftState.PROPOSED, DraftMove.DISCARD): DraftState.DISCARDED,
}


def guarded_changes(before: Policy, after: Policy) -> tuple[PolicyChange, ...]:
    """Return the changes that loosen protection, so that a second admin must agree to them."""
    guards = {each.path: each.guard for each in policy_fields()}
    return tuple(
        change
        for change in policy_changes(before, after)
        if guards[change.path].holds(change.before, change.after)
    )
