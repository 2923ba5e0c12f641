"""How long a fleet keeps what, and the removal of what is past its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.files import FileLinks
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    """One time of the policy: what it is about, how long that is kept, where it is changed."""

    path: str
    about: str
    kept: str
    goes: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingLine:
    """Rows of one kind that a removal would take, or took; empty where nobody knows."""

    kind: str
    rows: str
    removed: str
    oldest: str
    until: str
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMove:
    """What a person can do with a removal: a form, or why it is not theirs to do.

    ``number`` is that of the removal they read about, 0 where none goes on.
    """

    control: str
    label: str
    icon: str
    url: str
    number: int = 0
    why_not: str = ""
    asks_reason: str = ""
    is_main: bool = False
    is_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCard:
    """The removal that goes on; ``share`` of the work is done, in [0, 1]."""

    number: int
    mark: Mark
    said: str
    is_working: bool
    share: float
    lines: tuple[GoingLine, ...]
    stays: tuple[str, ...]
    exported: str
    proposed: str
    moves: tuple[RunMove, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """A removal that is over."""

    number: int
    mark: Mark
    at: datetime
    removed: str
    said: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPage:
    """The whole page; ``begin`` begins a removal where none goes on, ``problem`` is why not."""

    fleet_slug: str
    fleet_name: str
    seq: int
    parts_url: str
    summary: str
    kept: tuple[KeptLine, ...]
    run: RunCard | None
    begin: RunMove | None
    idempotency_key: str
    problem: str
    typed_reason: str
    past: tuple[PastRun, ...]
    files: FileLinks
