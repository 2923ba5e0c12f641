"""The keys that sign seals of the log, from the process environment; never from the database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from config.env_values import EnvironmentVariableError, words

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEAST = 32
_ALLOWED = f"at least {_LEAST} random characters"


@dataclass(frozen=True)
class SealSettings:
    """The key that signs new seals, and those that signed older ones."""

    key: str
    before: tuple[str, ...]


def seal_settings(variables: Mapping[str, str], *, optional: bool) -> SealSettings:
    """Return the keys of seals; ``SEAL_KEY_FILE`` names a file with the key instead of it.

    Raises:
        EnvironmentVariableError: if a key is too short, given twice, cannot be read, or is missing
            where it is not ``optional``. The message says how long it is, never what it is.
    """
    before = words(variables, "SEAL_KEYS_BEFORE")
    for each in before:
        _require_long("SEAL_KEYS_BEFORE", each)
    key = _key(variables)
    if not key and optional:
        key = "only-for-debug-and-tests-never-for-any-other-seal"
    _require_long("SEAL_KEY", key)
    return SealSettings(key, before)


def _key(variables: Mapping[str, str]) -> str:
    key, name = variables.get("SEAL_KEY", ""), variables.get("SEAL_KEY_FILE", "")
    if not name:
        return key
    if key:
        raise EnvironmentVariableError("SEAL_KEY_FILE", name, "empty where SEAL_KEY is given")
    try:
        found = Path(name).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        allowed = "a readable file with the key in UTF-8"
        raise EnvironmentVariableError("SEAL_KEY_FILE", name, allowed) from error
    _require_long("SEAL_KEY_FILE", found)
    return found


def _require_long(name: str, key: str) -> None:
    if len(key) < _LEAST:
        raise EnvironmentVariableError(name, f"{len(key)} characters", _ALLOWED)
