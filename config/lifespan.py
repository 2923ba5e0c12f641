"""Beginning and end of a web process, as ASGI servers tell of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from governance.services.key_tally import tally

if TYPE_CHECKING:
    from governance.api.sending import Receive, Scope, Send


async def lifespan(_scope: Scope, receive: Receive, send: Send) -> None:
    """Tell, before the process ends, what it alone knows.

    A server that was told to stop ends by that signal, so that nothing else runs at exit.
    """
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await asyncio.to_thread(tally.tell)
    await send({"type": "lifespan.shutdown.complete"})
