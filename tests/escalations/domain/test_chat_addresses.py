from __future__ import annotations

import pytest

from escalations.domain.chat_addresses import (
    CHAT_SERVICES,
    ChatAddressError,
    chat_service_of,
    chat_shown,
)

ALLOWED = {
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "discord": "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz",
    "workflows": (
        "workflows://prod-12.westeurope.logic.azure.com:443/0123456789abcdef0123456789abcdef"
        "/sig-sig-sig-sig-sig-sig-sig"
    ),
    "gchat": "gchat://AAAAspace/key-key-key-key/token-token-token",
    "tgram": "tgram://123456789:abcdefghijklmnopqrstuvwxyzABCDEFG/-1001234567890",
    "pover": "pover://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "ntfy": "ntfy://countersign-on-call-9f3c",
    "pagerduty": "pagerduty://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@bbbbbbbbbbbbbbbbbbbb",
}


def test_every_service_has_an_address_here() -> None:
    assert ALLOWED.keys() == CHAT_SERVICES.keys()


@pytest.mark.parametrize("scheme", ALLOWED)
def test_an_address_of_a_named_service_is_allowed(scheme: str) -> None:
    assert chat_service_of(ALLOWED[scheme]) is CHAT_SERVICES[scheme]


@pytest.mark.parametrize("scheme", ALLOWED)
@pytest.mark.parametrize(
    "change", ["{}?verify=no", "{}/?template=/etc/passwd", "{}#x", "{}\n", " {}", "{}/../x", "{}@h"]
)
def test_no_address_takes_parameters_or_anything_beside_its_form(scheme: str, change: str) -> None:
    with pytest.raises(ChatAddressError):
        chat_service_of(change.format(ALLOWED[scheme]))


@pytest.mark.parametrize(
    "address",
    [
        "json://10.0.0.1/hook",
        "jsons://hooks.example/x",
        "mailto://a:b@example.com",
        "http://169.254.169.254/",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "file:///etc/passwd",
        "ntfy://internal.host/topic-topic-topic",
        "ntfys://countersign-on-call-9f3c",
        "ntfy://user:word@ntfy.sh/countersign-on-call-9f3c",
        "ntfy://localhost",
        "workflows://10.0.0.1/0123456789abcdef/sig-sig-sig-sig-sig-sig-sig",
        "workflows://logic.azure.com.evil.example/0123456789abcdef/sig-sig-sig-sig-sig-sig",
        "workflows://a.logic.azure.com:8080/0123456789abcdef/sig-sig-sig-sig-sig-sig",
        "tgram://123456789:abcdefghijklmnopqrstuvwxyzABCDEFG",
        "SLACK://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "slack",
        "",
        f"ntfy://{'x' * 600}",
    ],
)
def test_whoever_would_choose_the_host_is_refused_without_repeating_the_address(
    address: str,
) -> None:
    with pytest.raises(ChatAddressError) as refused:
        chat_service_of(address)

    assert not address.partition("://")[2] or address.partition("://")[2] not in str(refused.value)


def test_four_characters_of_a_secret_are_shown() -> None:
    assert chat_shown(ALLOWED["discord"]) == "discord://…wxyz"
