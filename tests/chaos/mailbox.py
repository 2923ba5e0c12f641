"""A mail server in a process of its own, whose manners change while it runs.

``python -m tests.chaos.mailbox JOURNAL MANNERS`` takes mail on a free port of this machine, says
which on its first line, and appends a line to the journal for each mail it got.
"""

from __future__ import annotations

import asyncio
import email
import json
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from aiosmtpd.smtp import SMTP

from tests.chaos.manners import SILENT_S, SLOW_S, TAKES, Manner, manner_of

if TYPE_CHECKING:
    from aiosmtpd.smtp import Envelope, Session

_TICKET = re.compile(r"^Ticket #(\d+) in ", re.MULTILINE)
_LEVEL = re.compile(r"^Called: level (\d+) of ", re.MULTILINE)


class Mailbox:
    """Takes mail for whoever it is, in the manner of the day."""

    def __init__(self, journal: Path, manners: Path) -> None:
        """Keep what arrives in ``journal``; ``manners`` says how each address is treated."""
        self._journal, self._manners = journal, manners

    async def handle_DATA(  # noqa: N802 - aiosmtpd names it
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Answer one mail."""
        (address,) = envelope.rcpt_tos
        manner = manner_of(self._manners, address)
        self._note(address, envelope, manner)
        if manner is Manner.SLOW:
            await asyncio.sleep(SLOW_S)
        elif manner not in TAKES and manner is not Manner.FAIL:
            await asyncio.sleep(SILENT_S)
        return "451 Not now" if manner is Manner.FAIL else "250 Taken"

    def _note(self, address: str, envelope: Envelope, manner: Manner) -> None:
        """Append what was got, before it is answered: who dies meanwhile sends it once more."""
        content = envelope.content or b""
        mail = email.message_from_bytes(content if isinstance(content, bytes) else content.encode())
        message = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        got = {
            "at": time.time(),
            "channel": address,
            "step": step_of(mail.get_payload(decode=True).decode(), message),  # type: ignore[union-attr]
            "message": message,
            "manner": manner.value,
            "taken": manner in TAKES,
        }
        with self._journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(got) + "\n")


def step_of(body: str, message: str) -> str:
    """Return what a mail tells of: a level of a ticket, or of several at once, or of nothing."""
    number, level = _TICKET.search(body), _LEVEL.search(body)
    return f"#{number[1]} level {level[1]}" if number and level else f"message {message}"


async def serve(journal: Path, manners: Path) -> None:
    """Answer until the process is ended."""
    mailbox = Mailbox(journal, manners)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="mail.example", loop=loop), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(*(Path(word) for word in sys.argv[1:])))
