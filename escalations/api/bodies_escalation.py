"""What callers of the calls about the escalation policy send."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from escalations.domain.escalation import AFTER_MOST_S
from governance.domain.types import Role
from governance.services.schemas import Body, Reason

AfterS = Annotated[int, Meta(ge=0, le=AFTER_MOST_S)]
Username = Annotated[str, Meta(min_length=1, max_length=150)]


class LevelBody(Body):
    """One level: people by user name, and everybody who holds exactly a role."""

    people: list[Username] = msgspec.field(default_factory=list)
    roles: list[Role] = msgspec.field(default_factory=list)


class EscalationBody(Body):
    """``PUT fleet/escalation``: who is called, when, why, and which policy that replaces."""

    levels: list[LevelBody]
    shares: list[float]
    reason: Reason
    replaces: Annotated[int, Meta(ge=0)]
    chat_after_s: AfterS | None = None
    mail_after_s: AfterS | None = None
