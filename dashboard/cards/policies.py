"""The versions of a fleet's policy: what each changed, and what was seen before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingLine:
    """A setting that a version changed; values carry their unit."""

    path: str
    before: str
    after: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectLine:
    """One measure of what was seen, before and after, and how sure the difference is."""

    label: str
    before: str
    after: str
    difference: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionCard:
    """One version; `effects` is empty where nothing was seen yet, and `compared` says why.

    Without `is_compared` they hold only what was seen since it came into force.
    """

    number: int
    is_in_force: bool
    at: datetime
    by: str
    reason: str
    settings: tuple[SettingLine, ...]
    compared: str
    effects: tuple[EffectLine, ...]
    is_compared: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliciesPage:
    """The whole page, newest version first; `older_url` is empty where there is none."""

    fleet_name: str
    summary: str
    versions: tuple[VersionCard, ...]
    older_url: str
