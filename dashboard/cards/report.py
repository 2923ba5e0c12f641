"""The report of a week of a fleet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A sentence of the report; ``url`` is the live page behind it, of the same week."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """The whole report; ``later_url`` is empty for the week that goes on.

    ``note`` says how far a week is that goes on, ``trouble`` what of the address nobody understood.
    ``is_mailed`` says whether this person gets it by mail, None for whoever cannot.
    """

    fleet_name: str
    words: str
    note: str
    trouble: str
    lines: tuple[ReportLine, ...]
    earlier_url: str
    later_url: str
    account_url: str
    is_mailed: bool | None
