"""Identifiers that sort by the time they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uuid_utils.compat import uuid7

if TYPE_CHECKING:
    from uuid import UUID


def id_new() -> UUID:
    """Return a UUIDv7 (RFC 9562, section 5.7): time-ordered, so that indexes grow at one end."""
    return uuid7()
