"""Keys in words: what a scope may do, how a key stands, how much it was used."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.display.figures import plural
from dashboard.display.wording import Mark

# By the value of the scope: a word for lists, a sentence for forms.
SCOPES: Mapping[str, tuple[str, str]] = {
    "gate": ("asks", "asks before each task, starts and cancels it, and describes tools"),
    "report": ("reports", "sends outcomes and interactions"),
    "verify": ("verifies", "vouches for results that it did not ask for"),
    "read": ("reads", "reads tasks, agents, tickets and events"),
    "operate": ("operates", "registers agents, and freezes, pauses and halts"),
}

# How long a key may live, in days, by what its form sends; and what it sends unless told otherwise.
LIVES: Mapping[str, str] = {
    "7": "7 days",
    "30": "30 days",
    "90": "90 days",
    "180": "180 days",
    "365": "365 days",
    "never": "until it is revoked",
}
USUAL_LIFE = "90"
# The same for a token, which ends after a year at the latest.
TOKEN_LIVES: Mapping[str, str] = {life: said for life, said in LIVES.items() if life != "never"}
# How long a former key signs in beside its successor, in hours.
OVERLAPS: Mapping[str, str] = {
    "0": "not at all: it ends now",
    "1": "1 hour",
    "24": "24 hours",
    "168": "7 days",
    "720": "30 days",
}
USUAL_OVERLAP = "24"

MARKS: Mapping[str, Mark] = {
    "live": Mark("Signs in", "check", "good"),
    "soon": Mark("Ends soon", "sand", "amber"),
    "rotated": Mark("Rotated", "swap", "amber"),
    "expired": Mark("Expired", "sand"),
    "revoked": Mark("Revoked", "x"),
}

UNCOUNTED = (
    "Redis or Valkey does not answer: calls go on, but nobody counts them, and limits hold nobody"
    " back. Tell whoever runs the stack."
)


def scopes_text(scopes: list[str]) -> str:
    """Return what a key may do, in words."""
    return ", ".join(SCOPES[scope][0] for scope in SCOPES if scope in scopes)


def agents_text(count: int) -> str:
    """Return for whom a key speaks; 0 stands for all."""
    return f"for {plural(count, 'agent')}" if count else "for every agent of the fleet"


def limit_text(rate_per_minute: int | None) -> str:
    """Return the limit of a key."""
    if rate_per_minute is None:
        return "no limit of its own"
    return f"at most {plural(rate_per_minute, 'call')} a minute"


def usage_text(minute: float, hour: int, day: int) -> str:
    """Return how many calls a key made: those of the minute are an estimate (`CallCount.used`)."""
    return (
        f"About {plural(round(minute), 'call')} in the last minute, {hour:,} in the last hour,"
        f" {day:,} in the last 24 h"
    )


def refused_text(hour: int, day: int) -> str:
    """Return how many calls were beyond the limit; empty where none was."""
    if not day:
        return ""
    return f"{plural(day, 'call')} beyond its limit refused in the last 24 h, {hour:,} in the hour"
