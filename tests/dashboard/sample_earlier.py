"""What came before the sample ticket: the run it is compared with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.cards.earlier import (
    Change,
    Comparison,
    EarlierDecision,
    EarlierDecisions,
    EarlierRun,
    WaitingInRun,
    WaitingLine,
)
from dashboard.cards.permits import Permits
from dashboard.cards.trust_week import TrustWeek, WeekEvent
from dashboard.display.argument_diff import argument_diff
from dashboard.display.sparkline import Scored, Span, regions, spark_marks, spark_paths
from dashboard.display.wording import Mark, result_mark, ticket_mark
from tests.dashboard.sample_cards import CANONICAL, NOW, countdown

WAS = (
    '{"amount_total":1204.00,"currency":"USD","notify_customer":true,'
    '"payments":["pi_3QK0v"],"reason":"duplicate\u202e_charge"}'
)
RUN = EarlierRun(
    name="#4633", url="/f/payments-prod/tickets/4633/", how="approved by Ana Ruiz 21 Nov 16:20",
    started_at=NOW - timedelta(hours=19), ended=result_mark("success"),
    diff=argument_diff(WAS, CANONICAL),
    changes=(Change(label="Spend cap", was="$1,204.00", now="$18,420.50"),),
)  # fmt: skip
COMPARED = Comparison(days=90, run=RUN)
SAME = Comparison(
    days=90,
    run=replace(
        RUN, name="refund-0912", url="", how="allowed without a person", changes=(),
        ended=result_mark("failure"), diff=argument_diff(CANONICAL, CANONICAL),
    ),
)  # fmt: skip
NOTHING_BEFORE = Comparison(days=90)
DECISIONS = EarlierDecisions(
    operation="payments.refund_batch",
    total=23,
    lines=tuple(
        EarlierDecision(
            number=number, url=f"/f/payments-prod/tickets/{number}/", mark=ticket_mark(*answer),
            at=NOW - timedelta(hours=hours), by=by, reason=reason, cap=cap, ended=ended,
        )
        for number, answer, hours, by, reason, cap, ended in (
            (4633, ("RESOLVED", "approved"), 19, "Ana Ruiz", "The arguments are right. Log agrees.",
             "$1,204.00", result_mark("success")),
            (4590, ("RESOLVED", "approved"), 27, "you", "Little can go wrong.", "$310.00",
             result_mark("failure")),
            (4512, ("RESOLVED", "denied"), 70, "Omar Haddad", "Too dangerous as asked.",
             "$6,900.00", Mark("not run", tone="neutral")),
            (4498, ("EXPIRED",), 73, "", "", "$880.00", Mark("not run", tone="neutral")),
            (4401, ("RESOLVED", "approved"), 150, "Ana Ruiz", "", "", result_mark("partial")),
        )
    ),
)  # fmt: skip
NO_DECISIONS = EarlierDecisions(operation="payments.refund_batch", lines=(), total=0)
WAITING = WaitingInRun(
    total=9,
    lines=(
        WaitingLine(
            number=4830, url="/f/payments-prod/tickets/4830/", title="Write apology mails",
            agent="support-mail-09", level="HIGH", countdown=countdown(1500, 1800),
        ),
    ),
)  # fmt: skip
PERMITS = Permits(
    does=(
        "One run of exactly this, by refund-eu-14 alone",
        "Start within 10\u00a0min, from 10\u00a0s after the last approval",
        "At most $18,420.50",
    ),
    does_not=(
        "Other arguments: they are voted on anew; another target or environment: a new ticket",
        "A second run, or a start after that time",
        "More spending, or any tool but payments.refund",
    ),
)


def _ago(days: float, score: float | None) -> Scored:
    return Scored(NOW - timedelta(days=days), score)


_SPAN = Span(NOW - timedelta(days=7), NOW)
_SCORES = (
    _ago(6.9, 0.9), _ago(6.4, 0.91), _ago(5.8, 0.92), _ago(5.1, 0.9), _ago(4.6, 0.83),
    _ago(4.2, 0.85), _ago(2.6, 0.88), _ago(2.1, 0.9), _ago(1.4, 0.91), _ago(0.6, 0.93),
    _ago(0.1, 0.93),
)  # fmt: skip
_HAPPENED = (
    WeekEvent(at=NOW - timedelta(hours=19), kind="decision", words="Approved by people."),
    WeekEvent(at=NOW - timedelta(hours=20), kind="decision", words="Denied by people."),
    WeekEvent(at=NOW - timedelta(days=3), kind="penalty", words="Collusion was confirmed."),
    WeekEvent(at=NOW - timedelta(days=4.5), kind="trip", words="6 of its last 9 tasks failed."),
)
WEEK = TrustWeek(
    days=7, start=_SPAN.start, end=NOW, scores=38,
    summary=(
        "From 0.90 to 0.93, lowest 0.83 on 18\u00a0Nov 00:00 UTC. 1\u00a0trip, 1\u00a0freeze,"
        " 1\u00a0penalty, 2\u00a0decisions."
    ),
    paths=spark_paths(_SCORES, _SPAN),
    frozen=regions([(NOW - timedelta(days=4.5), NOW - timedelta(days=4.25))], _SPAN),
    marks=spark_marks(((event.kind, event.at) for event in _HAPPENED), _SPAN),
    events=_HAPPENED,
)  # fmt: skip
