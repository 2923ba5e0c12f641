"""What callers of the ticket calls send."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from governance.services.schemas import Body, Name, Reason


class ClaimBody(Body):
    """``POST tickets/{id}/claim``; ``take_over`` takes it from a holder who is silent."""

    take_over: bool = False


class DecisionBody(Body):
    """``POST tickets/{id}/approve | deny``; the words of a denial go to the agent as they are."""

    reason_code: Annotated[str, Meta(min_length=1, max_length=40)]
    reason_text: Reason


class DecideBody(Body):
    """``POST tickets/{id}/decide``: any answer the ticket takes, in its own word."""

    choice: Annotated[str, Meta(min_length=1, max_length=16)]
    reason_code: Annotated[str, Meta(min_length=1, max_length=40)]
    reason_text: Reason
    tasks: Annotated[list[Name], Meta(max_length=200)] = msgspec.field(default_factory=list)


class EmptyBody(Body):
    """``POST tickets/{id}/release | undo``: nothing to say."""


class AskBody(Body):
    """``POST tickets``: ask people once more to release a frozen agent."""

    kind: Literal["release"]
    agent: Name
