"""The bar that chooses a page's period."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.cards.queue import KindLink


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneSwitch:
    """In which zone a page shows its times: `name`, one of the `choices`.

    There is one choice where the person's own zone is UTC, which is set at `set_url`.
    """

    name: str
    choices: tuple[KindLink, ...]
    set_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodBar:
    """Everything a page's period is chosen by, all of it plain links and one form.

    `earlier`, `later` and `wider` are addresses, empty where there is none. `since_text` and
    `until_text` fill the form, which also sends `kept`, other fields of the address. `troubles`
    are sentences about what of the address was not understood.
    """

    url: str
    ranges: tuple[KindLink, ...]
    earlier: str
    later: str
    wider: str
    since_text: str
    until_text: str
    zone: ZoneSwitch
    is_live: bool
    kept: tuple[tuple[str, str], ...] = ()
    troubles: tuple[str, ...] = ()
