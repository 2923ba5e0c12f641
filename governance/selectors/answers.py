"""What was answered before to requests with an Idempotency-Key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from governance.models import StoredAnswer

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def answers_stored(
    *, principal: str, routes: Collection[str], key: str
) -> Mapping[str, dict[str, Any]]:
    """Return the answers that one key was given on these routes, by route, while they are kept.

    Args:
        principal: whose key it is, as it was when they were stored.
        routes: method and path of each request.
        key: the Idempotency-Key.
    """
    stored = StoredAnswer.objects.filter(
        principal=principal, route__in=routes, idempotency_key=key
    ).values_list("route", "answer")
    return {route: json.loads(answer) for route, answer in stored}
