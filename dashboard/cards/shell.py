"""The frame around every page of a signed-in person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.controls import HaltCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The signed-in person; `role` is empty where the page joins several fleets."""

    name: str
    initials: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetLink:
    """One entry of the fleet switcher; "All fleets" is an entry too."""

    name: str
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NavLink:
    """One entry of the navigation; `icon` is in the sprite, `count` None where none is kept.

    On a phone a `is_lesser` one stands under More.
    """

    label: str
    url: str
    icon: str
    count: int | None = None
    is_hot: bool = False
    is_current: bool = False
    counts_waiting: bool = False
    is_lesser: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NavGroup:
    """A heading of the navigation with its entries."""

    label: str
    links: tuple[NavLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetMode:
    """What the bar says of one fleet: ENFORCE or SHADOW, and the number of its policy.

    `shadow_url` leads to what enforcement would have done, and is empty where it acts.
    """

    mode: str
    shadow_url: str
    policy_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """Bar and navigation.

    `socket_path` is where live events come from (`/ws/queue/` or `/ws/f/<slug>/`); empty on a page
    that does not change by itself. `mode` is ENFORCE or SHADOW and empty, like `policy_version`
    0, where several fleets are joined; `shadow_url` leads to what enforcement would have done, and
    is empty where it acts. `halts` is one card for each fleet of the page, halted or
    not; `halts_url` gives them anew. `account_url` leads to what a person sets for themselves;
    empty draws no link. `late` says that the sweeper is behind, and is empty while it is not.
    `log_changed` says what the last check of the log found, where it found a change.
    `keys_are_on` says whether single keys are shortcuts for this person, `notices_are_on` whether
    open pages tell of new tickets, which they read at `calls_url`.
    """

    person: Person
    fleets: tuple[FleetLink, ...]
    nav: tuple[NavGroup, ...]
    home_url: str
    sign_in_url: str
    sign_out_url: str
    server_now: datetime
    socket_path: str = ""
    mode: str = ""
    shadow_url: str = ""
    policy_version: int = 0
    halts: tuple[HaltCard, ...] = ()
    halts_url: str = ""
    account_url: str = ""
    late: str = ""
    log_changed: str = ""
    log_url: str = ""
    keys_are_on: bool = True
    notices_are_on: bool = False
    calls_url: str = ""

    @property
    def fleet(self) -> FleetLink:
        """Return the chosen entry of the switcher."""
        return next((fleet for fleet in self.fleets if fleet.is_current), self.fleets[0])
