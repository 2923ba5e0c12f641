"""Words of the access matrix: who may use an address, and with which method.

A row states what is right, by hand: it is never read off the code that it judges. Each area has a
table of its own (`pages_*.py`, `api_*.py`); `table.py` joins them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

from governance.domain.types import Role
from tests.access.walking import routes


class Who(Enum):
    """The least that a person must be."""

    EVERYBODY = "everybody, signed in or not"
    STRANGERS = "whoever has not signed in; the others are led on"
    SIGNED_IN = "whoever has signed in"
    SOME_FLEET = "a member of some fleet"
    SOME_MANAGER = "a manager or admin of some fleet"
    ALL_FLEETS = "an admin of every fleet"
    MEMBERS = Role.REVIEWER
    MANAGERS = Role.MANAGER
    ADMINS = Role.ADMIN
    NOBODY = "no person: the call is for keys"

    @property
    def role(self) -> Role | None:
        """Return the least role in the fleet; None where no fleet is asked for."""
        return self.value if isinstance(self.value, Role) else None


EVERYBODY, STRANGERS, SIGNED_IN = Who.EVERYBODY, Who.STRANGERS, Who.SIGNED_IN
SOME_FLEET, SOME_MANAGER, ALL_FLEETS = Who.SOME_FLEET, Who.SOME_MANAGER, Who.ALL_FLEETS
MEMBERS, MANAGERS, ADMINS = Who.MEMBERS, Who.MANAGERS, Who.ADMINS
NOBODY = Who.NOBODY


class Kind(StrEnum):
    """How an address answers whom it does not know."""

    PAGE = "leads to sign-in, in browsers"
    PIECE = "says 401 to a script"
    CALL = "says 401 and knows keys and tokens"


class Said(StrEnum):
    """What an answer comes to; whatever lets the caller on is ALLOWED, a complaint of a form too."""

    ALLOWED = "allowed"
    SIGN_IN = "sign in first (302)"
    UNKNOWN = "who are you? (401)"
    FORBIDDEN = "not you (403)"
    HIDDEN = "not there (404)"
    NO_METHOD = "no such method (405)"
    BROKEN = "server error"


@dataclass(frozen=True, kw_only=True)
class Use:
    """One method of an address.

    Args:
        who: the least that a person must be.
        keys: names of the scopes of which a key needs one; empty: no key ever may.
        sends: the form or the JSON body, right enough that only the caller's rights decide.
        answer: what those hear who may.
        bound: what a key hears that has every scope but is bound to another agent.
        foreign: what a key of another fleet hears that has every scope; None: as the address says,
            404 for what is named in it, else an answer about its own fleet.
        is_gate: whether it is answered by the gate's lane, which reads tokens alone.
    """

    who: Who
    keys: str = ""
    sends: Mapping[str, Any] | None = None
    answer: Said = Said.ALLOWED
    bound: Said = Said.ALLOWED
    foreign: Said | None = None
    is_gate: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """An address, by the name of its route, and its methods.

    Args:
        name: of the route, with its namespace.
        kind: how it answers strangers.
        uses: by method; HEAD goes with GET, every other method must answer 405.
        at: what stands in its address, where that is not what the name of the part says.
        only: the one person it is there for, by user name; others hear that it is not there.
        is_form_only: whether it takes forms alone, and leads whoever opens it to their page.
    """

    name: str
    kind: Kind
    uses: Mapping[str, Use]
    at: Mapping[str, Any] = field(default_factory=dict)
    only: str = ""
    is_form_only: bool = False

    @property
    def names_something(self) -> bool:
        """Return whether its address names something of a fleet."""
        return bool(set(routes()[self.name].parts) - {"fleet", "rest"})


def page(name: str, see: Who, *, act: Who | None = None, **more: Any) -> Row:
    """Return the row of a whole page, which may take a form at its own address."""
    sends, answer = more.pop("sends", None), more.pop("answer", Said.ALLOWED)
    uses = {"GET": Use(who=see, answer=answer)}
    if act is not None:
        uses["POST"] = Use(who=act, sends=sends, answer=answer)
    return Row(name=name, kind=Kind.PAGE, uses=uses, **more)


def piece(name: str, see: Who, *, method: str = "GET", **more: Any) -> Row:
    """Return the row of what a script or a download fetches."""
    return Row(name=name, kind=Kind.PIECE, uses={method: Use(who=see)}, **more)


def files(name: str, see: Who, **more: Any) -> tuple[Row, Row]:
    """Return the rows of a table's files."""
    return piece(f"{name}-csv", see, **more), piece(f"{name}-json", see, **more)


def form(
    name: str,
    act: Who,
    *,
    sends: Mapping[str, Any] | None = None,
    answer: Said = Said.ALLOWED,
    **more: Any,
) -> Row:
    """Return the row of where a form is sent; opened by itself it leads to its page."""
    uses = {
        "POST": Use(who=act, sends=sends, answer=answer),
        # Whoever opens it: the page asks who comes.
        "GET": Use(who=EVERYBODY),
    }
    return Row(name=name, kind=Kind.PAGE, uses=uses, is_form_only=True, **more)


def call(name: str, *, at: Mapping[str, Any] | None = None, only: str = "", **uses: Use) -> Row:
    """Return the row of an API call, with ``get=``, ``post=`` and ``put=``."""
    by_method = {method.upper(): use for method, use in uses.items()}
    return Row(name=name, kind=Kind.CALL, uses=by_method, at=at or {}, only=only)


def keys(scopes: str, **more: Any) -> Use:
    """Return one method of a call of the gate: keys of which scopes; no person."""
    return Use(who=Who.NOBODY, keys=scopes, is_gate=True, **more)


def by(who: Who, keys: str = "", **more: Any) -> Use:
    """Return one method of a call: which people, and keys of which scopes, with spaces between."""
    return Use(who=who, keys=keys, **more)
