"""What a fleet's messages may reach, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundForm:
    """What puts other lists in force, one entry a line; `why_not` keeps this person from it."""

    url: str
    why_not: str
    idempotency_key: str
    networks: str
    hosts: str
    reason: str = ""
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundPage:
    """Both lists in force; `networks` are pairs of one and what it opens.

    `hosts` are pairs of one and the page of its callbacks, empty where none was made yet.

    `unseen` says why this person sees none of it, and is empty where they may.
    """

    fleet_name: str
    list_url: str
    networks: tuple[tuple[str, str], ...] = ()
    hosts: tuple[tuple[str, str], ...] = ()
    form: OutboundForm | None = None
    unseen: str = ""
