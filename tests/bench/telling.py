"""How long a mail can come twice: ``python -m tests.bench.telling``.

Starts embedded PostgreSQL and Valkey in a scratch home and a mail server in a process of its own,
and sends test messages one by one, as a courier does. What is between the server's answer and the
commit that notes it is the time in which a killed courier leaves a mail that is sent once more.
Options: ``--mails N``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, NamedTuple

from config.embedded import Home, embedded_stack
from tests.bench.waiting import _prepared

if TYPE_CHECKING:
    from collections.abc import Sequence

TARGET_MS = 100.0


class Sent(NamedTuple):
    """Of one mail: ms from its claim to the server's answer, and from that to the commit."""

    sending_ms: float
    open_ms: float


def main() -> int:
    """Measure, print, and return 0 if 95 of 100 mails were noted within the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=200)
    mails = parser.parse_args().mails
    with tempfile.TemporaryDirectory(prefix="cs-telling-") as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.escalations.mail_server", f"{folder}/mails"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdout is not None
        os.environ |= {
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": server.stdout.readline().strip(),
            "EMAIL_USE_TLS": "0",
        }
        try:
            home = Home(Path(folder) / "home")
            with embedded_stack(home, variables={}):
                _prepared(home)
                sent = _sent(mails)
        finally:
            server.kill()
    return _print(sent)


def _sent(mails: int) -> list[Sent]:
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    from escalations.models import Notice, NoticeChannel  # noqa: PLC0415
    from escalations.services.notice_claiming import notice_claim  # noqa: PLC0415
    from escalations.services.notice_out import message_send  # noqa: PLC0415
    from escalations.services.notice_sending import _attempt  # noqa: PLC0415
    from governance.selectors.clock import clock_now  # noqa: PLC0415

    now, user = clock_now(), get_user_model().objects.earliest("id")
    channel = NoticeChannel.objects.create(
        user=user, kind="mail", address="rita@example.test", created_at=now
    )
    Notice.objects.bulk_create(
        Notice(channel=channel, purpose="test", planned_at=now, due_at=now, next_at=now)
        for _ in range(mails)
    )
    answered = 0.0

    def send(*args: Any, **how: Any) -> None:
        nonlocal answered
        message_send(*args, **how)
        answered = time.perf_counter()

    found = []
    while (claimed := notice_claim(channel.pk)) is not None:
        begun = time.perf_counter()
        assert _attempt(claimed, send)
        ended = time.perf_counter()
        found.append(Sent((answered - begun) * 1000, (ended - answered) * 1000))
    return found


def _print(sent: Sequence[Sent]) -> int:
    for name, each in (
        ("claimed to answered", [one.sending_ms for one in sent]),
        ("answered to noted", [one.open_ms for one in sent]),
    ):
        worst = quantiles(each, n=20)[-1]
        print(f"{name:20} median {median(each):6.1f} ms, 95 % within {worst:6.1f} ms")
    return int(quantiles([one.open_ms for one in sent], n=20)[-1] > TARGET_MS)


if __name__ == "__main__":
    sys.exit(main())
