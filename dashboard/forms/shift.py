"""What a person hands over at the end of a shift, read strictly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.forms.decision import key_read
from dashboard.forms.together import key_in_address, names_sent
from escalations.services.shift import Leaving

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftSent:
    """What is left to whom, as it was sent, with its key."""

    leaving: Leaving
    key: str

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        leaving = self.leaving
        sent = [leaving.to, leaving.note, [str(name) for name in leaving.ordered]]
        return hashlib.sha256(json.dumps(sent).encode()).hexdigest()


def shift_read(request: HttpRequest) -> ShiftSent:
    """Return what a form hands over.

    Raises:
        InvalidFieldError: for no ticket, too many, one that cannot be read, or a key that cannot
            stand in an address.
    """
    fields = request.POST
    leaving = Leaving(
        names=names_sent(fields.getlist("tickets")),
        to=fields.get("to", ""),
        # Forms send line ends as CRLF; the other person reads what this one saw.
        note=fields.get("note", "").replace("\r\n", "\n"),
    )
    return ShiftSent(leaving=leaving, key=key_in_address(key_read(request)))
