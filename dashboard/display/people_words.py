"""What the log says of people who are invited, join, change their role and go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from dashboard.display.because import because
from governance.domain.types import Role

Payload: TypeAlias = Mapping[str, Any]
Who: TypeAlias = Callable[[str], str]


def _one(role: str) -> str:
    return Role(role).one


def _member(payload: Payload, who: Who) -> str:
    role = payload.get("role")
    sentence = f"{who(payload['username'])} {f'is {_one(role)} now' if role else 'left the fleet'}"
    return because(sentence, payload.get("reason"))


def _joined(payload: Payload, who: Who) -> str:
    return (
        f"{who(payload['username'])} joined as {_one(payload['role'])}, invited by"
        f" {who(payload['invited_by'])}."
    )


PEOPLE_WORDS: Mapping[str, Callable[[Payload, Who], str]] = {
    "membership.changed": _member,
    "person.deactivated": lambda payload, who: because(
        f"{who(payload['username'])} was deactivated", payload.get("reason")
    ),
    "person.reactivated": lambda payload, who: because(
        f"{who(payload['username'])} was taken back and can sign in again", payload.get("reason")
    ),
    "person.guesses_forgiven": lambda payload, who: because(
        f"Passwords of {who(payload['username'])} are taken again, {payload['count']} wrong ones"
        " are forgotten",
        payload["reason"],
    ),
    "person.invitation_revoked": lambda payload, _: (
        f"An invitation to join as {_one(payload['role'])} was taken back."
    ),
    "person.invited": lambda payload, _: (
        f"Somebody was invited to join as {_one(payload['role'])}."
    ),
    "person.joined": _joined,
}
