"""What callers are told about channels and messages: the definition behind their documentation."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from uuid import UUID


class ChannelShown(TypedDict):
    """A channel and how it is doing; of a chat's address ``shown`` has the last 4 characters.

    ``failures`` counts those in a row, ``last_error`` is what came of the latest attempt, empty if
    it was taken.
    """

    id: UUID
    kind: str
    shown: str
    state: str
    failures: int
    last_error: str
    proven_at: datetime | None
    sent_at: datetime | None
    created_by: str
    created_at: datetime
    ended_at: datetime | None


class ChannelsShown(TypedDict):
    """All channels that have not ended, oldest first."""

    channels: list[ChannelShown]


class HoursShown(TypedDict):
    """A person's time zone and quiet hours, HH:MM there; null twice: none."""

    zone: str
    quiet_from: str | None
    quiet_until: str | None


class NoticeShown(TypedDict):
    """What became of one message about a ticket; ``at`` is the time in the sentence."""

    id: UUID
    kind: str
    level: int
    state: str
    who: str
    sentence: str
    at: datetime | None
    attempts: int


class NoticesShown(TypedDict):
    """Every message about a ticket, level by level, in planned order."""

    notices: list[NoticeShown]
