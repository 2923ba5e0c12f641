"""The fleet page: what is up with the agents of one fleet, and the list of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dashboard.cards.breaker import BreakerStatus
from dashboard.cards.files import FileLinks
from dashboard.cards.marks import PenaltyNote, TrustBand


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRow:
    """One agent in the list.

    `open_tasks` counts as the parallel limit does; `allowed` is the least and the most it can be,
    by type of task. `spent_usd` is of this calendar month, `budget_usd` what a penalty leaves of
    the month's. `controls_url` gives the panel; `why` says why it
    needs a look, empty where nobody asked.
    """

    agent_id: str
    name: str
    external_id: str
    url: str
    row_url: str
    controls_url: str
    owner: str
    trust: TrustBand
    status: BreakerStatus
    open_tasks: int
    allowed: tuple[int, int]
    spent_usd: Decimal
    budget_usd: Decimal | None
    seen_at: datetime | None
    penalty: PenaltyNote | None = None
    why: str = ""

    @property
    def allowed_words(self) -> str:
        """Return the parallel limit: `5`, or `10 to 20` where it depends on the type of task."""
        least, most = self.allowed
        return str(most) if least == most else f"{least} to {most}"

    @property
    def budget_percent(self) -> int | None:
        """Return how much of the month's budget is spent, at most 100; None without a budget."""
        if not self.budget_usd:
            return None
        return min(100, round(100 * self.spent_usd / self.budget_usd))

    @property
    def sign(self) -> str:
        """Return what a script compares to see that the row must be drawn again."""
        trust = self.trust
        parts = (
            self.name, self.owner, self.status.sign, trust.tier, f"{trust.score:.2f}",
            f"{trust.low:.2f}", f"{trust.high:.2f}", trust.outcomes, self.open_tasks,
            self.allowed_words, self.spent_usd, self.budget_usd, self.seen_at,
            "" if self.penalty is None else self.penalty.sentence,
        )  # fmt: skip
        return "|".join(map(str, parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCount:
    """One number of the strip above the list; it leads to the list narrowed to it."""

    label: str
    icon: str
    count: int
    note: str
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterOption:
    """One choice of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SortHeader:
    """A column; `url` is empty for one that cannot be sorted by.

    `direction` is ascending, descending, or empty where the list is sorted by another column.
    """

    label: str
    url: str = ""
    direction: str = ""
    is_number: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPage:
    """One page of the fleet's agents with everything above and below it.

    `summary` is the page in one sentence; `shadow` says what is in shadow, empty for nothing, and
    `shadow_url` leads to what enforcement would have done; `guard` says how the frozen-share guard
    stands where that needs saying. `seq` is the fleet's last event number, read before the rows.
    """

    fleet_slug: str
    fleet_name: str
    seq: int
    summary: str
    rows: tuple[AgentRow, ...]
    strip: tuple[KeyCount, ...]
    headers: tuple[SortHeader, ...]
    states: tuple[FilterOption, ...]
    tiers: tuple[FilterOption, ...]
    owners: tuple[FilterOption, ...]
    search: str
    sort: str
    page_url: str
    list_url: str
    all_url: str
    total: int
    matching: int
    first: int
    guard: str = ""
    shadow: str = ""
    shadow_url: str = ""
    is_filtered: bool = False
    previous_url: str = ""
    next_url: str = ""
    files: FileLinks | None = None

    @property
    def last(self) -> int:
        """Return the place of the last row among all that match."""
        return self.first + len(self.rows) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetLine:
    """One of a person's fleets, in a sentence."""

    name: str
    url: str
    role: str
    sentence: str
    is_halted: bool
