"""Keys: what each may do, how much it is used, and the forms that make, change and end them."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.cards.files import FileLinks
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """One key: `state` says in a sentence when it ends, `usage` how many calls it made.

    `refused` says how many were beyond its limit, and is empty where none was.
    """

    name: str
    prefix: str
    page_url: str
    mark: Mark
    state: str
    scopes: str
    environment: str
    agents: str
    limit: str
    usage: str
    refused: str
    used: str
    made: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that can be chosen in a form: `says` is what it does."""

    value: str
    label: str
    is_chosen: bool
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyForm:
    """What makes a key. `known` are names of agents to choose from, `more` how many others are.

    `wrong` names the field at fault.
    """

    url: str
    idempotency_key: str
    name: str
    environments: tuple[Choice, ...]
    scopes: tuple[Choice, ...]
    lives: tuple[Choice, ...]
    agents: str
    rate: str
    known: tuple[str, ...]
    more: int = 0
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChange:
    """What gives a key another name or limit."""

    url: str
    idempotency_key: str
    name: str
    rate: str
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMove:
    """Rotating or revoking a key; `why_not` says why it cannot be now."""

    url: str
    idempotency_key: str
    says: str
    why_not: str = ""
    overlaps: tuple[Choice, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySecret:
    """A key's or token's text, shown this once; `curl` tries it, `then` is about the former."""

    token: str
    title: str
    curl: str
    then: str = ""
    noun: str = "key"
    holder: str = "the orchestrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysPage:
    """The keys of a fleet.

    `unseen` says why this person sees none of it. `ending` says which keys end soon, `uncounted`
    that nobody counts calls now; both are empty where there is nothing to say.
    """

    fleet_name: str
    lines: tuple[KeyLine, ...] = ()
    ended: tuple[KeyLine, ...] = ()
    more_ended: int = 0
    form: KeyForm | None = None
    files: FileLinks | None = None
    ending: str = ""
    uncounted: str = ""
    unseen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPage:
    """One key. `change`, `rotate` and `revoke` are None once it has ended.

    `agents` are those it is bound to, by name; empty: all. `former` and `successor` are pairs of
    words and an address. `repeated` says that a form was sent twice and why no secret is shown.
    """

    list_url: str
    line: KeyLine
    agents: tuple[str, ...]
    scopes: tuple[Choice, ...]
    former: tuple[str, str] | None
    successor: tuple[str, str] | None
    change: KeyChange | None
    rotate: KeyMove | None
    revoke: KeyMove | None
    secret: KeySecret | None = None
    repeated: str = ""
    uncounted: str = ""
