"""The keys of a fleet as a file: never a secret or its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from dashboard.display.sheets import Sheet
from governance.selectors.key_calls import keys_usage
from governance.selectors.keys import keys_of, states_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from governance.models import ApiKey, Fleet


def key_sheet(fleet: Fleet, *, now: datetime) -> Sheet[ApiKey]:
    """Return every key the fleet ever had, oldest first, with its calls where they are counted."""
    keys = keys_of(fleet)
    states, usage = states_of(keys, now=now), keys_usage([key.pk for key in keys], now=now)

    def used(name: str) -> Callable[[ApiKey], Any]:
        return lambda key: None if usage is None else getattr(usage[key.pk], name)

    return Sheet(
        name="keys",
        fleet=fleet.slug,
        columns={
            "key": lambda key: key.name,
            "prefix": lambda key: key.prefix,
            "path": lambda key: reverse(
                "fleet-key", kwargs={"fleet": fleet.slug, "key_id": key.pk}
            ),
            "state": lambda key: states[key.pk].value,
            "environment": lambda key: key.environment,
            "scopes": lambda key: key.scopes,
            "agents": lambda key: [str(each) for each in key.agents],
            "rate_per_minute": lambda key: key.rate_per_minute,
            "calls_hour": used("hour"),
            "calls_day": used("day"),
            "refused_day": used("refused_day"),
            "last_used_at": lambda key: key.last_used_at,
            "expires_at": lambda key: key.expires_at,
            "revoked_at": lambda key: key.revoked_at,
            "created_by": lambda key: key.created_by,
            "created_at": lambda key: key.created_at,
        },
        rows=keys,
    )
