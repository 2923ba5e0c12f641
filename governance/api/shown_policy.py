"""What callers are told about a policy, its fields, its versions and what became of a change."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict


class PolicyFieldShown(TypedDict):
    """One setting: what it means and may be, its values, and where the one in force comes from.

    ``guard`` is the direction that needs a second admin. ``general`` is what all fleets share,
    ``own`` what this fleet set itself, null where it follows them.
    """

    path: str
    meaning: str
    unit: str
    low: float | None
    high: float | None
    choices: list[str]
    provenance: str
    reference: str
    guard: str
    default: Any
    general: Any
    own: Any
    in_force: Any
    comes_from: str
    changed_in: int | None
    changed_by: str
    changed_at: datetime | None


class PolicyDraftShown(TypedDict):
    """The draft that is open or proposed, with the value of each field that it changes."""

    state: str
    version: int
    changes: dict[str, Any]
    reason: str
    proposed_by: str
    proposed_at: datetime | None
    updated_by: str
    updated_at: datetime


class PolicyShown(TypedDict):
    """The policy in force: whole, and field by field."""

    number: int
    reason: str
    published_by: str
    agreed_by: str
    published_at: datetime
    restores: int | None
    policy: dict[str, Any]
    fields: list[PolicyFieldShown]
    draft: PolicyDraftShown | None


class PolicyChangeShown(TypedDict):
    """A setting with its value before and after a version."""

    path: str
    before: Any
    after: Any


class PolicyVersionShown(TypedDict):
    """One version, with what it changed."""

    number: int
    reason: str
    published_by: str
    agreed_by: str
    published_at: datetime
    restores: int | None
    changed: list[PolicyChangeShown]


class PolicyVersionsShown(TypedDict):
    """Versions of the fleet, newest first; ``next`` is the number to ask ``below``, or null."""

    versions: list[PolicyVersionShown]
    next: int | None


class PolicyDoneShown(TypedDict):
    """What became of a change: published with its number, or proposed as a version of the draft."""

    state: str
    number: int
    draft_version: int
    changes: list[str]
