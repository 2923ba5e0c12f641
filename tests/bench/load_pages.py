"""Every page of a manager, asked of the web processes of ``up``: queries, times, points a trace.

Pages are found by the names of their addresses, so that a new one is measured with the others; one
that offers periods is asked for each of them.
"""

from __future__ import annotations

import http.client
import json
import logging
import re
import time
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.bench.gate import web_running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from django.urls import URLPattern

    from config.embedded import Home

RANGES = ("24h", "7d", "30d", "90d")
# What only changes something, answers a script about one row, asks for a number that is no
# ticket's, or leads on, is no page here.
NO_PAGES = re.compile(
    r"(-parts|-rows|-row|-controls|-next|-panel|-looking|-back)$|-(csv|json)$|sign-|channel|hours"
)
FIGURE = re.compile(
    r'data-chart-source>.*?<script type="application/json">(.*?)</script>', re.DOTALL
)
POINTS_MOST, WARM = 1_500, 2


class Asked(NamedTuple):
    """One page: milliseconds of each request, queries of one, the longest trace of its charts."""

    path: str
    each_ms: list[float]
    queries: int
    points: int

    @property
    def p95_ms(self) -> float:
        """Return what 95 % of the requests took at most."""
        return quantiles(self.each_ms, n=20)[-1]


def pages_ask(home: Home, *, rounds: int) -> list[Asked]:
    """Ask for every page of the demo fleet's manager, one request at a time."""
    # Each page that only takes what is sent would be told.
    logging.disable(logging.WARNING)
    client = _client()
    counted = {path: _counted(client, path) for path in _paths(client)}
    cookie = "; ".join(f"{name}={each.value}" for name, each in client.cookies.items())
    with web_running(home) as port:
        timed = {path: _timed(port, path, cookie, rounds) for path in counted}
    return [Asked(path, timed[path], *counted[path]) for path in counted]


def pages_print(asked: list[Asked], *, target_ms: float) -> int:
    """Print the table, the slowest page first, and return 0 if each keeps the targets."""
    print(f"\n{'page':<62}{'queries':>8}{'median':>8}{'p95 ms':>8}{'points':>8}")
    for one in sorted(asked, key=lambda page: -page.p95_ms):
        times = f"{median(one.each_ms):>8.0f}{one.p95_ms:>8.0f}"
        print(f"{one.path:<62}{one.queries:>8}{times}{one.points:>8}")
    missed = [one for one in asked if one.p95_ms > target_ms or one.points > POINTS_MOST]
    print(f"targets: {target_ms:.0f} ms at p95, {POINTS_MOST:,} points a trace;", end=" ")
    print(f"{len(asked)} pages: {f'{len(missed)} MISSED' if missed else 'met'}")
    return 1 if missed else 0


def _client() -> Client:
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(get_user_model().objects.get(username="mona"))
    return client


def _paths(client: Client) -> Iterator[str]:
    """Yield the addresses of all pages, with each period where a page offers periods."""
    for path in _plain_paths():
        answer = client.get(path)
        # Of others than managers, or only for what is sent: no page of theirs.
        is_page = answer.status_code not in (302, 403, 405)
        if not is_page or "text/html" not in answer["Content-Type"]:
            continue
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        # One that says its period in its address is asked as it stands.
        offers = "?" not in path and "range=90d" in answer.content.decode()
        yield from (f"{path}?range={each}" for each in RANGES) if offers else (path,)


def _plain_paths() -> Iterator[str]:
    from django.urls import reverse  # noqa: PLC0415

    from dashboard.urls import urlpatterns  # noqa: PLC0415

    known = _subjects()
    for pattern in urlpatterns:
        name, wanted = _name(pattern), set(pattern.pattern.converters)
        if name and not NO_PAGES.search(name) and "fleet" in wanted and wanted <= set(known):
            yield reverse(name, kwargs={each: known[each] for each in wanted})
    one, other = known["agent_id"], known["other"]
    yield from (path.format(one=one, other=other) for path in MORE)


# Pages that want more than the parts of their address.
MORE = tuple(f"/f/shop/agents/{{one}}/trends/?with={{other}}&range={each}" for each in RANGES)


def _name(pattern: URLPattern) -> str:
    return str(getattr(pattern, "name", "") or "")


def _subjects() -> dict[str, Any]:
    """Return what the parts of addresses stand for: the fleet, and one of each kind."""
    from escalations.models import Ticket  # noqa: PLC0415
    from governance.models import (  # noqa: PLC0415
        Agent,
        Cascade,
        CollusionRing,
        Event,
        Fleet,
        FleetIncident,
    )

    fleet = Fleet.objects.get(slug="shop", archived_at=None)
    one, other = Agent.objects.filter(fleet=fleet, external_id__startswith="bench-")[:2]
    events = Event.objects.filter(fleet=fleet, name="breaker.tripped").order_by("-seq")
    firsts = {
        "cascade_id": Cascade.objects.filter(fleet=fleet).order_by("-opened_at"),
        "ring_id": CollusionRing.objects.filter(fleet=fleet),
        "incident_id": FleetIncident.objects.filter(fleet=fleet),
    }
    found = {name: rows.values_list("pk", flat=True).first() for name, rows in firsts.items()}
    numbers = {
        "seq": events.values_list("seq", flat=True).first(),
        "number": Ticket.objects.filter(fleet=fleet).values_list("number", flat=True).first(),
    }
    return {
        "fleet": fleet.slug,
        "agent_id": one.pk,
        "other": other.external_id,
        **{name: each for name, each in {**found, **numbers}.items() if each is not None},
    }


def _counted(client: Client, path: str) -> tuple[int, int]:
    """Return the queries of one request, and the points of the longest trace it draws."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    # Counted at once: the next request empties the log.
    queries = len(asked)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    figures = [json.loads(each) for each in FIGURE.findall(answer.content.decode())]
    # A chart with nothing to draw has no figure.
    traces = [trace for figure in figures if figure for trace in figure["data"]]
    return queries, max((_length(trace) for trace in traces), default=0)


def _length(trace: dict[str, Any]) -> int:
    return max(len(trace.get(name) or ()) for name in ("x", "y", "z"))


def _timed(port: int, path: str, cookie: str, rounds: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    each_ms = []
    for _ in range(WARM + rounds):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Host": "127.0.0.1", "Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        each_ms.append((time.perf_counter() - began) * 1e3)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
    connection.close()
    return each_ms[WARM:]
