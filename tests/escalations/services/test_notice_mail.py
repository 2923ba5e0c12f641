"""Mail through a real server in a process of its own, and a courier that is killed while it sends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from escalations.domain.notice_text import Message
from escalations.domain.notifying import NoticeState
from escalations.models import Notice
from escalations.services.notice_out import NotTakenError, message_send
from escalations.services.notice_sending import channels_due, notices_send
from tests.escalations.asking import task_asked
from tests.escalations.noticing import calls, channel_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

ROOT = Path(__file__).parents[3]


@dataclass
class MailServer:
    """A started server, and the file in which it keeps what it took."""

    process: subprocess.Popen[str]
    kept: Path

    @property
    def mails(self) -> list[dict[str, Any]]:
        if not self.kept.exists():
            return []
        return [json.loads(line) for line in self.kept.read_text("utf-8").splitlines()]

    def await_mail(self) -> None:
        """Wait until the server has taken one more mail."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "taken\n"

    def refuse(self) -> None:
        self.kept.with_suffix(".refuse").touch()

    def take(self) -> None:
        self.kept.with_suffix(".refuse").unlink()


@pytest.fixture
def server(tmp_path: Path, settings: Settings) -> Iterator[MailServer]:
    kept = tmp_path / "mails"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.escalations.mail_server", str(kept)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    settings.CONSOLE_URL = "https://console.example"
    settings.DEFAULT_FROM_EMAIL = "Countersign <countersign@console.example>"
    yield MailServer(process, kept)
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_mail_arrives_as_plain_text_with_the_id_of_its_row(
    server: MailServer, fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel = channel_of(crew.rita)
    ticket = task_asked(fleet, crew.lena, operation="refund\r\nBcc: otto@example.test")
    clock.forward(seconds=60)

    assert notices_send(channel_id=channel.pk) == 1

    [notice], [mail] = calls(), server.mails
    assert mail["to"] == ["rita@example.test"]
    assert mail["headers"]["Message-ID"] == f"<{notice.pk}@console.example>"
    assert (
        mail["headers"]["Subject"] == f"[Shop] HIGH #{ticket.number}: refund Bcc: otto@example.test"
    )
    assert mail["headers"]["Content-Type"] == 'text/plain; charset="utf-8"'
    assert mail["headers"]["Auto-Submitted"] == "auto-generated"
    assert "Bcc" not in mail["headers"]
    assert f"/f/shop/tickets/{ticket.number}/" in mail["body"]
    assert notice.state == NoticeState.SENT.value


def test_a_server_that_puts_off_a_mail_is_given_it_again(
    server: MailServer, fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    channel = channel_of(crew.rita)
    task_asked(fleet, crew.lena)
    clock.forward(seconds=60)
    server.refuse()
    before = notices_send(channel_id=channel.pk)
    channel.refresh_from_db()
    server.take()
    clock.forward(seconds=5)

    assert (before, notices_send(channel_id=channel.pk)) == (0, 1)
    assert channel.last_error == "The mail server answered 451: 4.3.0 Come again later"
    assert len(server.mails) == 1


def test_a_server_that_is_not_there_is_a_sentence(
    server: MailServer, fleet: Fleet, crew: Crew, settings: Settings
) -> None:
    channel = channel_of(crew.rita)
    task_asked(fleet, crew.lena)
    settings.EMAIL_PORT = 1
    notice = Notice.objects.filter(purpose="call").get()

    with pytest.raises(NotTakenError, match=r"The mail server could not be reached: .*refused"):
        message_send(channel, Message("Subject", "Body"), notice_id=notice.pk)


@pytest.mark.django_db(transaction=True)
def test_a_courier_killed_after_the_server_took_the_mail_sends_the_same_mail_once_more(
    server: MailServer, fleet: Fleet, crew: Crew, clock: Clock, settings: Settings
) -> None:
    """What remains of the window: taken by the server, and not yet noted."""
    channel = channel_of(crew.rita)
    task_asked(fleet, crew.lena)
    clock.forward(seconds=60)
    server.kept.with_suffix(".hold").touch()
    # Each process takes a connection of its own.
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        _send_and_end(channel.pk)
    server.await_mail()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    server.kept.with_suffix(".hold").unlink()
    assert calls()[0].state == NoticeState.WAITING.value
    assert channels_due() == []

    clock.forward(seconds=80)
    assert notices_send(channel_id=channel.pk) == 1

    ids = [mail["headers"]["Message-ID"] for mail in server.mails]
    assert ids == [f"<{calls()[0].pk}@console.example>"] * 2


def _send_and_end(channel_id: Any) -> None:
    """Send, and never come back into the tests."""
    try:
        notices_send(channel_id=channel_id)
    finally:
        os._exit(0)
