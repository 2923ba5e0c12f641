"""Where an address that takes forms alone leads whoever opens it: to the page of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import Resolver404, get_resolver, resolve, reverse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from django.urls import ResolverMatch

FORM_OF = "form_of"


def address_to_open(request: HttpRequest) -> str:
    """Return an address that may be opened: the request's own, or its form's page.

    The page of a form is the one that the view names, else the nearest page above: of
    ``/f/shop/rules/3/revoke/`` it is ``/f/shop/rules/``.
    """
    match = request.resolver_match
    if match is None or not hasattr(match.func, FORM_OF):
        return request.get_full_path()
    named = getattr(match.func, FORM_OF)
    return _named(named, match) if named else next(_pages_above(request.path_info), "/")


def _named(name: str, match: ResolverMatch) -> str:
    """Return the address of a page, with those parts of the form's own that the page's has."""
    (_, parts), *_ = get_resolver().reverse_dict.getlist(name)[0][0]
    return reverse(name, kwargs={part: match.kwargs[part] for part in parts})


def _pages_above(path: str) -> Iterator[str]:
    """Yield the addresses above one that lead somewhere and take more than forms."""
    above = path.rstrip("/")
    while above:
        above = above.rpartition("/")[0]
        try:
            found = resolve(f"{above}/")
        except Resolver404:
            continue
        if not hasattr(found.func, FORM_OF):
            yield f"{above}/"
