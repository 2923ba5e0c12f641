"""What callers of the ticket calls send."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from governance.services.schemas import Body, Name, Reason


class ClaimBody(Body):
    """``POST tickets/{id}/claim``; ``take_over`` takes it from a holder who is silent."""

    take_over: bool = False


class DecisionBody(Body):
    """``POST tickets/{id}/approve | deny``; the words of a denial go to the agent as they are."""

    reason_code: Annotated[str, Meta(min_length=1, max_length=40)]
    reason_text: Reason


class EmptyBody(Body):
    """``POST tickets/{id}/release | undo``: nothing to say."""


class AskBody(Body):
    """``POST tickets``: ask people once more to release a frozen agent."""

    kind: Literal["release"]
    agent: Name
