"""What a live queue is served: its page, its list and the fleet's feed of events."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from playwright.sync_api import Page, expect

from dashboard.cards import TicketRow
from tests.dashboard import sample_cards as sample
from tests.dashboard.page_server import Answer, PageServer, Sent, draw

LIST, EVENTS = "/queue/", "/api/v1/events"
FLEET = "payments-prod"
OPENED = replace(
    sample.COPY_ROW,
    ticket_id="0193a1b2-0000-7000-8000-000000004900",
    number=4900,
    title="Grant admin to a contractor",
    row_url="/f/payments-prod/tickets/4900/row/",
)


class Feed:
    """The queue's page, its list and the fleet's feed; counts how often each was asked for."""

    def __init__(self, pages: PageServer) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.lists = 0
        self.status = 200
        self.events: list[dict[str, Any]] = []
        self.more = False
        # Cleared, the named answer is held back until it is set again.
        self.lists_go, self.events_go = threading.Event(), threading.Event()
        self.lists_go.set()
        self.events_go.set()
        self.now(310, *sample.QUEUE.rows)
        pages.page("/", self.page())
        pages.on("GET", LIST, self._list)
        pages.on("GET", EVENTS, self._events)

    def page(self, release: str = "") -> str:
        drawn = draw("queue/index.html", shell=sample.SHELL, queue=sample.QUEUE, csrf_token="token")
        return drawn.replace('data-release=""', f'data-release="{release}"')

    def now(self, seq: int, *rows: TicketRow) -> None:
        queue = replace(sample.QUEUE, rows=rows, seqs={FLEET: seq})
        self.drawn = draw("queue/list.html", queue=queue, csrf_token="token")

    def told(self, seq: int, **ids: str) -> None:
        self.events.append({"seq": seq, "name": "ticket.opened", "ids": ids})

    def _list(self, _: Sent) -> Answer:
        self.lists += 1
        drawn = self.drawn
        assert self.lists_go.wait(timeout=30)
        return Answer(drawn, status=self.status)

    def _events(self, sent: Sent) -> Answer:
        self.asked.append(sent.path.partition("?")[2])
        assert self.events_go.wait(timeout=30)
        return Answer({"events": self.events, "more": self.more}, status=self.status)


def new_ticket(page: Page) -> Any:
    return expect(page.get_by_role("button", name="Show 1 new ticket"))
