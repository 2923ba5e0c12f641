"""What callers are told about the escalation policy: the definition behind its documentation."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict


class LevelShown(TypedDict):
    """Who is called on one level; ``calls`` names the members that makes today."""

    people: list[str]
    roles: list[str]
    calls: list[str]


class EscalationPolicyShown(TypedDict):
    """The policy that tickets open with; ``number`` 0 is the product's own.

    ``shares`` has one share of the time to decide for each level after the first;
    ``chat_after_s`` and ``mail_after_s`` are the delays of chat and mail after a call.
    """

    number: int
    levels: list[LevelShown]
    shares: list[float]
    chat_after_s: int
    mail_after_s: int
    reason: str
    published_by: str
    published_at: datetime | None
