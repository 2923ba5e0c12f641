"""What ended: the log of decisions, and what was approved and never started."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.files import FileLinks
from dashboard.cards.fleet import FilterOption
from dashboard.cards.marks import Countdown
from dashboard.cards.panel import Ruling
from dashboard.cards.queue import KindLink
from dashboard.display.wording import EMERGENCY, Mark, kind_mark, ticket_mark


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteLine:
    """One vote; `word` is what was answered, `about` the held task of a cascade it was about."""

    name: str
    role: str
    word: str
    at: datetime
    reason_label: str = ""
    reason: str = ""
    about: str = ""
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameOfIt:
    """What became of an approval: succeeded, failed, still running, never started."""

    mark: Mark
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedRow:
    """One ended ticket. `votes` are all that were cast, `more_votes` counts those left out.

    `ruling.by` is empty where nobody decided. `settled_unvoted` says that whoever settled it did
    so without a vote, such as by revoking an approval.
    """

    number: int
    title: str
    url: str
    kind: str
    state: str
    ruling: Ruling
    agent: str = ""
    agent_url: str = ""
    fleet_name: str = ""
    level: str = ""
    resolution: str = ""
    votes: tuple[VoteLine, ...] = ()
    more_votes: int = 0
    settled_unvoted: bool = False
    came: CameOfIt | None = None
    approvals_needed: int = 1
    policy_number: int = 0
    action_digest: str = ""
    was_emergency: bool = False

    @property
    def emergency_mark(self) -> Mark:
        """Return the tag beside an approval of two admins past the usual quorum."""
        return EMERGENCY

    @property
    def mark(self) -> Mark:
        """Return what the ticket ended as."""
        return ticket_mark(self.state, self.resolution)

    @property
    def kind_mark(self) -> Mark | None:
        """Return the tag of a ticket that is not about a task."""
        return kind_mark(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedFilters:
    """What the log is narrowed to; `ending` is kept while the form changes the rest."""

    url: str
    ending: str = ""
    kinds: tuple[FilterOption, ...] = ()
    levels: tuple[FilterOption, ...] = ()
    types: tuple[FilterOption, ...] = ()
    tiers: tuple[FilterOption, ...] = ()
    people: tuple[FilterOption, ...] = ()
    agent: str = ""
    since: str = ""
    until: str = ""
    search: str = ""
    is_filtered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedPage:
    """Ended tickets, newest first, one page of them.

    `total` counts those that match, `endings` lead to those that ended one way, `whose` to
    everybody's and to one's own; `problems` are sentences about what the address said wrongly.
    """

    rows: tuple[DecidedRow, ...]
    filters: DecidedFilters
    total: int = 0
    endings: tuple[KindLink, ...] = ()
    problems: tuple[str, ...] = ()
    newer_url: str = ""
    older_url: str = ""
    files: FileLinks | None = None
    whose: tuple[KindLink, ...] = ()
    unstarted_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnstartedRow:
    """One approved task that has not started; `countdown` runs while it still may."""

    number: int
    title: str
    url: str
    approved_at: datetime
    usable_until: datetime
    came: CameOfIt
    agent: str = ""
    agent_url: str = ""
    fleet_name: str = ""
    level: str = ""
    approved_by: tuple[str, ...] = ()
    countdown: Countdown | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnstartedPage:
    """What was approved and has not started, as of `now`.

    `lapsed` ended unused within the last `days`; `is_cut` says that there are more of them.
    """

    waiting: tuple[UnstartedRow, ...]
    lapsed: tuple[UnstartedRow, ...]
    now: datetime
    days: int
    decided_url: str
    files: FileLinks | None = None
    is_cut: bool = False
