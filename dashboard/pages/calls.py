"""What an open page tells a person of: how much waits for them, and which tickets call them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from dashboard.display.durations import moment_time
from dashboard.display.visible_text import visible_text
from dashboard.pages.marks import has_level
from escalations.domain.queue import QueueFilter
from escalations.selectors.calling import tickets_calling
from escalations.selectors.deciders import tickets_judged
from escalations.selectors.waiting import waiting_counts
from governance.selectors.clock import clock_now
from governance.selectors.people import fleets_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from escalations.models import Ticket

CALLS_MOST = 50
_WORDS_MOST = 80


def calls_for(user: User) -> dict[str, Any]:
    """Return ``waiting``, as the queue counts it, and ``called``, the latest first, for a script.

    A notice may be read by whoever stands beside the screen: it names fleet, number, risk,
    operation and deadline, and nothing that an agent wants to do it with.
    """
    seats, now = fleets_of(user=user), clock_now()
    judged = tickets_judged(user=user, fleet_ids=[fleet.pk for fleet, _ in seats], now=now)
    counts = waiting_counts(judged, user=user, wanted=QueueFilter(), now=now)
    calling = tickets_calling(judged, user=user, seats=seats, now=now, most=CALLS_MOST)
    return {"waiting": counts.mine, "called": [_called(each, now=now) for each in calling]}


def _called(ticket: Ticket, *, now: datetime) -> dict[str, str]:
    fleet = ticket.fleet
    risk = f"{ticket.risk_level.capitalize()}: " if has_level(ticket) else ""
    about = ticket.snapshot.get("task", {}).get("operation") or ticket.kind.capitalize()
    level = f" With level {ticket.escalation_level}." if ticket.escalation_level > 1 else ""
    return {
        "id": str(ticket.pk),
        "url": reverse("ticket", kwargs={"fleet": fleet.slug, "number": ticket.number}),
        "title": f"{risk}ticket #{ticket.number} in {fleet.name}",
        "body": (
            f"{_plain(about)}. Decide by {moment_time(ticket.decide_by, now=now)} UTC.{level}"
        ),
    }


def _plain(text: str) -> str:
    """Return what an agent sent as it is shown on pages, cut short where it is long."""
    shown = visible_text(text, limit=_WORDS_MOST)
    return "".join(part.text for part in shown.segments) + ("…" if shown.folded_from else "")
