from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.origin import is_trusted

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

TRUSTED = ["https://console.example"]


@pytest.fixture(autouse=True)
def _hosts(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "live.example"]


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8000", "localhost:8000"),
        ("https://localhost", "localhost"),
        ("HTTP://LOCALHOST:8000", "localhost:8000"),
        ("https://console.example", "live.example"),
    ],
)
def test_a_page_of_this_site_or_a_listed_one_may_open_a_socket(origin: str, host: str) -> None:
    assert is_trusted({"origin": origin, "host": host}, trusted_origins=TRUSTED)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:9000", "localhost:8000"),
        ("https://evil.example", "localhost:8000"),
        ("https://evil.example", "evil.example"),
        ("https://console.example.evil.example", "live.example"),
        ("http://console.example", "live.example"),
        ("null", "localhost:8000"),
        ("", "localhost:8000"),
        ("", ""),
        ("ws://localhost:8000", "localhost:8000"),
        ("http://localhost:8000", "[::1"),
        ("http://[::1", "localhost:8000"),
    ],
)
def test_any_other_page_may_not(origin: str, host: str) -> None:
    assert not is_trusted({"origin": origin, "host": host}, trusted_origins=TRUSTED)
