"""The pages of the first run."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.cards.people import LinkCard


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLink:
    """One step of the way; `url` is empty where it cannot be opened."""

    number: int
    label: str
    url: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeFrame:
    """What stands on every page of the first run: the way, and what was refused."""

    steps: tuple[StepLink, ...]
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfForm:
    """Who begins: what was typed, never the password."""

    url: str
    username: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetStep:
    """The first fleet: a form, or what was made."""

    name: str = ""
    slug: str = ""
    enforcement: str = "shadow"
    made: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerStep:
    """A second reviewer. `whys` say what one person alone cannot do, `alone` what skipping means.

    `can_skip` until it is decided; `invited` lists who waits; `link` is shown this once.
    """

    whys: tuple[str, ...]
    alone: tuple[str, ...]
    email: str
    roles: tuple[tuple[str, str, bool], ...]
    sends: str
    can_skip: bool
    invited: tuple[str, ...]
    link: LinkCard | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStep:
    """The first key. `key` is its text, shown this once; `made` says of which it is."""

    name: str
    environments: tuple[tuple[str, bool], ...]
    scopes: tuple[tuple[str, str], ...]
    made: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextLink:
    """One thing to do after the first run."""

    label: str
    says: str
    url: str
