"""Channels as their owner sees them: how each stands and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.channels import ChannelLine, ChannelsCard
from dashboard.display.durations import moment_time
from dashboard.display.wording import Mark
from escalations.domain.chat_addresses import CHAT_SERVICES
from escalations.domain.notifying import CHANNELS_MOST, PROOF_TRIES, ChannelKind, ChannelState
from escalations.selectors.judging import mail_is_set_up
from governance.domain.phrases import count_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from escalations.models import NoticeChannel
    from governance.models import Fleet

_MARKS = {
    ChannelState.UNPROVEN: Mark("Unproven", "ask", "amber"),
    ChannelState.WORKING: Mark("Working", "check", "good"),
    ChannelState.FAILING: Mark("Failing", "warn", "bad"),
}
_KINDS = {ChannelKind.MAIL: "Mail", ChannelKind.CHAT: "Chat"}
NO_MAIL = (
    "No mail server is set up, so nobody can be told by mail: whoever runs Countersign names one in"
    " EMAIL_HOST."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTyped:
    """A form about channels that was refused: ``form`` is mail, chat or the id of a channel."""

    form: str
    address: str = ""
    problem: str = ""


def channels_card(
    channels: Sequence[NoticeChannel],
    *,
    fleet: Fleet | None,
    why_not: str = "",
    typed: ChannelTyped | None = None,
    now: datetime,
) -> ChannelsCard:
    """Return the channels of a fleet or, without one, of the person who looks.

    Args:
        channels: those that have not ended.
        fleet: whose they are.
        why_not: what keeps the person from changing them.
        typed: a form that was refused.
        now: the moment.
    """
    form = typed or ChannelTyped(form="")
    of_form = form.form in {kind.value for kind in ChannelKind}
    full = f"There may be {CHANNELS_MOST} at most; remove one first."
    return ChannelsCard(
        title="Channels" if fleet is None else "Channels of the fleet",
        calm=_calm(channels, fleet),
        add_url=_url("channel-add", fleet),
        lines=tuple(_line(each, fleet, form, now) for each in channels),
        chat_forms=tuple((each.name, each.form) for each in CHAT_SERVICES.values()),
        why_not=why_not,
        why_no_mail="" if mail_is_set_up() else NO_MAIL,
        why_full=full if len(channels) >= CHANNELS_MOST else "",
        typed_mail=form.address if form.form == ChannelKind.MAIL else "",
        problem=form.problem if of_form else "",
        wrong=form.form if of_form else "",
    )


def _calm(channels: Sequence[NoticeChannel], fleet: Fleet | None) -> str:
    """Return the one line for an owner whom no message would reach, else nothing."""
    if any(each.state == ChannelState.WORKING for each in channels):
        return ""
    if fleet is not None:
        return "No channel of the fleet works: only people's own are told."
    return "No channel of yours works: with Countersign closed, you are not told of tickets."


def _line(
    channel: NoticeChannel, fleet: Fleet | None, typed: ChannelTyped, now: datetime
) -> ChannelLine:
    state = ChannelState(channel.state)
    says, to_do = _SAYS[state](channel, now)
    return ChannelLine(
        id=str(channel.pk),
        kind=_KINDS[ChannelKind(channel.kind)],
        shown=channel.shown,
        mark=_MARKS[state],
        says=says,
        to_do=to_do,
        asks_code=state is ChannelState.UNPROVEN and _code_counts(channel, now),
        test_url=_url("channel-test", fleet, channel.pk),
        prove_url=_url("channel-prove", fleet, channel.pk),
        end_url=_url("channel-end", fleet, channel.pk),
        problem=typed.problem if typed.form == str(channel.pk) else "",
    )


def _code_counts(channel: NoticeChannel, now: datetime) -> bool:
    is_young = channel.proof_until is not None and channel.proof_until > now
    return is_young and channel.proof_tries < PROOF_TRIES


def _unproven(channel: NoticeChannel, now: datetime) -> tuple[str, str]:
    said = f" The last try failed: {channel.last_error}" if channel.last_error else ""
    if not _code_counts(channel, now) or channel.proof_until is None:
        return f"Its code counts no longer.{said}", "Send a new code."
    until = moment_time(channel.proof_until, now=now)
    return (
        f"A code is on its way to it.{said}",
        f"Enter the code here before {until} UTC; it is told of no ticket until then.",
    )


def _working(channel: NoticeChannel, now: datetime) -> tuple[str, str]:
    failed = ""
    if channel.failures:
        failed = f" Since then {count_words(channel.failures, 'attempt')} failed."
    if channel.sent_at is None:
        return f"Proven; nothing was sent to it since.{failed}", ""
    return (
        f"The last message was delivered {moment_time(channel.sent_at, now=now)} UTC.{failed}",
        "",
    )


def _failing(channel: NoticeChannel, now: datetime) -> tuple[str, str]:
    since = "" if channel.sent_at is None else f" since {moment_time(channel.sent_at, now=now)} UTC"
    return (
        f"{count_words(channel.failures, 'attempt')} in a row failed{since}: {channel.last_error}",
        "Send a test: one that arrives mends it. If the address is wrong, remove it and add it"
        " anew. Meanwhile other channels are tried at once.",
    )


_SAYS = {
    ChannelState.UNPROVEN: _unproven,
    ChannelState.WORKING: _working,
    ChannelState.FAILING: _failing,
}


def _url(name: str, fleet: Fleet | None, channel_id: UUID | None = None) -> str:
    place: dict[str, object] = {} if channel_id is None else {"channel_id": channel_id}
    if fleet is None:
        return reverse(name, kwargs=place)
    return reverse(f"fleet-{name}", kwargs={"fleet": fleet.slug, **place})
