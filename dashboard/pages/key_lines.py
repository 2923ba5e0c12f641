"""One key as a line of a list: how it stands, what it may do, how much it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.keys import KeyLine
from dashboard.display.durations import day_time, far_time
from dashboard.display.figures import plural
from dashboard.display.key_texts import (
    MARKS,
    agents_text,
    limit_text,
    refused_text,
    scopes_text,
    usage_text,
)
from dashboard.pages.names import actor_words
from governance.domain.keys import KeyState, ends_soon

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from governance.models import ApiKey
    from governance.selectors.key_calls import KeyUsage


def key_line(  # noqa: PLR0917  what a line is made of
    key: ApiKey,
    state: KeyState,
    usage: KeyUsage | None,
    names: Mapping[str, str],
    slug: str,
    now: datetime,
) -> KeyLine:
    """Return the line of a key.

    Args:
        key: the key.
        state: how it stands at ``now``.
        usage: its calls; None while nobody counts.
        names: of people, by user name.
        slug: of its fleet.
        now: the time of the page.
    """
    used_at = key.last_used_at
    is_soon = state is KeyState.LIVE and ends_soon(key.expires_at, now=now)
    return KeyLine(
        name=key.name,
        prefix=key.prefix,
        page_url=reverse("fleet-key", kwargs={"fleet": slug, "key_id": key.pk}),
        mark=MARKS["soon" if is_soon else state.value],
        state=_state(key, state, now),
        scopes=scopes_text(key.scopes),
        environment=key.environment,
        agents=agents_text(len(key.agents)),
        limit=limit_text(key.rate_per_minute),
        usage="" if usage is None else usage_text(usage.minute, usage.hour, usage.day),
        refused="" if usage is None else refused_text(usage.refused_hour, usage.refused_day),
        used=f"last used {far_time(used_at, now=now)}" if used_at else "never used",
        made=f"Made {far_time(key.created_at, now=now)} by {actor_words(key.created_by, names)}.",
    )


def ending_words(ending: Sequence[ApiKey]) -> str:
    """Return which keys end within 14 days; empty for none."""
    if not ending:
        return ""
    first = ending[0]
    at = "" if first.expires_at is None else day_time(first.expires_at)
    if len(ending) == 1:
        return f"The key {first.name} ends {at} UTC: rotate it before."
    return (
        f"{plural(len(ending), 'key')} end within 14 days, the first, {first.name}, {at} UTC:"
        " rotate them before."
    )


def _state(key: ApiKey, state: KeyState, now: datetime) -> str:
    ends = "" if key.expires_at is None else far_time(key.expires_at, now=now)
    match state:
        case KeyState.REVOKED:
            at = "" if key.revoked_at is None else f" {far_time(key.revoked_at, now=now)}"
            return f"Revoked{at}."
        case KeyState.EXPIRED:
            return f"Ended {ends}."
        case KeyState.ROTATED:
            return f"Has a successor; signs in until {ends}."
        case KeyState.LIVE:
            return f"Signs in until {ends}." if ends else "Signs in until it is revoked."
