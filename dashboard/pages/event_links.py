"""Where the events of a fleet are, and the way back to where somebody came from."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.urls import reverse

LONGEST_BACK = 2_000


def event_url(fleet: str, seq: int, *, back: str = "") -> str:
    """Return the page of one event; ``back`` is the path that it leads back to."""
    url = reverse("fleet-event", kwargs={"fleet": fleet, "seq": seq})
    return f"{url}?{urlencode({'back': back})}" if back else url


def events_url(fleet: str, **narrowed: str) -> str:
    """Return the fleet's event log, narrowed as its address says."""
    url = reverse("fleet-events", kwargs={"fleet": fleet})
    said = {name: value for name, value in narrowed.items() if value}
    return f"{url}?{urlencode(said)}" if said else url


def back_read(fleet: str, text: str) -> str:
    """Return the path with query that an address asks to be led back to, empty for any other.

    Only a page of this fleet is taken: whoever made the link must not lead people elsewhere.
    """
    if len(text) > LONGEST_BACK or not text.isprintable() or "\\" in text:
        return ""
    try:
        asked = urlsplit(text)
    except ValueError:
        return ""
    is_here = not asked.scheme and not asked.netloc and asked.path.startswith(f"/f/{fleet}/")
    climbs = ".." in asked.path.split("/") or "%" in asked.path or "//" in asked.path
    return text if is_here and not climbs else ""
