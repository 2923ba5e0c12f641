"""Each caller at each socket: who hears what happens, and as what the others are sent away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from dashboard.routing import routes
from tests.access.callers import callers_of
from tests.clock import Clock
from tests.dashboard.live_socket import Socket
from tests.dashboard.people import people_of_shop
from tests.dashboard.shop import shop_of

if TYPE_CHECKING:
    from tests.access.callers import Caller

OPEN, STRANGE, HIDDEN = None, 4401, 4404
# By caller: the queue of all their fleets, the fleet `shop`, the fleet `elsewhere`.
SOCKETS = ("ws/queue/", "ws/f/shop/", "ws/f/elsewhere/")
TABLE: dict[str, tuple[int | None, int | None, int | None]] = {
    "a stranger": (STRANGE, STRANGE, STRANGE),
    "rita": (OPEN, OPEN, HIDDEN),
    "mona": (OPEN, OPEN, HIDDEN),
    "adam": (OPEN, OPEN, HIDDEN),
    "amy": (OPEN, OPEN, OPEN),
    "otto": (OPEN, HIDDEN, OPEN),
    "nell": (OPEN, HIDDEN, HIDDEN),
    "dora": (STRANGE, STRANGE, STRANGE),
}


async def closed_with(caller: Caller, path: str) -> int | None:
    """Return how the server closes a caller's socket; None where it greets them."""
    socket = Socket(f"/{path}", cookie=caller.cookies, token=caller.token)
    await socket.open()
    sent = await socket.wire.receive_output(timeout=10)
    await socket.leave()
    code: int | None = sent.get("code") if sent["type"] == "websocket.close" else OPEN
    return code


@pytest.mark.django_db(transaction=True)
def test_everybody_hears_what_the_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("governance.selectors.clock.source", Clock())
    people = people_of_shop()
    shop_of(people)

    @async_to_sync
    async def heard() -> dict[str, tuple[int | None, ...]]:
        callers = await sync_to_async(callers_of)(people)
        return {
            name: tuple([await closed_with(caller, path) for path in SOCKETS])
            for name, caller in callers.items()
        }

    # No socket reads a token or a key: whoever sends one is a stranger.
    found = heard()

    assert found == {name: TABLE.get(name, (STRANGE,) * 3) for name in found}
    assert found.keys() > TABLE.keys()


def test_every_socket_is_in_the_table() -> None:
    """The last route refuses every other path."""
    patterns = {str(each.pattern) for each in routes}

    assert patterns == {"ws/queue/", "ws/f/<slug:fleet>/", ""}
