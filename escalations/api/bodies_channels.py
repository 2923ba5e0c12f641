"""What callers of the calls about channels send."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from escalations.domain.notifying import ChannelKind
from governance.services.schemas import Body

TimeOfDay = Annotated[str, Meta(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")]


class ChannelBody(Body):
    """``POST channels``: where somebody wants to be told."""

    kind: ChannelKind
    address: Annotated[str, Meta(min_length=1)]


class CodeBody(Body):
    """``POST channels/{id}/prove``: the code of the latest test message."""

    code: Annotated[str, Meta(min_length=1, max_length=20)]


class HoursBody(Body):
    """``PUT channels/hours``: a person's zone, and when they want to hear nothing."""

    zone: Annotated[str, Meta(min_length=1, max_length=64)]
    quiet_from: TimeOfDay | None
    quiet_until: TimeOfDay | None
