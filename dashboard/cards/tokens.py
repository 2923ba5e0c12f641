"""Personal tokens: those a person has, and the form that makes one."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.cards.keys import Choice, KeySecret
from dashboard.cards.security import Proof
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """One token; `revoke_url` is empty once it has ended."""

    token_id: str
    name: str
    prefix: str
    mark: Mark
    state: str
    used: str
    made: str
    revoke_url: str
    idempotency_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenForm:
    """What makes a token; `proof` is what it asks of whoever sends it."""

    url: str
    idempotency_key: str
    name: str
    lives: tuple[Choice, ...]
    proof: Proof
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensPage:
    """The tokens of a person. `secret` is shown this once; `repeated` says why none is."""

    lines: tuple[TokenLine, ...]
    ended: tuple[TokenLine, ...]
    form: TokenForm
    secret: KeySecret | None = None
    repeated: str = ""
    problem: str = ""
