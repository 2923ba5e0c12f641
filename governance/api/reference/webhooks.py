"""Webhooks, documented."""

from __future__ import annotations

from governance.api.reference.calls import FLEET, IDEMPOTENCY, Call, Parameter, Reply, Trouble
from governance.api.reference.fleet import PERSON_ONLY, TOO_LOW, who_may
from governance.api.shown_webhooks import (
    DeliveriesShown,
    DeliveryShown,
    WebhookSecretShown,
    WebhookShown,
    WebhooksShown,
)
from governance.domain.permissions import Action
from governance.domain.webhooks import DeliveryState
from governance.services.schemas import RotateBody, WebhookBody

WEBHOOKS = "Webhooks"
WEBHOOK_ID = Parameter(name="id", place="path", meaning="The webhook's id.", required=True)
UNKNOWN_WEBHOOK = Trouble(
    status=404, code="webhook_unknown", when="The fleet has no such webhook, or it has ended."
)
VIEWER, MANAGER = who_may(Action.WEBHOOKS_VIEW), who_may(Action.WEBHOOKS_MANAGE)
OF_CALLBACKS = Trouble(
    status=409, code="callback_webhook", when="It stands for the callbacks to a host."
)
REFUSED = (
    PERSON_ONLY,
    TOO_LOW,
    Trouble(
        status=422,
        code="webhook_url_refused",
        when="The URL is not plain https. What its host stands for is checked on sending.",
    ),
    Trouble(status=422, code="event_unknown", when="An event is named that does not exist."),
)
MEANINGS = {
    "name": "What people call it.",
    "url": "Where to: https, without user name, password or fragment.",
    "events": "Names of events, or task.* for all of an area; none stands for every event.",
}
SECRET_ONCE = "The webhook with its secret, which is shown this once."  # noqa: S105

