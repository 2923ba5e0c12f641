"""What stands behind the defaults of a policy, beside what a fleet's own record says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.files import FileLinks
from dashboard.cards.period import PeriodBar
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """One figure of a fleet as text, and its numbers for files.

    ``key`` names it in files. ``value``, ``low`` and ``high`` are in ``unit``, None where too
    little is known; ``n`` counts what it rests on, ``n_of`` says what that is.
    """

    key: str
    label: str
    text: str
    interval: str
    n: int
    n_of: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    note: str = ""

    @property
    def n_text(self) -> str:
        """Return how many there are, with separators."""
        return f"{self.n:,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureGroup:
    """Figures that belong together: what they come to in a sentence, and what they do not say."""

    title: str
    verdict: str
    lines: tuple[FigureLine, ...]
    limit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCard:
    """One claim: what is said, whether it holds, what the product does, this fleet's figures."""

    key: str
    said: str
    mark: Mark
    holds: str
    does: str
    groups: tuple[FigureGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenanceField:
    """One field of the policy; ``url`` leads to where it is edited, ``value`` is in force."""

    path: str
    anchor: str
    meaning: str
    value: str
    default: str
    reference: str
    url: str

    @property
    def is_default(self) -> bool:
        """Return whether the default is in force."""
        return self.value == self.default


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenanceGroup:
    """The fields of one label; ``about`` says what the label means."""

    key: str
    mark: Mark
    about: str
    fields: tuple[ProvenanceField, ...]

    @property
    def changed(self) -> int:
        """Return how many of them are not at their default."""
        return sum(not field.is_default for field in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePage:
    """The whole page; ``own`` are figures that no claim speaks of."""

    fleet_slug: str
    fleet_name: str
    summary: str
    source: str
    now: datetime
    bar: PeriodBar
    when: str
    claims: tuple[ClaimCard, ...]
    own: tuple[FigureGroup, ...]
    policy: int
    labels: tuple[ProvenanceGroup, ...]
    files: FileLinks
    field_files: FileLinks
