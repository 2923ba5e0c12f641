"""Who looks at a page of one fleet; lists of one or of all: whose, and where they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.pages.controls import Seat
from dashboard.pages.files import file_links
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person, fleets_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.cards.files import FileLinks
    from dashboard.views.access import PersonRequest
    from governance.domain.types import Role
    from governance.models import Fleet


def seated(request: PersonRequest, slug: str) -> Seat:
    """Return who looks at a fleet's page, and when; it is read before anything else of the page.

    Raises:
        MissingError: for an unknown fleet and for one the person is not in, alike.
    """
    fleet, role = fleet_for_person(user=request.user, slug=slug)
    return Seat(fleet=fleet, role=role, user=request.user, now=clock_now())


def seats_named(request: PersonRequest, fleet: str) -> list[tuple[Fleet, Role]]:
    """Return the fleet with this slug, or every fleet of the person, with the role in each.

    Raises:
        MissingError: for an unknown fleet and for one the person is not in, alike.
    """
    if fleet:
        return [fleet_for_person(user=request.user, slug=fleet)]
    return fleets_of(user=request.user)


def url_named(name: str, fleet: str) -> str:
    """Return where the list of this name is shown, of the fleet or of all of a person's."""
    return reverse(f"fleet-{name}", kwargs={"fleet": fleet}) if fleet else reverse(name)


def files_named(
    name: str, what: str, fleet: str, *, address: Callable[[str], str] = str
) -> FileLinks:
    """Return where the list of this name is a file, of the fleet or of all of a person's."""
    if fleet:
        return file_links(f"fleet-{name}", what, address=address, fleet=fleet)
    return file_links(name, what, address=address)
