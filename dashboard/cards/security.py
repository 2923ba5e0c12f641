"""How a person signs in, and where they are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a form asks of whoever sends it: the password, or the code of the app.

    ``label`` is empty where a fresh sign-in is the proof; ``why_not`` says what is missing then.
    """

    label: str
    autocomplete: str = "current-password"
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A form that was refused: which, why, at which field, and what of it may be shown again."""

    form: str = ""
    problem: str = ""
    field: str = ""
    mail: str = ""
    seat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLine:
    """One session: the browser in words, its address, and whether it is the one that asks."""

    id: int
    device: str
    address: str
    signed_in_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AppCard:
    """The second factor: since when (None while it is off) and recovery codes left."""

    since: datetime | None
    used_at: datetime | None = None
    codes_left: int = 0
    is_required: bool = False

    @property
    def is_low(self) -> bool:
        """Return whether so few recovery codes are left that it is time for new ones."""
        return self.codes_left <= 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityCard:
    """The page; ``provider`` is empty where none is set up.

    ``mail`` is the person's address, ``mail_helps`` what it is good for.
    """

    username: str
    seats: tuple[SeatLine, ...]
    app: AppCard
    mail: str
    mail_helps: str
    has_password: bool
    proof: Proof
    provider: str = ""
    is_linked: bool = False
    refused: Refused = Refused()
    said: str = ""

    @property
    def others(self) -> int:
        """Return in how many other places the person is signed in."""
        return sum(not seat.is_this for seat in self.seats)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSetUpCard:
    """The set-up of an app: the secret as picture and as text, for this session alone."""

    secret: str
    picture: str
    proof: Proof
    is_required: bool
    problem: str = ""
    field: str = ""

    @property
    def groups(self) -> str:
        """Return the secret in groups of four, as it is typed."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesCard:
    """Recovery codes, shown this once; ``file`` is the same as a data URL to keep."""

    codes: tuple[str, ...]
    file: str
    then: str
