"""Chats that may be told: of named services only, at the host that is the service's own.

An address in which somebody could choose the host would let them reach the network this application
runs in, so what is allowed is written down whole; there are no parameters, some of which read files
or turn checks off. The forms are those of Apprise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_ADDRESS = 500
SHOWN_LAST = 4
_SIGN = r"[A-Za-z0-9_-]"


@dataclass(frozen=True, slots=True)
class ChatService:
    """A service: its name, how its addresses are written, and the host that messages go to.

    ``host`` beginning with a dot: any host below it.
    """

    name: str
    form: str
    pattern: re.Pattern[str]
    host: str


CHAT_SERVICES: Mapping[str, ChatService] = {
    "slack": ChatService(
        "Slack",
        "slack://A/B/C",
        re.compile(r"slack://[A-Z0-9]{9,12}/[A-Z0-9]{9,12}/[A-Za-z0-9]{24}", re.ASCII),
        "hooks.slack.com",
    ),
    "discord": ChatService(
        "Discord",
        "discord://webhook-id/webhook-token",
        re.compile(rf"discord://[0-9]{{10,24}}/{_SIGN}{{20,120}}", re.ASCII),
        "discord.com",
    ),
    "workflows": ChatService(
        "Microsoft Teams",
        "workflows://name.logic.azure.com:443/workflow/signature",
        re.compile(
            r"workflows://(?:[a-z0-9][a-z0-9-]{0,62}\.){1,4}logic\.azure\.com(?::443)?"
            rf"/[A-Za-z0-9]{{16,64}}/{_SIGN}{{20,120}}",
            re.ASCII,
        ),
        ".logic.azure.com",
    ),
    "gchat": ChatService(
        "Google Chat",
        "gchat://workspace/key/token",
        re.compile(rf"gchat://{_SIGN}{{4,60}}/{_SIGN}{{10,120}}/{_SIGN}{{10,120}}", re.ASCII),
        "chat.googleapis.com",
    ),
    "tgram": ChatService(
        "Telegram",
        "tgram://bot-token/chat-id",
        re.compile(rf"tgram://[0-9]{{6,12}}:{_SIGN}{{30,60}}/-?[0-9]{{4,20}}", re.ASCII),
        "api.telegram.org",
    ),
    "pover": ChatService(
        "Pushover",
        "pover://user-key@token",
        re.compile(r"pover://[A-Za-z0-9]{30}@[A-Za-z0-9]{30}", re.ASCII),
        "api.pushover.net",
    ),
    "ntfy": ChatService(
        "ntfy.sh",
        "ntfy://topic",
        re.compile(rf"ntfy://{_SIGN}{{16,64}}", re.ASCII),
        "ntfy.sh",
    ),
    "pagerduty": ChatService(
        "PagerDuty",
        "pagerduty://integration-key@api-key",
        re.compile(r"pagerduty://[A-Za-z0-9]{20,40}@[A-Za-z0-9_+-]{16,40}", re.ASCII),
        "events.pagerduty.com",
    ),
}
CHAT_FORMS = ", ".join(each.form for each in CHAT_SERVICES.values())


class ChatAddressError(ValueError):
    """An address of no chat that may be told; the message never repeats it, for it is a secret."""


def chat_service_of(address: str) -> ChatService:
    """Return the service an address is of.

    Raises:
        ChatAddressError: unless it is written exactly as one of `CHAT_SERVICES`.
    """
    scheme = address.partition("://")[0]
    service = CHAT_SERVICES.get(scheme)
    if service is None:
        allowed = ", ".join(each.name for each in CHAT_SERVICES.values())
        raise ChatAddressError(f"The address is of none of these services: {allowed}.")
    if len(address) > LONGEST_ADDRESS or not service.pattern.fullmatch(address):
        raise ChatAddressError(
            f"An address of {service.name} is written {service.form}, without parameters."
        )
    return service


def chat_shown(address: str) -> str:
    """Return what people are shown of an address: its service and its last 4 characters."""
    return f"{address.partition('://')[0]}://…{address[-SHOWN_LAST:]}"
