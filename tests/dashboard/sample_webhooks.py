"""Cards of webhooks, as the views would fill them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.cards.outbound import OutboundForm, OutboundPage
from dashboard.cards.webhooks import (
    AttemptLine,
    DeliveryLine,
    EventArea,
    SecretCard,
    WebhookForm,
    WebhookLine,
    WebhookMove,
    WebhookPage,
    WebhooksPage,
)
from dashboard.display.wording import Mark
from tests.dashboard.sample_cards import NOW
from tests.dashboard.sample_files import files

PLACE = "/f/payments-prod/webhooks/"
_RULE = "Only an admin may say where events are sent; you are a manager."
_LINE = WebhookLine(
    name="Security log of the whole company", page_url=f"{PLACE}w-1/",
    host="siem.security.example.org", events="breaker.*, ticket.*, webhook.failing",
    mark=Mark("Working", "check"), state="Last taken 12:03:04 UTC.", waiting="",
)  # fmt: skip
_RESTING = replace(
    _LINE, mark=Mark("Resting", "pause", "amber"), waiting="12 messages on the way",
    state="7 failures in a row since 11:40:00 UTC; rests until 12:44:00 UTC.",
)  # fmt: skip
_ENDED = replace(
    _LINE, mark=Mark("Ended", "minus"), state="Nothing is sent since 21 Nov 16:20 UTC."
)
_AREAS = tuple(
    EventArea(
        label=area, every=f"{area}.*", is_chosen=area == "ticket",
        names=((f"{area}.opened", False), (f"{area}.emergency_called_a_second_time", True)),
    )
    for area in ("agent", "breaker", "cascade", "collusion", "fleet", "task", "ticket", "webhook")
)  # fmt: skip
_FORM = WebhookForm(
    url=f"{PLACE}add/", why_not="", idempotency_key="k-1", name="", target="", areas=_AREAS,
    singles=0,
)  # fmt: skip
WEBHOOKS = WebhooksPage(
    fleet_name="Payments", fleet_slug="payments-prod", seq=7, now=NOW, parts_url="/parts/",
    outbound_url="/f/payments-prod/outbound/", lines=(_LINE, _RESTING), ended=(_ENDED,), form=_FORM,
)  # fmt: skip
REFUSED = replace(
    WEBHOOKS, lines=(), ended=(), late="The courier is 4 min late: messages wait.",
    form=replace(
        _FORM, name="Security log", target="http://siem.example.org/", singles=2, wrong="url",
        problem="Not recorded. url must be https, got http://siem.example.org/.",
    ),
)  # fmt: skip
UNSEEN = replace(
    WEBHOOKS, lines=(), ended=(), form=None,
    unseen="Only a manager or an admin may see where events are sent; you are a reviewer.",
)  # fmt: skip


def _move(name: str, label: str, icon: str) -> WebhookMove:
    return WebhookMove(
        name=name, label=label, icon=icon, url=f"{PLACE}w-1/{name}/", says="What then happens.",
        why_not="", idempotency_key=f"k-{name}",
    )  # fmt: skip


_TEST, _END = _move("test", "Send a test", "out"), _move("end", "End this webhook", "x")
_ROTATE = _move("rotate", "Give it a new secret", "lock")
_REPLAY = _move("replay", "Send again", "undo")
_FAILED = AttemptLine(
    at=NOW - timedelta(minutes=3), status="503", took="120\N{NO-BREAK SPACE}ms",
    sentence="It answered 503: <html>overloaded, come back in a while and do not hurry.",
)  # fmt: skip
_UNSENT = AttemptLine(at=NOW, status="", sentence="No answer within 10 s.", took="")
_TAKEN = DeliveryLine(
    delivery_id="d-1", event="ticket.opened", seq=1204, mark=Mark("Taken", "check"), attempts=1,
    answer="204", why="Taken.", then="at 12:03:04", log=(_FAILED,), replay=_REPLAY,
)  # fmt: skip
_PENDING = replace(
    _TAKEN, delivery_id="d-2", event="ticket.emergency_called_a_second_time", seq=1205,
    mark=Mark("On its way", "clock", "line"), attempts=2, answer="", why=_UNSENT.sentence,
    then="next try 12:14:00", log=(_UNSENT, _FAILED), replay=None,
)  # fmt: skip
_GIVEN_UP = replace(
    _TAKEN, delivery_id="d-3", mark=Mark("Given up", "x", "bad"), answer="503",
    why=_FAILED.sentence, replay=replace(_REPLAY, problem="Not recorded. It is on its way."),
)  # fmt: skip
WEBHOOK = WebhookPage(
    fleet_slug="payments-prod", seq=7, now=NOW, parts_url="/parts/", list_url=PLACE, line=_RESTING,
    target="https://siem.security.example.org/services/collector/" + "a1b2c3d4" * 12,
    added="Added 20 Nov 09:00 UTC by Adam Roth.",
    former="The former secret signs too until 22 Nov 09:00 UTC.",
    deliveries=(_PENDING, _GIVEN_UP, _TAKEN), moves=(_TEST, replace(_END, problem="Not recorded.")),
    rotate=_ROTATE, files=files("messages"), form=replace(_FORM, name=_LINE.name, singles=2),
    secret=SecretCard(
        secret="whsec_" + "0123456789abcdef" * 4, title="The secret of Security log",
        then="Events are sent to it from now on. Send a test to see one arrive.",
    ),
)  # fmt: skip
WEBHOOK_READ = replace(
    WEBHOOK, secret=None, rotate=replace(_ROTATE, why_not=_RULE),
    form=replace(_FORM, why_not=_RULE),
    moves=tuple(replace(each, why_not=_RULE) for each in (_TEST, _END)),
    deliveries=(replace(_TAKEN, replay=replace(_REPLAY, why_not=_RULE)),),
)  # fmt: skip
WEBHOOK_ENDED = replace(
    WEBHOOK, line=_ENDED, secret=None, rotate=None, form=None, moves=(), former="", deliveries=(),
)  # fmt: skip
WEBHOOK_CALLBACKS = replace(
    WEBHOOK, form=None, moves=(_END,), secret=None, outbound_url="/f/payments-prod/outbound/",
    callbacks="To the URLs on hooks.example.org that tasks name. It is not among the hosts.",
    deliveries=(replace(_TAKEN, target="https://hooks.example.org/done/" + "a1b2c3d4" * 12),),
)  # fmt: skip
_OUTBOUND_FORM = OutboundForm(
    url="/f/payments-prod/outbound/change/", why_not="", idempotency_key="k-1",
    networks="10.20.0.0/16\nfd12:3456:789a::/48", hosts="hooks.example.org:8443",
)  # fmt: skip
OUTBOUND = OutboundPage(
    fleet_name="Payments", list_url=PLACE,
    hosts=(("hooks.example.org:8443", f"{PLACE}w-2/"), ("agents.example.org", "")),
    form=_OUTBOUND_FORM,
    networks=(
        ("10.20.0.0/16", "10.20.0.0/16: 65,536 addresses of your own network. Be careful."),
        ("fd12:3456:789a::/48", "fd12:3456:789a::/48: 1,208,925,819,614,629,174,706,176 addresses."),
    ),
)  # fmt: skip
OUTBOUND_REFUSED = replace(
    OUTBOUND, networks=(), hosts=(),
    form=replace(
        _OUTBOUND_FORM, wrong="networks", reason="The SIEM is ours.",
        problem="Not recorded. networks: 10.0.0.1/8 is refused: it is no network in CIDR form.",
    ),
)  # fmt: skip
OUTBOUND_READ = replace(OUTBOUND, form=replace(_OUTBOUND_FORM, why_not=_RULE))
