"""What the form that declares a team sends, read strictly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from dashboard.forms.control import control_read
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamForm:
    """A declaration as it was sent; ``until`` is the midnight UTC that ends its last day."""

    name: str
    members: tuple[str, ...]
    reason: str
    until: datetime

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        sent = [self.name, self.members, self.reason, self.until.isoformat()]
        return hashlib.sha256(json.dumps(sent).encode()).hexdigest()


def team_read(request: HttpRequest) -> TeamForm:
    """Return the declaration a form carries; rows left empty name nobody.

    Raises:
        InvalidFieldError: naming ``reason``, as `control_read`, or ``until``.
    """
    return TeamForm(
        name=request.POST.get("name", ""),
        members=members_typed(request),
        reason=control_read(request).reason,
        until=_until(request.POST.get("until", "")),
    )


def members_typed(request: HttpRequest) -> tuple[str, ...]:
    """Return the members as they were typed."""
    return tuple(filter(None, (each.strip() for each in request.POST.getlist("member"))))


def _until(text: str) -> datetime:
    try:
        day = date.fromisoformat(text)
        return datetime.combine(day, time(), UTC) + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise InvalidFieldError(
            "Name the last day on which the team counts.",
            field="until",
            value=text,
            allowed="a day such as 2026-03-02",
        ) from error
