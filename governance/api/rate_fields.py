"""The header fields that tell a key where it stands.

They are those of draft-ietf-httpapi-ratelimit-headers-10: one policy, ``minute``, of ``q`` calls in
``w`` seconds, of which ``r`` are left for ``t`` seconds.
"""

from __future__ import annotations

import math

from governance.domain.key_rates import WINDOW_S

POLICY_FIELD, STANDING_FIELD = "RateLimit-Policy", "RateLimit"
POLICY = "minute"


def rate_fields(limit: int, left: int, reset_s: float) -> list[tuple[str, str]]:
    """Return the header fields of a limit, with ``left`` calls until ``reset_s`` have passed."""
    resets = max(1, math.ceil(reset_s))
    return [
        (POLICY_FIELD, f'"{POLICY}";q={limit};w={WINDOW_S}'),
        (STANDING_FIELD, f'"{POLICY}";r={left};t={resets}'),
    ]
