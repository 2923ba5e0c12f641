"""The numbers of docs/api.md about channels and messages are those of the code."""

from __future__ import annotations

from pathlib import Path

from escalations.domain.chat_addresses import CHAT_SERVICES
from escalations.domain.escalation import CHAT_AFTER_S, MAIL_AFTER_S
from escalations.domain.notice_timing import ALONE_MOST, FLOOD_WITHIN, STEP_SHARE_MOST
from escalations.domain.notifying import FAILURES_UNTIL_FAILING
from governance.domain.webhooks import RETRIES_S
from tests.docs.test_webhooks import told

TEXT = " ".join((Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8").split())


def test_when_people_are_told() -> None:
    assert (
        "Chat is told `chat_after_s` after a call, mail `mail_after_s`, "
        f"{CHAT_AFTER_S} s and {MAIL_AFTER_S} s unless" in TEXT
    )
    assert STEP_SHARE_MOST == 0.5
    assert "each within half of the time until the next level or the deadline;" in TEXT


def test_when_several_are_told_in_one() -> None:
    minutes = FLOOD_WITHIN.total_seconds() / 60

    assert (
        f"After {ALONE_MOST} messages to a channel within {minutes:g} min the next are told in "
        f"one, at most once in {minutes:g} min." in TEXT
    )


def test_when_a_message_is_tried_again_and_a_channel_fails() -> None:
    first = ", ".join(told(seconds) for seconds in RETRIES_S[:3])

    assert f"tried again after {first} and so on while there is time to decide" in TEXT
    assert f"{FAILURES_UNTIL_FAILING} failures in a row make a channel `FAILING`" in TEXT


def test_which_chats_are_told() -> None:
    *first, last = [service.name for service in CHAT_SERVICES.values()]

    assert f"one of {', '.join(first)} and {last}, in exactly the form" in TEXT
