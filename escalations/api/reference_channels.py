"""The calls about channels and messages, documented."""

from __future__ import annotations

from dataclasses import replace

from escalations.api.bodies_channels import ChannelBody, CodeBody, HoursBody
from escalations.api.reference_holding import EXAMPLES, member
from escalations.api.shown_channels import (
    ChannelShown,
    ChannelsShown,
    HoursShown,
    NoticesShown,
)
from escalations.api.troubles import PERSON_ONLY, TICKET_ID, TOO_LOW, UNKNOWN
from escalations.domain.chat_addresses import CHAT_FORMS
from escalations.domain.notifying import (
    CHANNELS_MOST,
    FAILURES_UNTIL_FAILING,
    PROOF_TRIES,
    PROOF_WITHIN_MIN,
    TESTS_AN_HOUR,
)
from governance.api.reference.calls import FLEET, IDEMPOTENCY, Call, Parameter, Reply, Trouble
from governance.domain.permissions import Action

SECTION = "Channels"
ANYBODY, VIEWER, MANAGER = (
    member(action) for action in (Action.FLEET_VIEW, Action.WEBHOOKS_VIEW, Action.WEBHOOKS_MANAGE)
)
CHANNEL_ID = Parameter(
    name="id",
    place="path",
    meaning="The channel's id.",
    required=True,
    schema={"type": "string", "format": "uuid"},
)
UNKNOWN_CHANNEL = Trouble(
    status=404, code="channel_unknown", when="There is no such channel of yours, or it has ended."
)
TESTED_ENOUGH = Trouble(
    status=409,
    code="tests_too_many",
    when=f"There were {TESTS_AN_HOUR} test messages within an hour.",
)
THE_CHANNEL = Reply(status=200, meaning="The channel.", shape=ChannelShown)

