"""What became of each ticket of an answer to many, and the form again for those that wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dashboard.cards.together import TogetherPage, TogetherResult
from dashboard.pages.panel import Typed, undo_window
from dashboard.pages.rows import ticket_row
from dashboard.pages.standing import viewers_in
from dashboard.pages.together import TogetherPlace, form_of, seqs_of, tickets_selected
from dashboard.pages.together_lines import Key, line_of, lines_shown, lines_sorted
from escalations.domain.together import TicketName
from escalations.selectors.together import tickets_named
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from uuid import UUID

    from dashboard.forms.together import Selected
    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket
    from escalations.services.one_by_one import Answered


def together_results(
    place: TogetherPlace,
    *,
    told: Sequence[Answered],
    code: str,
    text: str,
    selected: Selected,
) -> TogetherPage:
    """Return what became of each ticket, and the form again for those that still wait.

    Args:
        place: who looks, and where.
        told: what was recorded and what was not.
        code: the reason that was sent, kept for another try.
        text: its words, kept too.
        selected: the same tickets, and the groups of which not all were listed, to count the rest.
    """
    now = clock_now()
    viewers = viewers_in(place.user, place.seats, now)
    names = [TicketName(each["fleet"], each["number"], each["version"]) for each in told]
    tickets = tickets_named(names, fleet_ids=viewers.keys())
    refused = {(each["fleet"], each["number"]) for each in told if not each["recorded"]}
    again = [line_of(ticket, viewers) for key, ticket in sorted(tickets.items()) if key in refused]
    found = lines_sorted([line for line in again if line.row.is_pending])
    _, more = tickets_selected(place, selected, viewers, now)
    return TogetherPage(
        lines=lines_shown(found, {}, ""),
        now=now,
        again_url=place.results_url,
        queue_url=place.queue_url,
        form=form_of(
            place, found, Typed(code=code, text=text), "", selected.beyond if more else ()
        ),
        results=tuple(_result(each, tickets, viewers) for each in told),
        more=more,
        seqs=seqs_of(place),
    )


def _result(
    told: Answered, tickets: Mapping[Key, Ticket], viewers: Mapping[UUID, Viewer]
) -> TogetherResult:
    ticket = tickets.get((told["fleet"], told["number"]))
    decided_at = told.get("decided_at")
    viewer = None if ticket is None else viewers[ticket.fleet_id]
    row = None if ticket is None or viewer is None else ticket_row(ticket, viewer=viewer)
    undo = None if ticket is None or viewer is None else undo_window(ticket, viewer)
    return TogetherResult(
        number=told["number"],
        is_recorded=told["recorded"],
        at=datetime.fromisoformat(told["at"]) if told["at"] else None,
        row=row,
        sentence=told.get("sentence", ""),
        by=told.get("by", ""),
        decided_at=datetime.fromisoformat(decided_at) if decided_at else None,
        reason=told.get("reason", ""),
        undo=undo if undo is not None and undo.url and told["recorded"] else None,
    )
