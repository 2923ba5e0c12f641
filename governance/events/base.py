"""The facts governance publishes: one class, one wire name, one meaning.

The registry maps each wire name to its class; the feed, webhooks and the documentation read it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

if TYPE_CHECKING:
    pass

REGISTRY: dict[str, type[FleetEvent]] = {}


@dataclass(frozen=True, kw_only=True)
class FleetEvent:
    """A fact about one fleet: its UUID fields travel to browsers, the others are its payload.

    A ``required`` event needs a listener that acts in the same transaction; without one nothing
    is written at all.
    """

    wire_name: ClassVar[str] = ""
    required: ClassVar[bool] = False

    fleet_id: UUID
    actor: str

    def __init_subclass__(cls, *, wire_name: str = "", required: bool = False) -> None:
        """Register the class under its wire name."""
        super().__init_subclass__()
        if wire_name:
            cls.wire_name = wire_name
            cls.required = required
            REGISTRY[wire_name] = cls

    def ids(self) -> dict[str, str]:
        """Return the ids this event is about, by field name without ``_id``."""
        return {
            name.removesuffix("_id"): str(value)
            for name, value in self._values()
            if isinstance(value, UUID)
        }

    def payload(self) -> dict[str, Any]:
        """Return everything but the ids, ready for JSON."""
        return {
            name: value
            for name, value in self._values()
            if value is not None and not isinstance(value, UUID)
        }

    def _values(self) -> list[tuple[str, object]]:
        return [
            (f.name, getattr(self, f.name))
            for f in fields(self)
            if f.name not in {"fleet_id", "actor"}
        ]


def id_names() -> frozenset[str]:
    """Return what the ids of events are called, as `FleetEvent.ids` calls them."""
    return frozenset(
        each.name.removesuffix("_id")
        for kind in REGISTRY.values()
        for each in fields(kind)
        if each.name.endswith("_id") and each.name != "fleet_id"
    )
