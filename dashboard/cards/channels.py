"""Where a person, or a fleet, is told outside the browser."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLine:
    """One channel: `shown` is what may be read of its address, `says` how it stands, `to_do` what
    the person can do about it.

    `asks_code` draws the field for the code of the latest message; `problem` is why a form of this
    line was refused.
    """

    id: str
    kind: str
    shown: str
    mark: Mark
    says: str
    to_do: str
    asks_code: bool
    test_url: str
    prove_url: str
    end_url: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsCard:
    """The channels of one owner, and the forms that add to them.

    `why_not` keeps the person from changing them, `why_no_mail` and `why_full` from adding.
    `typed_mail` is what was refused; what was typed of a chat is a secret and does not come back.
    `wrong` names the form at fault, `mail` or `chat`.
    """

    title: str
    calm: str
    add_url: str
    lines: tuple[ChannelLine, ...]
    chat_forms: tuple[tuple[str, str], ...]
    why_not: str = ""
    why_no_mail: str = ""
    why_full: str = ""
    typed_mail: str = ""
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursForm:
    """A person's time zone and quiet hours, as HH:MM and empty where there are none."""

    url: str
    zone: str
    zones: tuple[str, ...]
    begins: str
    until: str
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedCard:
    """How a person is reached: what would happen now, in sentences, their channels and hours."""

    now: tuple[str, ...]
    channels: ChannelsCard
    hours: HoursForm
