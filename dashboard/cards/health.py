"""How the installation is doing, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A piece of a sentence; a command is drawn as one."""

    text: str
    is_command: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """A page that says more."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthLine:
    """One part; ``lag`` and ``error`` are empty where there is none, ``means`` while it is well.

    ``error_name`` says what the error is; ``links`` are those that the person may follow.
    """

    key: str
    name: str
    mark: Mark
    said: str
    lag: str
    error_name: str
    error: str
    means: str
    advice: tuple[Words, ...]
    links: tuple[Onward, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPage:
    """The whole page; ``unseen`` says who may see it to whoever may not, and is empty else."""

    unseen: str
    summary: str
    parts_url: str
    read_at: datetime
    unwell: tuple[HealthLine, ...] = ()
    well: tuple[HealthLine, ...] = ()
    unused: tuple[HealthLine, ...] = ()
