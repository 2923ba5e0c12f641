"""What the API's documentation says of each call; the document and the pages are made from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).with_name("examples")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A part of the address or a header; ``place`` is path, query or header."""

    name: str
    place: str
    meaning: str
    required: bool = False
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A good answer; ``shape`` is its type, None where any object may come."""

    status: int
    meaning: str
    shape: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A refusal: its status, its stable code, and when it comes."""

    status: int
    code: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the API.

    ``scopes`` are those of which a key needs one, empty where no key may call. ``person`` says who
    else may, empty where nobody. ``body`` is the schema of the body; where ``is_batch`` of each
    of its items. ``meanings`` says what fields of the body mean. ``examples`` is the folder with
    ``<name>.json``.
    """

    name: str
    section: str
    method: str
    path: str
    summary: str
    detail: str
    scopes: tuple[str, ...]
    person: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: Any = None
    is_batch: bool = False
    body_optional: bool = False
    meanings: Mapping[str, str] = field(default_factory=dict)
    replies: tuple[Reply, ...]
    troubles: tuple[Trouble, ...] = ()
    examples: Path = EXAMPLES

    @property
    def example(self) -> Mapping[str, Any]:
        """Return ``path``, ``headers`` and ``request`` (both may be absent) and ``reply``."""
        found: Mapping[str, Any] = json.loads(
            (self.examples / f"{self.name}.json").read_text(encoding="utf-8")
        )
        return found


IDEMPOTENCY = Parameter(
    name="Idempotency-Key",
    place="header",
    meaning=(
        "Up to 200 characters of your choice. The same key, route and body within 24 h take "
        "effect once and are answered alike, with Idempotency-Replayed: true."
    ),
)
FLEET = Parameter(
    name="fleet",
    place="query",
    meaning=(
        "For a person with several fleets: the fleet's short name. The header Countersign-Fleet "
        "says the same. A key belongs to one fleet and ignores it."
    ),
)