WEBHOOK_CALLS = (
    Call(
        name="webhook_add",
        section=WEBHOOKS,
        method="POST",
        path="/webhooks",
        summary="Send events to a URL from now on",
        detail=(
            "Each event is sent as one POST, as the feed shows it and with the fleet's name, "
            "signed in Countersign-Signature. What is not taken with a 2xx is tried again eight "
            "times over two days, under the same Countersign-Delivery. At most 20 for a fleet."
        ),
        scopes=(),
        person=MANAGER,
        parameters=(FLEET, IDEMPOTENCY),
        body=WebhookBody,
        meanings=MEANINGS,
        replies=(Reply(status=201, meaning=SECRET_ONCE, shape=WebhookSecretShown),),
        troubles=(
            *REFUSED,
            Trouble(status=409, code="webhooks_full", when="The fleet has 20 of them."),
        ),
    ),
    Call(
        name="webhooks_read",
        section=WEBHOOKS,
        method="GET",
        path="/webhooks",
        summary="List the webhooks",
        detail=(
            "Those that have not ended, oldest first, without their secrets. One with a "
            "callback_host stands for the callbacks to that host."
        ),
        scopes=("read",),
        person=VIEWER,
        parameters=(FLEET,),
        replies=(Reply(status=200, meaning="Every webhook.", shape=WebhooksShown),),
        troubles=(TOO_LOW,),
    ),
    Call(
        name="webhook_read",
        section=WEBHOOKS,
        method="GET",
        path="/webhooks/{id}",
        summary="Read one webhook",
        detail="After five failures in a row nothing is sent until rests_until.",
        scopes=("read",),
        person=VIEWER,
        parameters=(WEBHOOK_ID, FLEET),
        replies=(Reply(status=200, meaning="The webhook.", shape=WebhookShown),),
        troubles=(TOO_LOW, UNKNOWN_WEBHOOK),
    ),
    Call(
        name="webhook_change",
        section=WEBHOOKS,
        method="PUT",
        path="/webhooks/{id}",
        summary="Change a webhook's name, URL or events",
        detail="Another URL is tried at once, however the one before has failed.",
        scopes=(),
        person=MANAGER,
        parameters=(WEBHOOK_ID, FLEET),
        body=WebhookBody,
        meanings=MEANINGS,
        replies=(Reply(status=200, meaning="The webhook as it is now.", shape=WebhookShown),),
        troubles=(*REFUSED, UNKNOWN_WEBHOOK, OF_CALLBACKS),
    ),
    Call(
        name="webhook_rotate",
        section=WEBHOOKS,
        method="POST",
        path="/webhooks/{id}/rotate",
        summary="Give a webhook a new secret",
        detail=(
            "For 24 h both secrets sign, each with a v1 of its own; then the new one alone. This "
            "is also how the secret of callbacks is read first."
        ),
        scopes=(),
        person=MANAGER,
        parameters=(WEBHOOK_ID, FLEET, IDEMPOTENCY),
        body=RotateBody,
        meanings={"at_once": "For a secret that became known: the former one signs no longer."},
        replies=(Reply(status=200, meaning=SECRET_ONCE, shape=WebhookSecretShown),),
        troubles=(
            PERSON_ONLY,
            TOO_LOW,
            UNKNOWN_WEBHOOK,
            Trouble(
                status=409,
                code="former_signs",
                when="It was rotated within 24 h, and not at_once: receivers may know that one.",
            ),
        ),
    ),
    Call(
        name="webhook_test",
        section=WEBHOOKS,
        method="POST",
        path="/webhooks/{id}/test",
        summary="Send one message to see it arrive",
        detail="An event webhook.tested, to this webhook only, within seconds even while it rests.",
        scopes=(),
        person=MANAGER,
        parameters=(WEBHOOK_ID, FLEET, IDEMPOTENCY),
        replies=(Reply(status=200, meaning="The webhook.", shape=WebhookShown),),
        troubles=(PERSON_ONLY, TOO_LOW, UNKNOWN_WEBHOOK, OF_CALLBACKS),
    ),
    Call(
        name="webhook_end",
        section=WEBHOOKS,
        method="POST",
        path="/webhooks/{id}/end",
        summary="End a webhook",
        detail=(
            "What is still on its way to it is given up. One of callbacks can be ended once its "
            "host is not listed."
        ),
        scopes=(),
        person=MANAGER,
        parameters=(WEBHOOK_ID, FLEET, IDEMPOTENCY),
        replies=(Reply(status=200, meaning="The webhook, ended.", shape=WebhookShown),),
        troubles=(PERSON_ONLY, TOO_LOW, UNKNOWN_WEBHOOK, OF_CALLBACKS),
    ),
    Call(
        name="deliveries_read",
        section=WEBHOOKS,
        method="GET",
        path="/webhooks/{id}/deliveries",
        summary="Read what became of the latest messages",
        detail="The newest 100 with their latest 12 attempts: what was answered, or why nothing.",
        scopes=("read",),
        person=VIEWER,
        parameters=(
            WEBHOOK_ID,
            Parameter(
                name="state",
                place="query",
                meaning="Only those in this state.",
                schema={"enum": [each.value for each in DeliveryState]},
            ),
            FLEET,
        ),
        replies=(Reply(status=200, meaning="The messages.", shape=DeliveriesShown),),
        troubles=(
            TOO_LOW,
            UNKNOWN_WEBHOOK,
            Trouble(status=422, code="invalid_field", when="state is none of the three."),
        ),
    ),
    Call(
        name="delivery_replay",
        section=WEBHOOKS,
        method="POST",
        path="/webhooks/{id}/deliveries/{delivery}/replay",
        summary="Send a message once more",
        detail="The same message under the same id, whether it was taken or given up.",
        scopes=(),
        person=MANAGER,
        parameters=(
            WEBHOOK_ID,
            Parameter(name="delivery", place="path", meaning="The delivery's id.", required=True),
            FLEET,
            IDEMPOTENCY,
        ),
        replies=(Reply(status=200, meaning="The message, on its way.", shape=DeliveryShown),),
        troubles=(
            PERSON_ONLY,
            TOO_LOW,
            UNKNOWN_WEBHOOK,
            Trouble(status=404, code="delivery_unknown", when="The webhook has no such message."),
            Trouble(status=409, code="delivery_pending", when="It is on its way already."),
        ),
    ),
)
