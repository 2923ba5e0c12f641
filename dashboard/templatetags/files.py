"""The pair of links that save a table."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from dashboard.cards.files import FileLinks

register = template.Library()


@register.inclusion_tag("components/files.html")
def files_of(name: str, what: str, **place: Any) -> dict[str, FileLinks]:
    """Draw the links to a table that nothing narrows; one that is narrowed has them on its card.

    Args:
        name: of the table in `dashboard/urls.py`.
        what: the rows, in a word or two.
        place: what the route names: the fleet, the agent.
    """
    csv_url, json_url = (reverse(f"{name}-{ending}", kwargs=place) for ending in ("csv", "json"))
    return {"files": FileLinks(what=what, csv_url=csv_url, json_url=json_url)}
