"""What callers are told about a person's rights: the definition behind their documentation."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict


class RightShown(TypedDict):
    """One move of the ticket: whether the person may make it now.

    ``sentence`` names the rule that lets them, or is what the service would refuse them with;
    ``code`` is then that refusal's, null where they may.
    """

    move: str
    may: bool
    sentence: str
    code: str | None


class RoleStepShown(TypedDict):
    """One change of the person's role, by an event of the fleet; ``role`` is null once taken."""

    seq: int
    at: datetime
    event: str
    role: str | None
    by: str
    reason: str | None


class RightsShown(TypedDict):
    """A person's rights on one ticket, and how they came to their role, the newest step first."""

    person: str
    role: str
    rights: list[RightShown]
    role_steps: list[RoleStepShown]
