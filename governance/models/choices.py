from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enum import StrEnum


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the values of a closed set in the form a model field takes."""
    return [(word.value, word.value) for word in words]
