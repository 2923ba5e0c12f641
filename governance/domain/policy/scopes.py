"""Two scopes: what all fleets of the installation share, and what one fleet says otherwise."""

from __future__ import annotations

from enum import Enum, StrEnum


class Follow(Enum):
    """The one value that stands for "as all fleets"."""

    FOLLOW = "follow"

    def __str__(self) -> str:
        return self.value


FOLLOW = Follow.FOLLOW
# How sentences and events name the scope above every fleet.
ALL_FLEETS = "all fleets"


class Origin(StrEnum):
    """Where the value of a field in force comes from."""

    DEFAULT = "default"
    GENERAL = ALL_FLEETS
    FLEET = "fleet"


def origin_of(*, is_own: bool, general: object, default: object) -> Origin:
    """Return where a value comes from: set by the fleet, by the installation, or by nobody."""
    if is_own:
        return Origin.FLEET
    return Origin.DEFAULT if general == default else Origin.GENERAL
