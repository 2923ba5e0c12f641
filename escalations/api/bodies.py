"""What callers of the ticket calls send."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from escalations.domain.escalation import LEVELS_MOST
from governance.services.schemas import Body, Moment, Name, Reason


class ClaimBody(Body):
    """``POST tickets/{id}/claim``; ``take_over`` takes it from a holder who is silent."""

    take_over: bool = False


class DecisionBody(Body):
    """``POST tickets/{id}/approve | deny``; the words of a denial go to the agent as they are."""

    reason_code: Annotated[str, Meta(min_length=1, max_length=40)]
    reason_text: Reason


class DecideBody(Body):
    """``POST tickets/{id}/decide``: any answer the ticket takes, in its own word.

    ``seconds`` is the call for an emergency that the person has read and agrees to.
    """

    choice: Annotated[str, Meta(min_length=1, max_length=16)]
    reason_code: Annotated[str, Meta(min_length=1, max_length=40)]
    reason_text: Reason
    tasks: Annotated[list[Name], Meta(max_length=200)] = msgspec.field(default_factory=list)
    seconds: UUID | None = None


class EmptyBody(Body):
    """``POST tickets/{id}/release | undo | wake``: nothing to say."""


class SnoozeBody(Body):
    """``POST tickets/{id}/snooze``: until when it is put off."""

    until: Moment


class QuestionBody(Body):
    """``POST tickets/{id}/ask``: what the holder wants to know."""

    text: Reason


class AnswerBody(Body):
    """``POST tickets/{id}/answer``: what the agent, or a person, says to the question it read."""

    question: UUID
    text: Reason


class EditBody(Body):
    """``POST tickets/{id}/edit``: all arguments as they are to be; null takes edits back."""

    arguments: dict[str, Any] | None


class EscalateBody(Body):
    """``POST tickets/{id}/escalate``: which level is called now, and why it does not wait."""

    level: Annotated[int, Meta(ge=2, le=LEVELS_MOST)]
    reason: Reason


class ReassignBody(Body):
    """``POST tickets/{id}/reassign``: who takes the ticket, and a word to them."""

    to: Annotated[str, Meta(min_length=1, max_length=150)]
    note: Reason


class AskBody(Body):
    """``POST tickets``: ask people once more to release a frozen agent."""

    kind: Literal["release"]
    agent: Name
