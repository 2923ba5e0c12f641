"""Which pages the console has: those without ids by their names, the others by links to them."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve, reverse

from dashboard.urls import urlpatterns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import BrowserContext

# A link to a page of the console, as templates write it.
_LINK = re.compile(r'href="(/[^"#]*)')
# Pages that sign a person out, or in, or lead on.
_LEFT_OUT = frozenset({"home", "sign-in", "sign-out"})
# Files, and pieces that a page reads again.
_NO_PAGE = re.compile(r"-(csv|json|parts|rows)$")
# Enough to come by each kind of page; lists repeat the same kinds.
_READ_MOST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page by its name in the URLs, and one address of it."""

    name: str
    path: str


def places_find(context: BrowserContext, fleet: str) -> tuple[list[Place], list[str]]:
    """Return a page for each name that has one, and the names nothing leads to, for this person.

    Addresses that take a form, or answer with a piece of a page or a file, are no pages.
    """
    known: dict[str, str] = {}
    asked: set[str] = set()
    waiting = deque(_without_ids(fleet))
    while waiting and len(asked) < _READ_MOST:
        path = waiting.popleft()
        name = name_of(path)
        is_page = name and name not in _LEFT_OUT and not _NO_PAGE.search(name)
        if not is_page or name in known or path in asked:
            continue
        asked.add(path)
        answer = context.request.get(path, headers={"Accept": "text/html"}, max_redirects=0)
        body = answer.text() if "text/html" in answer.headers.get("content-type", "") else ""
        if answer.status != 200 or "<html" not in body:
            continue
        known[name] = path
        waiting.extend(links_of(body))
    names = {pattern.name for pattern in urlpatterns if pattern.name} - _LEFT_OUT
    lacking = sorted(name for name in names - set(known) if _needs_id(name))
    return [Place(name=name, path=path) for name, path in known.items()], lacking


def links_of(body: str) -> list[str]:
    """Return the addresses that a page links to, without what narrows them, each once."""
    found = (urlsplit(link.replace("&amp;", "&")).path for link in _LINK.findall(body))
    return list(dict.fromkeys(found))


def name_of(path: str) -> str:
    """Return the name of the address in the URLs of the console; empty where it is none of them."""
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    return match.url_name or "" if not match.namespaces else ""


def _without_ids(fleet: str) -> Iterable[str]:
    for pattern in urlpatterns:
        if not pattern.name or pattern.default_args:
            continue
        fields = set(pattern.pattern.converters)
        if not fields:
            yield reverse(pattern.name)
        elif fields == {"fleet"}:
            yield reverse(pattern.name, kwargs={"fleet": fleet})


def _needs_id(name: str) -> bool:
    """Return whether the name is one of an object's page, which the demo may not have yet."""
    return name in {
        "ticket",
        "agent",
        "agent-trends",
        "cascade",
        "ring",
        "fleet-incident",
        "webhook",
        "fleet-event",
        "backtest",
    }
