"""A receiver of webhooks in a process of its own, whose manners change while it runs.

``python -m tests.chaos.receiver CERTIFICATE JOURNAL MANNERS`` serves HTTPS on a free port of this
machine, says which on its first line, and appends a line to the journal for each message it got.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from pathlib import Path
from typing import Any

from tests.chaos.manners import DRIP_S, SILENT_S, SLOW_S, TAKES, Manner, manner_of

ELSEWHERE = "/elsewhere"


async def serve(certificate: Path, journal: Path, manners: Path) -> None:
    """Answer until the process is ended."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _answer(reader, writer, journal, manners)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, journal: Path, manners: Path
) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
    path = head[0].split(" ")[1]
    headers = {
        name.lower(): text.strip() for name, _, text in (line.partition(":") for line in head[1:])
    }
    body = json.loads(await reader.readexactly(int(headers["content-length"])))
    manner = manner_of(manners, path)
    _note(journal, path, headers["countersign-delivery"], body, manner)
    match manner:
        case Manner.SLOW:
            await asyncio.sleep(SLOW_S)
        case Manner.HANG:
            await asyncio.sleep(SILENT_S)
        case Manner.DRIP:
            for each in b"HTTP/1.1 204 No Content\r\n":
                writer.write(bytes([each]))
                await writer.drain()
                await asyncio.sleep(DRIP_S)
    writer.write(_said(manner))
    await writer.drain()


def _note(journal: Path, path: str, delivery: str, body: dict[str, Any], manner: Manner) -> None:
    """Append what was got, before it is answered: who dies meanwhile sends it once more."""
    got = {
        "at": time.time(),
        "channel": path,
        "step": body["id"],
        "message": delivery,
        "manner": manner.value,
        "taken": manner in TAKES,
    }
    with journal.open("a", encoding="utf-8") as file:
        file.write(json.dumps(got) + "\n")


def _said(manner: Manner) -> bytes:
    status = {Manner.FAIL: "500 Broken", Manner.REDIRECT: "307 Elsewhere"}.get(
        manner, "204 No Content"
    )
    where = f"Location: {ELSEWHERE}\r\n" if manner is Manner.REDIRECT else ""
    return f"HTTP/1.1 {status}\r\n{where}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()


if __name__ == "__main__":
    asyncio.run(serve(*(Path(word) for word in sys.argv[1:])))
