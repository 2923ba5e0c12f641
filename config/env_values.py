"""Single values of the process environment, each checked as it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class EnvironmentVariableError(ValueError):
    """An environment variable holds a value that cannot be used."""

    def __init__(self, name: str, value: str, allowed: str) -> None:
        """Name the variable, quote its value and say what is allowed."""
        super().__init__(f"{name} must be {allowed}, got {value!r}")


def flag(variables: Mapping[str, str], name: str) -> bool:
    """Return whether a variable is 1; without it, it is not.

    Raises:
        EnvironmentVariableError: unless it is 0 or 1.
    """
    value = variables.get(name, "0")
    if value not in {"0", "1"}:
        raise EnvironmentVariableError(name, value, "0 or 1")
    return value == "1"


def whole_number(
    variables: Mapping[str, str], name: str, *, default: int, most: int, least: int = 0
) -> int:
    """Return a whole number from ``least`` to ``most``.

    Raises:
        EnvironmentVariableError: for anything else.
    """
    value = variables.get(name, str(default))
    if not value.isdecimal() or not least <= int(value) <= most:
        raise EnvironmentVariableError(name, value, f"a whole number from {least} to {most}")
    return int(value)


def words(variables: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Return what stands between commas, without spaces around it."""
    return tuple(word.strip() for word in variables.get(name, "").split(",") if word.strip())
