"""A mail server of its own process: every mail it takes is a line of JSON in a file.

``python -m tests.escalations.mail_server FILE`` prints its port, and ``taken`` for each mail. While
a file ``FILE.refuse`` exists it answers 451; while ``FILE.hold`` does it keeps a mail and says no
word of it to whoever sent it.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP


class Keeping:
    """Keeps what arrives."""

    def __init__(self, kept: Path) -> None:
        self.kept = kept

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.kept.with_suffix(".refuse").exists():
            return "451 4.3.0 Come again later"
        mail = message_from_bytes(envelope.content)
        body = mail.get_payload(decode=True)
        line = {
            "to": envelope.rcpt_tos,
            "headers": dict(mail.items()),
            "body": body.decode() if isinstance(body, bytes) else "",
        }
        with self.kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print("taken", flush=True)
        if self.kept.with_suffix(".hold").exists():
            await asyncio.Event().wait()
        return "250 OK"


async def serve(kept: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    handler = Keeping(kept)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, hostname="mail.test"), sock=listener)
    print(listener.getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
