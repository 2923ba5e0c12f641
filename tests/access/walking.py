"""Every route of the URL conf, and the names it has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, get_resolver, reverse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@dataclass(frozen=True)
class Route:
    """A route by its name with the namespace, as ``/api/`` and below writes it ``api:tasks``."""

    name: str
    path: str
    parts: tuple[str, ...]

    def url(self, values: Mapping[str, Any]) -> str:
        """Return its address with ``values`` for its parts."""
        return reverse(self.name, kwargs={part: values[part] for part in self.parts})


@cache
def routes() -> dict[str, Route]:
    """Return every route by its name.

    Raises:
        AssertionError: for a route without a name, or two of one name: no row could name it.
    """
    found: dict[str, Route] = {}
    for route in _walked(get_resolver().url_patterns):
        assert not route.name.endswith(":"), f"{route.path} has no name in its URL conf"
        assert route.name not in found, f"two routes are called {route.name}"
        found[route.name] = route
    return found


def _walked(
    patterns: Iterable[Any],
    prefix: str = "",
    spaces: tuple[str, ...] = (),
    parts: tuple[str, ...] = (),
) -> Iterator[Route]:
    for each in patterns:
        path, inside = f"{prefix}{each.pattern}", (*parts, *each.pattern.converters)
        if isinstance(each, URLPattern):
            yield Route(":".join((*spaces, each.name or "")), path, inside)
        else:
            below = (*spaces, each.namespace) if each.namespace else spaces
            yield from _walked(each.url_patterns, path, below, inside)
