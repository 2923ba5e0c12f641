"""Votes as they are sealed: what a person answered, about what, and what that person was shown."""

from __future__ import annotations

from escalations.models import Vote
from governance.selectors.sealed_kinds import SealedKind

VOTES = SealedKind(
    name="votes",
    model=Vote,
    forms=(
        (
            "id",
            "ticket_id",
            "user_id",
            "role",
            "choice",
            "reason_code",
            "reason_text",
            "task_id",
            "action_digest",
            "ticket_version",
            "policy_id",
            "began_at",
            "created_at",
            "transaction",
        ),
    ),
    changing={
        "withdrawn_at": "Set once, when the vote is undone or its question changed.",
    },
    fleet="ticket__fleet",
)
