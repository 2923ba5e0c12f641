"""To which hosts messages to chats really go, with the requests that would leave the machine."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests

from escalations.domain.chat_addresses import CHAT_SERVICES
from escalations.domain.notice_text import Message
from escalations.domain.notifying import ChannelKind
from escalations.models import NoticeChannel
from escalations.services.notice_out import NotTakenError, message_send
from tests.escalations.domain.test_chat_addresses import ALLOWED

MESSAGE = Message("[Shop] HIGH #812: refund", "Ask @everyone <!channel>")


class Outside:
    """Stands where requests leave the machine, and answers each with a status."""

    def __init__(self) -> None:
        self.status, self.said = 200, b'{"ok": true, "result": {}}'
        self.asked: list[requests.PreparedRequest] = []
        self.redirects: list[bool] = []

    def answer(self, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        self.asked.append(request)
        self.redirects.append(how["allow_redirects"])
        answer = requests.Response()
        answer.status_code = self.status
        answer._content = self.said
        answer.request, answer.url = request, request.url or ""
        return answer


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    standing = Outside()

    def send(
        session: requests.Session, request: requests.PreparedRequest, **how: Any
    ) -> requests.Response:
        return standing.answer(request, **how)

    monkeypatch.setattr(requests.Session, "send", send)
    return standing


def channel(scheme: str) -> NoticeChannel:
    return NoticeChannel(kind=ChannelKind.CHAT.value, address=ALLOWED[scheme])


@pytest.mark.parametrize("scheme", ALLOWED)
def test_a_message_goes_to_the_services_own_host_over_tls_and_follows_no_redirect(
    scheme: str, outside: Outside
) -> None:
    # What each says to what it took; all others 200 with JSON.
    outside.status = {"pagerduty": 202, "discord": 204}.get(scheme, 200)
    outside.said = b"ok" if scheme == "slack" else outside.said

    message_send(channel(scheme), MESSAGE, notice_id=uuid4())

    [request] = outside.asked
    to = urlsplit(str(request.url))
    host = CHAT_SERVICES[scheme].host
    assert to.scheme == "https"
    assert to.hostname is not None
    assert to.hostname.endswith(host) if host.startswith(".") else to.hostname == host
    assert outside.redirects == [False]
    sent = str(request.body)
    assert "@everyone" not in sent
    assert "<!channel>" not in sent


def test_a_refusal_names_the_service_and_nothing_of_its_address(
    outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    outside.status = 404

    with caplog.at_level(logging.DEBUG), pytest.raises(NotTakenError) as refused:
        message_send(channel("discord"), MESSAGE, notice_id=uuid4())

    assert str(refused.value) == "Discord did not take it."
    assert "abcdefghijklmnopqrstuvwxyz" not in caplog.text


def test_an_address_that_is_allowed_no_longer_is_not_asked(
    outside: Outside,
) -> None:
    former = NoticeChannel(kind=ChannelKind.CHAT.value, address="json://10.0.0.1/hook")

    with pytest.raises(NotTakenError, match="none of these services"):
        message_send(former, MESSAGE, notice_id=uuid4())

    assert outside.asked == []
