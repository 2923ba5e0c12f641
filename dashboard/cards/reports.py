"""Which weekly reports a person is mailed, as their account shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportChoice:
    """One fleet whose report a person can have; ``url`` is the report itself."""

    slug: str
    name: str
    url: str
    is_wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsCard:
    """The form; ``where`` says where reports go, ``lacks`` why none can, one of them empty."""

    url: str
    choices: tuple[ReportChoice, ...]
    where: str
    lacks: str
