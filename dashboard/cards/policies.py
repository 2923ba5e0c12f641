"""The versions of a fleet's policy: what each changed, and what was seen before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingLine:
    """A setting that a version changed; values carry their unit, `url` leads to the field."""

    path: str
    title: str
    url: str
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

    Without `is_compared` they hold only what was seen since it came into force. `how` says who
    agreed, which version it brings back and whether it came from all fleets; `back_url` leads to
    the form that brings this one back, empty where it is in force.
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
    how: tuple[str, ...] = ()
    back_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliciesPage:
    """The whole page, newest version first; `older_url` is empty where there is none."""

    fleet_name: str
    summary: str
    versions: tuple[VersionCard, ...]
    older_url: str
    editor_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBackPage:
    """What bringing a version back would change, and the form that does it.

    `why_off` keeps this person from it; `needs_second` says that another admin must agree.
    """

    scope_name: str
    number: int
    base: int
    next_number: int
    at: datetime
    by: str
    reason: str
    settings: tuple[SettingLine, ...]
    url: str
    editor_url: str
    versions_url: str
    why_off: str = ""
    needs_second: str = ""
    typed_reason: str = ""
    problem: str = ""
    wrong: str = ""
