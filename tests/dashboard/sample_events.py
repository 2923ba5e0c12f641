"""Cards of the event log and of one event, as the views would fill them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.cards.events import EventFact, EventLink, EventLog, EventPage, EventRow
from dashboard.cards.files import FileLinks
from dashboard.cards.period import ZoneSwitch
from dashboard.cards.queue import KindLink
from dashboard.cards.trend_marks import MarkLine, MarksCard
from dashboard.display.event_marks import event_mark
from dashboard.display.wording import Mark
from dashboard.forms.event_objects import ObjectAsked, ObjectKind
from dashboard.forms.events import EventsForm
from dashboard.pages.event_log import filters
from dashboard.pages.trend_marks import MARK_LABELS
from tests.dashboard.sample_cards import NOW
from tests.dashboard.sample_marks import MARKS

URL = "/f/payments-prod/events/"
_AGENT = EventLink("agent", "Invoice\u202ebot", "/f/payments-prod/agents/a-1/")
_TICKET = EventLink("ticket", "#812", "/f/payments-prod/tickets/812/")
_TRIPPED = "6 of its last 9 tasks failed. Normal for this agent: 1 in 20."


def _row(seq: int, name: str, sentence: str, by: str, *links: EventLink) -> EventRow:
    return EventRow(
        seq=seq,
        at=NOW - timedelta(minutes=310 - seq),
        name=name,
        mark=event_mark(name, {"resolution": "denied", "before": "high", "after": "low"}),
        sentence=sentence,
        by=by,
        url=f"{URL}{seq}/",
        links=links,
    )


ROWS = (
    _row(
        310,
        "ticket.resolved",
        "Ticket #812: denied by Rita Okafor: “Not this account.”",
        "Rita Okafor",
        _AGENT,
        _TICKET,
    ),
    _row(309, "ticket.opened", "Ticket #813 about a task asks for 1 approval.", "the detector"),
    _row(308, "breaker.tripped", _TRIPPED, "the detector", _AGENT),
    _row(307, "tier.changed", "0.84 is below 0.85 less the dead band.", "the detector", _AGENT),
    _row(306, "policy.published", "Policy 42 is in force: “Calmer.”", "Adam Berg"),
)
ZONE = ZoneSwitch(
    name="UTC",
    choices=(KindLink(label="UTC", url=f"{URL}?tz=utc", is_chosen=True),),
    set_url="/account/#hours",
)
EVENTS = EventLog(
    fleet_slug="payments-prod",
    fleet_name="Payments",
    rows=ROWS,
    kinds=(
        KindLink(label="All", url=URL, is_chosen=True),
        *(
            KindLink(label=label, url=f"{URL}?kind={kind}", is_chosen=False)
            for kind, label in MARK_LABELS.items()
        ),
    ),
    zone=ZONE,
    filters=replace(
        filters(
            EventsForm(
                name="breaker.*",
                actor="rita",
                about=ObjectAsked(ObjectKind.TICKET, "#14"),
                is_terse=True,
            ),
            URL,
        ),
        actors=(
            ("detector", "the detector"),
            ("key:shop", "API key shop"),
            ("rita", "Rita Okafor"),
        ),
    ),
    counted="More than 10,000 events match",
    export_url="/f/payments-prod/integrity/export/",
    export_of="of the whole log",
    problems=("agent cannot be “no\u202ebody”. It takes the external id of an agent.",),
    back_url="/f/payments-prod/service/?range=7d",
    newest_url=URL,
    older_url=f"{URL}?before=20261122T120000.000000Z_306",
    files=FileLinks(what="events", csv_url="/events.csv", json_url="/events.json"),
)
NO_EVENTS = replace(
    EVENTS,
    rows=(),
    filters=filters(EventsForm(), URL),
    problems=(),
    back_url="",
    newest_url="",
    older_url="",
)
EVENT = EventPage(
    row=replace(
        ROWS[2], links=(*ROWS[2].links, EventLink("", "lineage of the task", "/t/#lineage"))
    ),
    fleet_name="Payments",
    zone="UTC",
    log_url=URL,
    back_url="/f/payments-prod/service/?range=7d",
    facts=(
        EventFact(name="event", value="breaker.tripped", url=f"{URL}?name=a", is_raw=True),
        EventFact(name="agent id", value="0198c9f0-7e1c-7cc1-8a4f-1c2d3e4f5a6b", is_raw=True),
        EventFact(name="enforced", value="yes"),
        EventFact(name="evidence, failures", value="6"),
        EventFact(name="evidence, log odds", value="8.3127"),
    ),
    together=ROWS[1:2],
    earlier_url=f"{URL}307/",
    later_url=f"{URL}309/",
    hash="7be144d0" * 8,
    previous_hash="90ac1f2e" * 8,
    chain="The hash fits the record, and the event before it is the one it names.",
    integrity_url="/f/payments/integrity/",
)
_KIND = Mark("Decision", "check", "line")
MARKS_CARD = MarksCard(
    toggles=tuple(
        KindLink(label=label, url=f"/trends/?marks={kind}", is_chosen=kind != "policy")
        for kind, label in MARK_LABELS.items()
    ),
    lines=tuple(MarkLine(mark.at, _KIND, mark.sentence, mark.url) for mark in MARKS[::-1]),
    total=1_500,
    more=1_460,
    note="Only the latest 1,500 marks are drawn, since 2 Mar 12:02 UTC.",
    log_url=URL,
)
