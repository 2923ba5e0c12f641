"""No way round: no request claims another method, no answer leads off the site."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest

from tests.access.judging import said
from tests.access.rows import Kind, Said, Who
from tests.access.table import ROWS

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from tests.access.callers import Caller
    from tests.access.rows import Row
    from tests.access.world import World

SITE = "http://testserver"
AWAY = "//evil.example/x"
# Every name under which some framework lets a request claim another method.
CLAIMS = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")

READ = [row for row in ROWS if "GET" in row.uses]
FORMS = [row for row in ROWS if "POST" in row.uses and row.kind is not Kind.CALL]


def name_of(row: Row) -> str:
    return row.name


def owner(world: World, row: Row) -> Caller:
    """Return who may most at the address, signed in; a stranger where only strangers may."""
    if row.only:
        return world.callers[row.only]
    is_strange = any(use.who is Who.STRANGERS for use in row.uses.values())
    return world.callers["a stranger" if is_strange else "amy"]


def leads_away(response: HttpResponseBase) -> str:
    """Return the address to which an answer leads a browser off this site, else nothing."""
    to = response.headers.get("Location", "")
    # Browsers read a backslash as a slash.
    found = urlsplit(urljoin(SITE, to.replace("\\", "/")))
    return "" if f"{found.scheme}://{found.netloc}" == SITE else to


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_no_header_and_no_field_stands_for_a_method(world: World, row: Row) -> None:
    """Whatever the address does not take stays refused, whatever the request claims to be."""
    caller = owner(world, row)
    instead = {"GET": "POST", "POST": "GET", "DELETE": next(iter(row.uses))}

    found = {
        method: said(
            world.ask(
                caller, row, method, also={"_method": claim}, headers=dict.fromkeys(CLAIMS, claim)
            )
        )
        for method, claim in instead.items()
        if method not in row.uses
    }

    assert found == dict.fromkeys(found, Said.NO_METHOD)


@pytest.mark.parametrize("row", READ, ids=name_of)
def test_no_address_leads_off_the_site(world: World, row: Row) -> None:
    callers = [world.callers["a stranger"], owner(world, row)]

    answers = [world.ask(caller, row, "GET", also={"next": AWAY}) for caller in callers]

    assert [leads_away(each) for each in answers] == ["", ""]


@pytest.mark.parametrize("row", FORMS, ids=name_of)
def test_no_form_leads_off_the_site(world: World, row: Row) -> None:
    callers = [world.callers["a stranger"], owner(world, row)]

    answers = [world.ask(caller, row, "POST", also={"next": AWAY}) for caller in callers]

    assert [leads_away(each) for each in answers] == ["", ""]
