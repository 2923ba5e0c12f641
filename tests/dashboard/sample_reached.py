"""How a person is reached, in each state of the page: sample cards."""

from __future__ import annotations

from dataclasses import replace

from dashboard.cards.channels import ChannelLine, ChannelsCard, HoursForm, ReachedCard
from dashboard.display.wording import Mark

_ID = "0193a1b2-0000-7000-8000-00000000000{}"


def _channel(number: int, kind: str, shown: str, mark: Mark, says: str, to_do: str) -> ChannelLine:
    place = f"/account/channels/{_ID.format(number)}"
    return ChannelLine(
        id=_ID.format(number), kind=kind, shown=shown, mark=mark, says=says, to_do=to_do,
        asks_code=mark.label == "Unproven", test_url=f"{place}/test/",
        prove_url=f"{place}/prove/", end_url=f"{place}/end/",
    )  # fmt: skip


_LINES = (
    _channel(
        1, "Mail", "rita.okafor@payments.example", Mark("Working", "check", "good"),
        "The last message was delivered 12:01:40 UTC.", "",
    ),
    _channel(
        2, "Chat", "slack://…9f3c", Mark("Failing", "warn", "bad"),
        "3 attempts in a row failed since 11:40:00 UTC: The service answered 404.",
        "Send a test: one that arrives mends it. If the address is wrong, remove it and add it"
        " anew. Meanwhile other channels are tried at once.",
    ),
    replace(
        _channel(
            3, "Chat", "ntfy://…call", Mark("Unproven", "ask", "amber"), "A code is on its way to it.",
            "Enter the code here before 13:00:00 UTC; it is told of no ticket until then.",
        ),
        problem="Not recorded. This is not the code of the latest message.",
    ),
)  # fmt: skip
CHANNELS = ChannelsCard(
    title="Channels",
    calm="",
    add_url="/account/channels/add/",
    lines=_LINES,
    chat_forms=(
        ("Slack", "slack://A/B/C"),
        ("Microsoft Teams", "workflows://name.logic.azure.com:443/workflow/signature"),
    ),
)
REACHED = ReachedCard(
    now=(
        "Payments, called with level 1: now you would be told on screen at once, by chat after"
        " 1\u00a0min and by mail after 5\u00a0min. It is your quiet time: chat and mail wait until"
        " 07:00 in Europe/Berlin, except those of the last level.",
    ),
    channels=CHANNELS,
    hours=HoursForm(
        url="/account/hours/", zone="Europe/Berlin", zones=("Europe/Berlin", "UTC"),
        begins="22:00", until="07:00",
    ),
)  # fmt: skip
UNREACHED = ReachedCard(
    now=("Payments: no level calls you; you may answer what you see in the queue.",),
    channels=replace(
        CHANNELS,
        calm="No channel of yours works: with Countersign closed, you are not told of tickets.",
        lines=(),
        why_no_mail="No mail server is set up, so nobody can be told by mail: whoever runs Countersign"
        " names one in EMAIL_HOST.",
        problem="Not recorded. An address of Slack is written slack://A/B/C, without parameters.",
        wrong="chat",
    ),
    hours=replace(
        REACHED.hours, problem="Not recorded. There is no time zone Mars/Base.", wrong="zone"
    ),
)
FLEET_CHANNELS = replace(
    CHANNELS,
    title="Channels of the fleet",
    calm="No channel of the fleet works: only people's own are told.",
    lines=_LINES[2:],
)
