"""Where one ticket and its moves are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from dashboard.views import deciding, editing, holding, looking, moves, rights, tickets

if TYPE_CHECKING:
    from django.urls import URLPattern

TICKET = "f/<slug:fleet>/tickets/<int:number>/"

TICKET_PATHS: list[URLPattern] = [
    path(TICKET, tickets.ticket, name="ticket"),
    path(f"{TICKET}rights/", rights.rights, name="ticket-rights"),
    path(f"{TICKET}panel/", tickets.panel, name="ticket-panel"),
    path(f"{TICKET}row/", tickets.row, name="ticket-row"),
    path(f"{TICKET}looking/", looking.looking, name="ticket-looking"),
    path(f"{TICKET}decide/", deciding.decide, name="ticket-decide"),
    path(f"{TICKET}undo/", moves.undo, name="ticket-undo"),
    path(f"{TICKET}reopen/", moves.reopen, name="ticket-reopen"),
    path(f"{TICKET}snooze/", holding.snooze, name="ticket-snooze"),
    path(f"{TICKET}wake/", holding.wake, name="ticket-wake"),
    path(f"{TICKET}ask/", holding.ask, name="ticket-ask"),
    path(f"{TICKET}answer/", holding.answer, name="ticket-answer"),
    path(f"{TICKET}escalate/", holding.escalate, name="ticket-escalate"),
    path(f"{TICKET}reassign/", holding.reassign, name="ticket-reassign"),
    path(f"{TICKET}edit/", editing.edit, name="ticket-edit"),
    path(f"{TICKET}edit/review/", editing.review, name="ticket-edit-review"),
    path(f"{TICKET}edit/back/", editing.take_back, name="ticket-edit-back"),
    path(f"{TICKET}claim/", moves.claim, name="ticket-claim"),
    path(f"{TICKET}release-claim/", moves.release_claim, name="ticket-release-claim"),
]
