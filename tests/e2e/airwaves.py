"""The live socket of a page in a test's hand: it can be cut, and single notices can get lost."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocketRoute


@dataclass
class Airwaves:
    """Passes everything on to the real server, but what it was told to lose."""

    are_down: bool = False
    loses: str = ""
    lost: int = 0
    routes: list[WebSocketRoute] = field(default_factory=list)

    def carry(self, page: Page) -> None:
        """Stand between the page's sockets and the server from its next load on."""
        page.route_web_socket("**/ws/**", self._opened)

    def cut(self) -> None:
        """Lose the connection, and every attempt at another, until ``are_down`` is over."""
        self.are_down = True
        for route in self.routes:
            route.close(code=1011)

    def _opened(self, route: WebSocketRoute) -> None:
        if self.are_down:
            route.close(code=1011)
            return
        self.routes.append(route)
        server = route.connect_to_server()
        server.on_message(lambda frame: self._pass_on(route, frame))

    def _pass_on(self, route: WebSocketRoute, frame: str | bytes) -> None:
        told = json.loads(frame)
        kept = [message for message in told if message.get("name") != self.loses or not self.loses]
        self.lost += len(told) - len(kept)
        if kept:
            route.send(json.dumps(kept))
