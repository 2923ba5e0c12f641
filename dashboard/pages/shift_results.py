"""What became of each ticket that a person left at the end of a shift."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.shift import ShiftPage, ShiftResult
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.rows import ticket_row
from dashboard.pages.standing import viewers_in
from escalations.domain.together import TicketName
from escalations.selectors.together import tickets_named
from escalations.services.shift import INTO_THE_QUEUE
from governance.selectors.clock import clock_now
from governance.selectors.people import fleets_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

    from escalations.services.one_by_one import Answered


def shift_results(user: User, *, told: Sequence[Answered], to: str) -> ShiftPage:
    """Return what became of each ticket.

    Args:
        user: who left them.
        told: what was recorded and what was not.
        to: the user name they went to, or the queue.
    """
    seats, now = fleets_of(user=user), clock_now()
    viewers = viewers_in(user, seats, now)
    names = [TicketName(each["fleet"], each["number"], each["version"]) for each in told]
    tickets = tickets_named(names, fleet_ids=viewers.keys())
    done = (
        "Back in the queue"
        if to == INTO_THE_QUEUE
        else f"Handed to {actor_words(to, names_of([to]))}"
    )
    results = []
    for each in told:
        ticket = tickets.get((each["fleet"], each["number"]))
        results.append(
            ShiftResult(
                number=each["number"],
                is_recorded=each["recorded"],
                at=datetime.fromisoformat(each["at"]) if each["at"] else None,
                done=done,
                sentence=each.get("sentence", ""),
                row=None
                if ticket is None
                else ticket_row(
                    ticket, viewer=viewers[ticket.fleet_id], names_fleet=len(viewers) > 1
                ),
            )
        )
    return ShiftPage(
        url=reverse("shift"), queue_url=reverse("queue"), now=now, results=tuple(results)
    )
