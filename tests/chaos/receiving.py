"""A receiver of webhooks and a mail server, each a process of its own, and what they got."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.chaos.notice_reckoning import Got
from tests.e2e.stack import PROJECT


@dataclass(frozen=True, slots=True)
class Receiving:
    """Receivers that run: where they are, whom to believe, how they answer, what they got."""

    url: str
    mail_port: int
    authority: Path
    manners: Path
    journal: Path

    @property
    def environ(self) -> dict[str, str]:
        """Return what the stack must know to reach and believe them."""
        return {
            "SSL_CERT_FILE": str(self.authority),
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mail_port),
            "EMAIL_USE_TLS": "0",
        }

    def arrived(self) -> int:
        """Return how many messages reached them, whether or not they took them."""
        return self.journal.read_bytes().count(b"\n")

    def got(self) -> list[Got]:
        """Return every message that reached them."""
        lines = self.journal.read_text("utf-8").splitlines()
        return [
            Got(
                channel=line["channel"],
                step=line["step"],
                message=line["message"],
                at=line["at"],
                taken=line["taken"],
            )
            for line in map(json.loads, lines)
        ]


@contextmanager
def receiving(folder: Path) -> Iterator[Receiving]:
    """Run both until the block ends."""
    authority, certificate = folder / "authority.pem", folder / "certificate.pem"
    issuer = trustme.CA()
    issuer.cert_pem.write_to_path(authority)
    issuer.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
    manners, journal = folder / "manners.json", folder / "received.jsonl"
    manners.write_text("{}", "utf-8")
    journal.touch()
    with ExitStack() as both:
        port = both.enter_context(_running("receiver", certificate, journal, manners))
        mail_port = both.enter_context(_running("mailbox", journal, manners))
        yield Receiving(f"https://127.0.0.1:{port}", mail_port, authority, manners, journal)


@contextmanager
def _running(module: str, *words: Path) -> Iterator[int]:
    """Run a module that says its port first, and yield the port."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.chaos.{module}", *(str(word) for word in words)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(timeout=10)
