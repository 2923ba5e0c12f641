"""The tool registry as people and callers read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.models import Tool

if TYPE_CHECKING:
    from governance.models import Fleet


def tools_of(*, fleet: Fleet) -> list[Tool]:
    """Return every tool of the fleet, by name."""
    return list(Tool.objects.filter(fleet=fleet).order_by("name"))
