"""Where the queue is narrowed: each link keeps what the address says already."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dashboard.cards.fleet import FilterOption
from dashboard.cards.queue import KindLink
from escalations.domain.lifecycle import TicketKind
from escalations.domain.queue import (
    QueueFilter,
    QueueView,
    alike_text,
    position_text,
)
from governance.domain.types import BlastLevel

if TYPE_CHECKING:
    from escalations.domain.queue import Position

_VIEWS = {
    QueueView.ALL: "All I can decide",
    QueueView.MINE: "Mine",
    QueueView.EXPIRING: "Expiring",
    QueueView.UNASSIGNED: "Unassigned",
    QueueView.ESCALATED: "Escalated to me",
    QueueView.SNOOZED: "Snoozed",
}
_VIEW_MEANS = {
    QueueView.MINE: "claimed by you",
    QueueView.EXPIRING: "expiring within 15 min",
    QueueView.UNASSIGNED: "claimed by nobody",
    QueueView.ESCALATED: "escalated to you",
    QueueView.SNOOZED: "put off for now",
}
_KINDS = {
    TicketKind.TASK: "Tasks",
    TicketKind.RELEASE: "Releases",
    TicketKind.INCIDENT: "Incidents",
    TicketKind.DRIFT: "Drift",
    TicketKind.AUDIT: "Audits",
    TicketKind.CASCADE: "Cascades",
    TicketKind.COLLUSION: "Collusion",
}


def address(url: str, wanted: QueueFilter, *, after: Position | None = None) -> str:
    """Return the address of the queue narrowed so, from a position on."""
    named = {
        **_named(wanted),
        "group": alike_text(wanted.alike) if wanted.alike else "",
        "after": position_text(after) if after else "",
    }
    query = urlencode({name: text for name, text in named.items() if text})
    return f"{url}?{query}" if query else url


def views(url: str, wanted: QueueFilter) -> tuple[KindLink, ...]:
    """Return the views a person chooses from; what else is narrowed stays so."""
    return tuple(
        KindLink(
            label=label,
            url=address(url, replace(wanted, view=view, alike=None)),
            is_chosen=view is wanted.view,
        )
        for view, label in _VIEWS.items()
    )


def kinds(wanted: QueueFilter) -> tuple[FilterOption, ...]:
    """Return the kinds of tickets, and that any will do."""
    return (
        FilterOption(value="", label="Any kind", is_chosen=wanted.kind is None),
        *(
            FilterOption(value=kind.value, label=label, is_chosen=kind is wanted.kind)
            for kind, label in _KINDS.items()
        ),
    )


def levels(wanted: QueueFilter) -> tuple[FilterOption, ...]:
    """Return the levels of risk, the highest first, and that any will do."""
    return (
        FilterOption(value="", label="Any risk", is_chosen=wanted.level is None),
        *(
            FilterOption(
                value=level.value, label=level.value.capitalize(), is_chosen=level is wanted.level
            )
            for level in reversed(BlastLevel)
        ),
    )


def in_words(wanted: QueueFilter) -> tuple[str, ...]:
    """Return what the queue is narrowed to, each as a few words; empty if to nothing."""
    said = (
        _VIEW_MEANS.get(wanted.view, ""),
        f"of risk {wanted.level.value.capitalize()}" if wanted.level else "",
        f"of kind {_KINDS[wanted.kind]}" if wanted.kind else "",
        f"found by “{wanted.words}”" if wanted.words else "",
        "one of these requests of the same action" if wanted.alike else "",
    )
    return tuple(filter(None, said))


def _named(wanted: QueueFilter) -> dict[str, str]:
    return {
        "view": "" if wanted.view is QueueView.ALL else wanted.view.value,
        "risk": wanted.level.value if wanted.level else "",
        "kind": wanted.kind.value if wanted.kind else "",
        "q": wanted.words,
    }
