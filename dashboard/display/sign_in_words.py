"""What the events of signing in say, in one sentence each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from dashboard.display.because import because

Words: TypeAlias = Callable[[Mapping[str, Any], Callable[[str], str]], str]


def _of(sentence: str) -> Words:
    """Return words that put the name of the person in the place of `{who}`."""
    return lambda payload, who: sentence.format(who=who(payload["username"]))


def _signed_in(payload: Mapping[str, Any], who: Callable[[str], str]) -> str:
    return f"{who(payload['username'])} signed in by {payload['way']}."


def _failed(payload: Mapping[str, Any], who: Callable[[str], str]) -> str:
    held = " No more are taken from there for now." if payload["is_held"] else ""
    return f"A wrong password or code was given for {who(payload['username'])}.{held}"


def _factor_off(payload: Mapping[str, Any], who: Callable[[str], str]) -> str:
    return because(
        f"{who(payload['username'])} signs in without a code again", payload.get("reason")
    )


def _provider(sentence: str) -> Words:
    return lambda payload, who: sentence.format(
        who=who(payload["username"]), provider=payload["provider"]
    )


SIGN_IN_WORDS: Mapping[str, Words] = {
    "person.mail_changed": _of("{who} changed their mail address for signing in."),
    "person.password_changed": _of("{who} changed their password."),
    "person.password_reset": _of("{who} set a new password through a mailed link."),
    "person.provider_linked": _provider("{who} can sign in through {provider}."),
    "person.provider_unlinked": _provider("{who} can no longer sign in through {provider}."),
    "person.recovery_codes_made": _of("{who} made new recovery codes."),
    "person.second_factor_off": _factor_off,
    "person.second_factor_on": _of("{who} signs in with a code of their app, too."),
    "person.sign_in_failed": _failed,
    "person.signed_in": _signed_in,
}
