"""What holds at every address, whoever asks: headers, and forms of other sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.access.callers import Badge
from tests.access.judging import said
from tests.access.rows import Said, Who
from tests.access.table import ROWS

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from tests.access.callers import Caller
    from tests.access.rows import Row
    from tests.access.world import World

CHANGES = ("POST", "PUT")

READ = [row for row in ROWS if "GET" in row.uses]
CHANGED = [(row, method) for row in ROWS for method in CHANGES if method in row.uses]


def name_of(value: Row | str) -> str:
    return value if isinstance(value, str) else value.name


def leaks(caller: Caller, response: HttpResponseBase, *, is_public: bool) -> list[str]:
    """Return which of the headers that every answer needs it lacks."""
    headers = response.headers
    wanted = {"X-Content-Type-Options": "nosniff"}
    # Whoever has a link with a secret in it tells other pages the name of the site at most.
    if headers.get("Referrer-Policy") not in {"same-origin", "strict-origin"}:
        wanted |= {"Referrer-Policy": "same-origin"}
    if headers.get("Content-Type", "").startswith("text/html"):
        wanted |= {"X-Frame-Options": "DENY"}
        policy = headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy or "unsafe" in policy:
            wanted |= {"Content-Security-Policy": "default-src 'none' ..., nothing unsafe"}
    if caller.badge is Badge.SESSION and not is_public:
        wanted |= {"Cache-Control": "no-store"}
    return [
        f"{response.status_code} for {caller.name}: {name} is {headers.get(name)!r}, not {value!r}"
        for name, value in wanted.items()
        if value not in headers.get(name, "")
    ]


@pytest.mark.parametrize("row", READ, ids=name_of)
def test_every_answer_keeps_to_itself(world: World, row: Row) -> None:
    is_public = row.uses["GET"].who in {Who.EVERYBODY, Who.STRANGERS}
    callers = [world.callers[name] for name in ("a stranger", "otto", "amy", row.only or "rita")]

    found = [
        each
        for caller in callers
        for each in leaks(caller, world.ask(caller, row, "GET"), is_public=is_public)
    ]

    assert found == []


@pytest.mark.parametrize(("row", "method"), CHANGED, ids=name_of)
def test_a_form_of_another_site_is_refused_wherever_a_session_counts(
    world: World, row: Row, method: str
) -> None:
    caller = world.callers[row.only or "amy"]

    response = world.ask(caller, row, method, enforce_csrf_checks=True)

    if row.uses[method].is_gate:
        # The lane of the gate reads no session, so that none can be abused.
        assert said(response) is Said.UNKNOWN
        return
    assert said(response) is Said.FORBIDDEN
    text = getattr(response, "content", b"").decode()
    assert "This form is too old" in text or "csrf" in text.lower()
