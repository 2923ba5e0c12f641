"""Who may use the queue of a fleet, its tickets and what was decided."""

from __future__ import annotations

from tests.access.rows import MEMBERS, Row, files, form, page, piece

ROWS: tuple[Row, ...] = (
    page("fleet-queue", MEMBERS),
    piece("fleet-queue-rows", MEMBERS),
    page("fleet-queue-next", MEMBERS),
    page("fleet-together", MEMBERS, act=MEMBERS),
    page("fleet-together-results", MEMBERS, only="rita"),
    page("fleet-decided", MEMBERS),
    *files("fleet-decided", MEMBERS),
    page("fleet-unstarted", MEMBERS),
    *files("fleet-unstarted", MEMBERS),
    page("ticket", MEMBERS),
    page("ticket-rights", MEMBERS),
    piece("ticket-panel", MEMBERS),
    piece("ticket-row", MEMBERS),
    piece("ticket-looking", MEMBERS),
    # What stands in a person's way at one ticket is told there, see `ticket-rights`.
    form("ticket-decide", MEMBERS),
    form("ticket-undo", MEMBERS),
    form("ticket-reopen", MEMBERS),
    form("ticket-snooze", MEMBERS),
    form("ticket-wake", MEMBERS),
    form("ticket-ask", MEMBERS),
    form("ticket-answer", MEMBERS),
    form("ticket-escalate", MEMBERS),
    form("ticket-reassign", MEMBERS),
    form("ticket-edit", MEMBERS),
    form("ticket-edit-review", MEMBERS),
    form("ticket-edit-back", MEMBERS),
    form("ticket-claim", MEMBERS),
    form("ticket-release-claim", MEMBERS),
)
