"""The links from a table to its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from dashboard.cards.files import FileLinks

if TYPE_CHECKING:
    from collections.abc import Callable


def file_links(
    name: str, what: str, *, address: Callable[[str], str] = str, **place: Any
) -> FileLinks:
    """Return where a table is a file.

    Args:
        name: of the table in `dashboard/urls.py`; its files are `NAME-csv` and `NAME-json`.
        what: the rows, in a word or two.
        address: adds to a path what the page's own address narrows the rows to.
        place: what the route names: the fleet, the agent.
    """
    return FileLinks(
        what=what,
        csv_url=address(reverse(f"{name}-csv", kwargs=place)),
        json_url=address(reverse(f"{name}-json", kwargs=place)),
    )
