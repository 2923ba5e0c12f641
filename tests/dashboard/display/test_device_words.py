from __future__ import annotations

import pytest

from dashboard.display.device_words import device_words

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox 143 on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0", "Edge 141 on Windows"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Chrome/141.0.0.0 Safari/537.36", "Chrome 141 on a Mac"),
        (f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/141.0.0.0 Mobile Safari/537.36", "Chrome 141 on Android"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1", "Safari on iPad"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15", "Safari 18 on a Mac"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 CriOS/141.0 Mobile/15E148 Safari/604.1", "Chrome 141 on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Something/1.0", "A browser on Windows"),
        ("curl/8.5.0", "curl"),
        ("", "A browser that does not say which"),
        ("x" * 200, "x" * 40),
    ],
)  # fmt: skip
def test_a_browser_is_named_with_its_system(user_agent: str, words: str) -> None:
    assert device_words(user_agent) == words
