"""What the forms of a holder send, read strictly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from dashboard.forms.decision import version_read
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderMove:
    """One move as it was sent; each form fills the fields that are its own."""

    version: int | None
    until: str = ""
    text: str = ""
    to: str = ""
    question: str = ""
    level: str = ""

    @property
    def sha256(self) -> str:
        """Return the digest by which the same move sent again is recognised."""
        sent = [self.version, self.until, self.text, self.to, self.question, self.level]
        return hashlib.sha256(json.dumps(sent).encode()).hexdigest()

    @property
    def until_time(self) -> datetime:
        """Return when a snooze is to end.

        Raises:
            InvalidFieldError: unless it is a time with a zone.
        """
        try:
            moment = datetime.fromisoformat(self.until)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise InvalidFieldError(
                "Choose until when.",
                field="until",
                value=self.until,
                allowed="a time with its zone, such as 2026-03-02T12:10:00Z",
            )
        return moment

    @property
    def question_id(self) -> UUID:
        """Return which question is answered.

        Raises:
            InvalidFieldError: unless it is an id.
        """
        try:
            return UUID(self.question)
        except ValueError as error:
            raise InvalidFieldError(
                "Say which question you answer.",
                field="question",
                value=self.question,
                allowed="the id of the question as the page shows it",
            ) from error

    @property
    def level_number(self) -> int:
        """Return which level is called.

        Raises:
            InvalidFieldError: unless it is a whole number.
        """
        if not self.level.isdecimal() or len(self.level) > 1:
            raise InvalidFieldError(
                "Say which level you call.",
                field="level",
                value=self.level,
                allowed="the number of a level as the page shows it",
            )
        return int(self.level)


def holder_move_read(request: HttpRequest) -> HolderMove:
    """Return the move a request carries.

    Raises:
        InvalidFieldError: for a version that is not a whole number.
    """
    fields = request.POST
    return HolderMove(
        version=version_read(request),
        until=fields.get("until", ""),
        # Forms send line ends as CRLF; the agent reads what the person saw.
        text=fields.get("text", "").replace("\r\n", "\n"),
        to=fields.get("to", ""),
        question=fields.get("question", ""),
        level=fields.get("level", ""),
    )
