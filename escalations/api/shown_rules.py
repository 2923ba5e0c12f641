"""What callers are told about pre-approval rules: the definition behind their documentation."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID


class RuleShown(TypedDict):
    """A rule; ``counts`` says whether it lets anything through now, ``sentence`` what.

    ``arguments`` has a bound for each argument. ``ticket`` is the number of the ticket it was made
    from. ``expires_at`` ends the proposal, or the rule once it is accepted.
    """

    id: UUID
    number: int
    state: str
    counts: bool
    sentence: str
    agent: str
    tool: str
    operation: str
    environment: str
    targets: list[str]
    arguments: dict[str, Any]
    spend_most_usd: str
    level_most: str
    hours: float
    uses: int
    uses_most: int | None
    reason: str
    ticket: int | None
    proposed_by: str
    proposed_at: datetime
    accepted_by: str | None
    accepted_at: datetime | None
    expires_at: datetime
    ended_by: str
    ended_at: datetime | None
    end_reason: str


class RulesShown(TypedDict):
    """The fleet's newest rules, those that are over too."""

    rules: list[RuleShown]
