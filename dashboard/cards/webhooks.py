"""Webhooks: where a fleet's events are sent, how that goes, and what became of each message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.files import FileLinks
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookLine:
    """One webhook: `state` says in a sentence how it is doing, `events` what it is sent.

    `waiting` says how many messages are on their way, and is empty where none is.
    """

    name: str
    page_url: str
    host: str
    events: str
    mark: Mark
    state: str
    waiting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventArea:
    """An area of events: `every` is its pattern, `names` are pairs of a name and whether chosen."""

    label: str
    every: str
    is_chosen: bool
    names: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookForm:
    """What adds a webhook or changes one; `why_not` keeps this person from it.

    `singles` is how many single events are chosen; `wrong` names the field at fault. `sign` is what
    a script compares: what is recorded, whatever was typed.
    """

    url: str
    why_not: str
    idempotency_key: str
    name: str
    target: str
    areas: tuple[EventArea, ...]
    singles: int
    problem: str = ""
    wrong: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretCard:
    """A secret, shown this once: `then` says what becomes of the one before it."""

    secret: str
    title: str
    then: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookMove:
    """One thing a person may do to a webhook; `why_not` keeps this person from it."""

    name: str
    label: str
    icon: str
    url: str
    says: str
    why_not: str
    idempotency_key: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptLine:
    """One attempt: the answer's status, or empty where none came, and what it came to."""

    at: datetime
    status: str
    sentence: str
    took: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """One event on its way; `answer` and `why` are of the last attempt, `then` what comes next.

    `target` is the URL of a callback, and empty for what goes to the webhook's own.
    `replay` is None while it is on its way, and where nothing is sent any more.
    """

    delivery_id: str
    event: str
    seq: int
    mark: Mark
    attempts: int
    answer: str
    why: str
    then: str
    log: tuple[AttemptLine, ...]
    replay: WebhookMove | None
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhooksPage:
    """The webhooks of a fleet. `seq` is its last event number, read before all else.

    `unseen` says why this person sees none of it, and is empty where they may. `late` says that
    nobody sends what is due, and is empty while somebody does.
    """

    fleet_name: str
    fleet_slug: str
    seq: int
    now: datetime
    parts_url: str
    outbound_url: str
    lines: tuple[WebhookLine, ...] = ()
    ended: tuple[WebhookLine, ...] = ()
    form: WebhookForm | None = None
    unseen: str = ""
    late: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPage:
    """One webhook with its log. `form` and `moves` are empty once it has ended.

    `callbacks` says of one that stands for callbacks where they go; its hosts are at
    `outbound_url`. Both are empty for any other.
    """

    fleet_slug: str
    seq: int
    now: datetime
    parts_url: str
    list_url: str
    line: WebhookLine
    target: str
    added: str
    former: str
    deliveries: tuple[DeliveryLine, ...]
    moves: tuple[WebhookMove, ...]
    rotate: WebhookMove | None
    form: WebhookForm | None
    secret: SecretCard | None = None
    callbacks: str = ""
    outbound_url: str = ""
    files: FileLinks | None = None
