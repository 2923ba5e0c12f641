"""The event log: its rows and filters, and one event with its facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.files import FileLinks
from dashboard.cards.fleet import FilterOption
from dashboard.cards.period import ZoneSwitch
from dashboard.cards.queue import KindLink
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True)
class EventLink:
    """A page of what an event is about; `about` is the word before it, as `agent`."""

    about: str
    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event in words; `by` is who acted, `links` lead to what it is about."""

    seq: int
    at: datetime
    name: str
    mark: Mark
    sentence: str
    by: str
    url: str
    links: tuple[EventLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionGroup:
    """Options of a select under one heading."""

    label: str
    options: tuple[FilterOption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilters:
    """What the log is narrowed to; `kept` goes along while the form changes the rest.

    `zone` is what the zone of its times is called. `actors` are those who acted in the period, as
    the log has them and as pages name them. `bookkeeping` is what can be left out: the name of an
    event, what it is called, and why.
    """

    url: str
    kept: tuple[tuple[str, str], ...]
    zone: str
    groups: tuple[OptionGroup, ...]
    any_name: FilterOption
    agent: str
    since: str
    until: str
    is_filtered: bool
    actor: str = ""
    actors: tuple[tuple[str, str], ...] = ()
    objects: tuple[FilterOption, ...] = ()
    which: str = ""
    is_terse: bool = False
    bookkeeping: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLog:
    """One page of the log, the newest first.

    `counted` says how many match, `export_url` leads to the export with seals and
    `export_of` says how much of it there is.
    """

    fleet_slug: str
    fleet_name: str
    rows: tuple[EventRow, ...]
    kinds: tuple[KindLink, ...]
    zone: ZoneSwitch
    filters: EventFilters
    problems: tuple[str, ...]
    back_url: str
    newest_url: str
    older_url: str
    files: FileLinks
    counted: str = ""
    export_url: str = ""
    export_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFact:
    """One fact of an event: `is_raw` marks what a machine reads, such as ids and hashes."""

    name: str
    value: str
    url: str = ""
    is_raw: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """One event. `together` are the others of its transaction, in their order."""

    row: EventRow
    fleet_name: str
    zone: str
    log_url: str
    back_url: str
    facts: tuple[EventFact, ...]
    together: tuple[EventRow, ...]
    earlier_url: str
    later_url: str
    hash: str
    previous_hash: str
    chain: str
    integrity_url: str
