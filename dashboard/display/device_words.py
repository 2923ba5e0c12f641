"""A browser in words, by what it says of itself: enough to know one's own, and no proof."""

from __future__ import annotations

import re

# In this order: many name others, which they are made to be taken for.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome", "Headless Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)
_MOST = 40


def device_words(user_agent: str) -> str:
    """Return a browser and its system: `Firefox 143 on Linux`; a program by its own name."""
    browser = next(
        (f"{name}{_version(user_agent, sign)}" for sign, name in _BROWSERS if sign in user_agent),
        "",
    )
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    if browser or system:
        return browser or f"A browser on {system}"
    program = user_agent.partition("/")[0].strip()[:_MOST]
    return program or "A browser that does not say which"


def _version(user_agent: str, sign: str) -> str:
    # Safari says its own version elsewhere than that of its engine.
    named = "Version" if sign == "Safari" else rf"{sign}\w*"
    found = re.search(rf"{named}/(\d{{1,4}})", user_agent)
    return f" {found[1]}" if found else ""
