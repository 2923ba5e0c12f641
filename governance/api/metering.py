"""Counting a call of a key once, and telling the key where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.api.rate_fields import rate_fields
from governance.selectors.access import KeyPrincipal
from governance.services.key_calls import call_count

if TYPE_CHECKING:
    from django.http import HttpResponse

    from governance.services.key_calls import RateStanding


class Meter:
    """One call: counted when its key is first known, however often the call looks again."""

    def __init__(self) -> None:
        """Begin with nobody known."""
        self._is_counted = False
        self._standing: RateStanding | None = None

    def count(self, caller: object) -> None:
        """Count the call if its caller is a key.

        Raises:
            RateLimitedError: if the key has no call left.
        """
        if self._is_counted or not isinstance(caller, KeyPrincipal):
            return
        self._is_counted = True
        self._standing = call_count(
            key_id=caller.key_id,
            limit=caller.rate_per_minute,
            now=caller.seen_at,
            lineage=caller.lineage,
        )

    def told(self, response: HttpResponse) -> HttpResponse:
        """Return the answer with where a key with a limit stands."""
        standing = self._standing
        if standing is not None:
            for name, value in rate_fields(standing.limit, standing.left, standing.reset_s):
                response[name] = value
        return response