_OWN = (
    Call(
        name="channels_list",
        section=SECTION,
        method="GET",
        path="/channels",
        summary="List your channels",
        detail="Where you are told that a ticket waits for you, beside the browser.",
        scopes=(),
        person=ANYBODY,
        parameters=(FLEET,),
        replies=(Reply(status=200, meaning="Those that have not ended.", shape=ChannelsShown),),
        troubles=(PERSON_ONLY,),
        examples=EXAMPLES,
    ),
    Call(
        name="channel_add",
        section=SECTION,
        method="POST",
        path="/channels",
        summary="Add a channel",
        detail=(
            "A code is sent to it at once; until that is entered it is told nothing else. At most "
            f"{CHANNELS_MOST}. A chat is told at the host of its service alone, and its address, "
            f"which is a secret, is never shown again. {FAILURES_UNTIL_FAILING} failures in a row "
            "make it FAILING: what it should tell is told on another one at once."
        ),
        scopes=(),
        person=ANYBODY,
        parameters=(FLEET, IDEMPOTENCY),
        body=ChannelBody,
        meanings={
            "kind": "How it reaches people.",
            "address": f"A mail address, or the address of a chat: {CHAT_FORMS}.",
        },
        replies=(Reply(status=201, meaning="The channel, unproven.", shape=ChannelShown),),
        troubles=(
            PERSON_ONLY,
            Trouble(status=422, code="address_refused", when="Nobody is told at such an address."),
            Trouble(status=422, code="mail_not_set_up", when="No mail server is set up."),
            Trouble(status=409, code="channels_full", when=f"There are {CHANNELS_MOST} already."),
            Trouble(status=409, code="channel_exists", when="You have it already."),
            TESTED_ENOUGH,
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="channel_test",
        section=SECTION,
        method="POST",
        path="/channels/{id}/test",
        summary="Send a test message",
        detail="Within seconds; while the channel is unproven with a new code.",
        scopes=(),
        person=ANYBODY,
        parameters=(CHANNEL_ID, FLEET, IDEMPOTENCY),
        replies=(THE_CHANNEL,),
        troubles=(PERSON_ONLY, UNKNOWN_CHANNEL, TESTED_ENOUGH),
        examples=EXAMPLES,
    ),
    Call(
        name="channel_prove",
        section=SECTION,
        method="POST",
        path="/channels/{id}/prove",
        summary="Prove a channel",
        detail="With the code of its latest test message; from then on it is told of tickets.",
        scopes=(),
        person=ANYBODY,
        parameters=(CHANNEL_ID, FLEET),
        body=CodeBody,
        meanings={"code": "The code; spaces, hyphens and case do not matter."},
        replies=(Reply(status=200, meaning="The channel, working.", shape=ChannelShown),),
        troubles=(
            PERSON_ONLY,
            UNKNOWN_CHANNEL,
            Trouble(status=422, code="code_wrong", when="It is another one."),
            Trouble(
                status=409,
                code="code_over",
                when=f"It is older than {PROOF_WITHIN_MIN} min, or {PROOF_TRIES} tries were wrong.",
            ),
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="channel_end",
        section=SECTION,
        method="POST",
        path="/channels/{id}/end",
        summary="End a channel",
        detail="What waits for it is not sent.",
        scopes=(),
        person=ANYBODY,
        parameters=(CHANNEL_ID, FLEET, IDEMPOTENCY),
        replies=(Reply(status=200, meaning="The channel, ended.", shape=ChannelShown),),
        troubles=(PERSON_ONLY, UNKNOWN_CHANNEL),
        examples=EXAMPLES,
    ),
)

_HOURS = (
    Call(
        name="hours_read",
        section=SECTION,
        method="GET",
        path="/channels/hours",
        summary="Read your time zone and quiet hours",
        detail="UTC and no quiet hours where you said nothing.",
        scopes=(),
        person=ANYBODY,
        parameters=(FLEET,),
        replies=(Reply(status=200, meaning="Your hours.", shape=HoursShown),),
        troubles=(PERSON_ONLY,),
        examples=EXAMPLES,
    ),
    Call(
        name="hours_change",
        section=SECTION,
        method="PUT",
        path="/channels/hours",
        summary="Change your time zone and quiet hours",
        detail=(
            "What falls into them waits until they end, if the ticket still waits then; the last "
            "level of an escalation policy is told in any case."
        ),
        scopes=(),
        person=ANYBODY,
        parameters=(FLEET,),
        body=HoursBody,
        meanings={
            "zone": "A name of the time zone database, such as Europe/Berlin; messages use it too.",
            "quiet_from": "HH:MM there; null in both: no quiet hours.",
            "quiet_until": "HH:MM there; before quiet_from: on the next day.",
        },
        replies=(Reply(status=200, meaning="Your hours.", shape=HoursShown),),
        troubles=(
            PERSON_ONLY,
            Trouble(status=422, code="invalid_field", when="There is no such zone or time."),
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="ticket_notices",
        section=SECTION,
        method="GET",
        path="/tickets/{id}/notices",
        summary="Read who was told of a ticket",
        detail=(
            "What became of each message, as a sentence: delivered, held, folded into one with "
            "others, or why it was not sent."
        ),
        scopes=("read",),
        person=ANYBODY,
        parameters=(TICKET_ID, FLEET),
        replies=(Reply(status=200, meaning="Level by level.", shape=NoticesShown),),
        troubles=(UNKNOWN,),
        examples=EXAMPLES,
    ),
)


def _of_fleet(call: Call) -> Call:
    """Return the same call about the channels of the fleet, which admins change."""
    reads = call.method == "GET"
    return replace(
        call,
        name=f"fleet_{call.name}",
        path=f"/fleet{call.path}",
        summary=call.summary.replace("your channels", "the fleet's channels").replace(
            "a channel", "a channel of the fleet"
        ),
        detail="Told of every ticket that calls anybody." if reads else call.detail,
        scopes=("read",) if reads else (),
        person=VIEWER if reads else MANAGER,
        troubles=(TOO_LOW,) if reads else (TOO_LOW, *call.troubles),
    )


CHANNEL_CALLS = (*_OWN, *_HOURS, *(_of_fleet(call) for call in _OWN))
