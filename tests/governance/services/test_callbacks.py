"""Callbacks go to listed hosts only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.models import Fleet
from governance.refusals import InvalidFieldError
from governance.services.callbacks import callback_check

if TYPE_CHECKING:
    from pytest_django import Settings

SHOP = Fleet(slug="shop", callback_hosts=["Hooks.Example.org", "example.org:8443"])


@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://hooks.example.org/done?id=1",
        "https://HOOKS.example.org:443/",
        "https://example.org:8443/x",
    ],
)
def test_a_listed_host_is_taken(url: str | None) -> None:
    callback_check(url, SHOP)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://example.org/", "callback_host_unlisted"),
        ("https://hooks.example.org:8443/", "callback_host_unlisted"),
        ("https://hooks.example.org.evil.test/", "callback_host_unlisted"),
        ("https://10.0.0.1/", "callback_host_unlisted"),
        ("http://hooks.example.org/", "callback_insecure"),
        ("http://127.0.0.1:9000/", "callback_insecure"),
        ("file:///etc/passwd", "callback_url_malformed"),
        ("https://hooks.example.org@evil.test/", "callback_url_malformed"),
        ("https://hooks.example.org/#top", "callback_url_malformed"),
        ("https://hooks.example.org:99999/", "callback_url_malformed"),
        ("https://hooks.example.org:0/", "callback_url_malformed"),
        ("https://[::1", "callback_url_malformed"),
        ("https://hooks.example.org\\@evil.test/", "callback_url_malformed"),
        ("https://hooks.example.org /", "callback_url_malformed"),
        ("https://hooks.exämple.org/", "callback_url_malformed"),
        ("", "callback_url_malformed"),
    ],
)
def test_any_other_url_is_refused(url: str, code: str) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        callback_check(url, SHOP)

    assert (caught.value.code, caught.value.field) == (code, "callback_url")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9000/", "http://localhost/", "http://[::1]:8000/x"]
)
def test_in_debug_this_machine_may_be_called_in_the_clear(settings: Settings, url: str) -> None:
    settings.DEBUG = True

    callback_check(url, SHOP)


def test_in_debug_another_machine_still_needs_https(settings: Settings) -> None:
    settings.DEBUG = True

    with pytest.raises(InvalidFieldError) as caught:
        callback_check("http://hooks.example.org/", SHOP)

    assert caught.value.code == "callback_insecure"
