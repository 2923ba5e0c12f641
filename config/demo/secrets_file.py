"""The demo's passwords and keys, kept in the home so that every start prints the same."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LETTERS = "abcdefghijkmnpqrstuvwxyz"  # no l and o: they read as 1 and 0


@dataclass(slots=True)
class DemoSecrets:
    """What only this home knows.

    ``key`` (the shop's) and ``keys`` (the simulation's, by what each is for) belong to ``fleet``,
    the slug of the demo's fleet of now; all are empty until one was made. ``made`` are the ids of
    the fleets that the demo itself created: slugs and names may be other people's too.
    """

    passwords: dict[str, str] = field(default_factory=dict)
    key: str = ""
    fleet: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)


def secrets_read(path: Path) -> DemoSecrets:
    """Return the secrets kept at ``path``, or empty ones."""
    if not path.exists():
        return DemoSecrets()
    kept = json.loads(path.read_text("utf-8"))
    # A file of an older version lacks what came later; it is made then.
    names = [each.name for each in fields(DemoSecrets)]
    return DemoSecrets(**{name: kept[name] for name in names if name in kept})


def secrets_write(path: Path, kept: DemoSecrets) -> None:
    """Keep the secrets at ``path``, readable by their owner only; it is whole or not there."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(kept), indent=1), "utf-8")
    draft.replace(path)


def password_new() -> str:
    """Return a random password that a person can type off a terminal (73 bits)."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
