"""Cards of trends, as the views would fill them: a fleet, an agent, and two beside each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import sin

from dashboard.cards.fleet import FilterOption
from dashboard.cards.overview import KeyFigure
from dashboard.cards.trends import AgentTrends, Beside, BesideLine, FleetTrends, MovedLine
from dashboard.display.mark_traces import freeze_shapes, mark_traces
from dashboard.display.wording import breaker_mark
from dashboard.forms.period import Period
from dashboard.pages.agent_trend_chart import MARKS_AT, TrendFrame, trend_chart
from dashboard.pages.fleet_trend_charts import spread_chart, tiers_chart, volume_chart
from dashboard.pages.trend_line import TrendLine
from dashboard.pages.trend_marks import FreezeSpan, MarkKind, Marks, TrendMark
from governance.domain.rollup import BucketSize
from governance.models import AgentBucket, FleetBucket
from governance.selectors.trends import ResultSums
from tests.dashboard.sample_cards import NOW
from tests.dashboard.sample_events import MARKS_CARD
from tests.dashboard.sample_files import files
from tests.dashboard.sample_period import BAR

URL = "/f/payments-prod/trends/"
AGENT = "/f/payments-prod/agents/a-1/"
WEEK = Period(since=NOW - timedelta(days=7), until=NOW, name="7d")
_HOURS = [BucketSize.HOUR.start(NOW) - timedelta(hours=each) for each in range(167, -1, -1)]
# On the fifth day it began to fail, and was frozen for half a day.
_BROKE, _HELD, _FREED = _HOURS[112], _HOURS[120], _HOURS[132]


def _bucket(at: datetime, number: int, *, is_other: bool = False) -> AgentBucket:
    went = 0.93 if at < _BROKE or is_other else max(0.58, 0.93 - 0.03 * (number - 112))
    trust = went - 0.15 * is_other + 0.01 * sin(number)
    failures = 4 if at >= _BROKE and not is_other else number % 7 == 0
    return AgentBucket(
        starts_at=at, outcomes=9, successes=8 - failures, partials=number % 5 == 0,
        failures=failures, neutrals=1 - (number % 5 == 0), over_budget=number % 9 == 0,
        cost_usd=Decimal("1.20"), value_usd=Decimal("3.40"), trust=trust, trust_low=trust - 0.06,
        trust_high=min(1.0, trust + 0.04), success_score=trust + 0.02, budget_score=0.97,
        consistency_score=0.88,
    )  # fmt: skip


def _looked(at: datetime, number: int) -> FleetBucket:
    p50 = 0.82 + 0.02 * sin(number / 9) - 0.05 * (at >= _BROKE)
    low = 5 + 4 * (at >= _BROKE)
    return FleetBucket(
        starts_at=at, taken_at=at + timedelta(minutes=55), agents=48, scored=44, high=24, low=low,
        medium=24 - low, frozen=2 * (at >= _HELD), probation=1, trust_p10=p50 - 0.3,
        trust_p25=p50 - 0.12, trust_p50=p50, trust_p75=p50 + 0.08, trust_p90=p50 + 0.13,
    )  # fmt: skip


LINE = TrendLine(
    name="Invoice clerk \u202e",
    buckets=[
        _bucket(at, number)
        for number, at in enumerate(_HOURS)
        if not _HELD <= at < _FREED and not 40 <= number < 70
    ],
)
OTHER = TrendLine(
    name="Ledger bot",
    buckets=[_bucket(at, number, is_other=True) for number, at in enumerate(_HOURS)],
)
NO_MARKS = replace(MARKS_CARD, lines=(), total=0, more=0, note="")
MARKS = Marks(
    [
        TrendMark(
            kind=MarkKind.POLICY, at=_HOURS[30], sentence="Policy 42 came into force.", url="/e/1/"
        ),
        TrendMark(
            kind=MarkKind.DRIFT,
            at=_HOURS[114],
            sentence="Failures drift: 1 in 20 to 1 in 3.",
            url="/e/2/",
        ),
        TrendMark(
            kind=MarkKind.TRIP,
            at=_HELD,
            sentence="6 of the last 9 tasks failed <b>\u202e</b>.",
            url="/e/3/",
        ),
    ]
)
FRAME = TrendFrame(
    since=WEEK.since, until=WEEK.until, now=NOW, size=BucketSize.HOUR,
    levels=((0.85, "high"), (0.5, "medium")),
    marks=mark_traces(MARKS, MARKS_AT),
    freezes=freeze_shapes([FreezeSpan(since=_HELD, until=_FREED, sentence="Frozen 12 h.")], NOW),
)  # fmt: skip
_SUMMARY = "Trust went from 0.93 to 0.58 in the last 7 days; 250 of 1,134 (22 %) outcomes failed."

AGENT_TRENDS = AgentTrends(
    agent_id="a-1", name=LINE.name, external_id="invoice-clerk", fleet_slug="payments-prod",
    fleet_name="Payments", seq=310, url=f"{AGENT}trends/", parts_url="/parts/",
    agent_url=AGENT, fleet_trends_url=URL, is_live=True, bar=BAR, fields=(("range", "7d"),),
    components=(
        FilterOption(value="success", label="Success", is_chosen=True),
        FilterOption(value="budget", label="Budget", is_chosen=True),
        FilterOption(value="consistency", label="Consistency", is_chosen=False),
    ),
    other="", choices=(("ledger-bot", OTHER.name), ("scout", "Scout \u202e")),
    summary="Trust 0.58 now, 10 to 90 %: 0.52 to 0.64, tier medium, from 1,134 outcomes.",
    figures=(
        KeyFigure(label="Trust now", icon="dot", value="0.58", note="10 to 90 %: 0.52 to 0.64"),
        KeyFigure(label="Moved", icon="sink", value="−0.35", note="from 0.93 to 0.58"),
        KeyFigure(label="Outcomes", icon="check", value="1,134", note="in the last 7 days"),
        KeyFigure(label="Failed", icon="x", value="250", note="of 1,134 outcomes", is_bad=True),
        KeyFigure(label="Over budget", icon="up", value="14", note="of 1,134 outcomes"),
    ),
    chart=trend_chart([LINE], ("success", "budget"), FRAME, summary=_SUMMARY),
    marks=MARKS_CARD,
    freezes=("Frozen from 20 Nov 13:00 to 21 Nov 01:00 UTC: 6 of the last 9 tasks failed.",),
)  # fmt: skip
COMPARED = replace(
    AGENT_TRENDS,
    other="ledger-bot",
    chart=trend_chart([LINE, OTHER], (), FRAME, summary=_SUMMARY),
    beside=Beside(
        one=LINE.name,
        other=OTHER.name,
        other_url="/f/payments-prod/agents/a-2/trends/",
        without_url=AGENT_TRENDS.url,
        lines=(
            BesideLine(label="Trust now", one="0.58 (0.52 to 0.64)", other="0.78 (0.72 to 0.82)"),
            BesideLine(label="Failed", one="250 of 1,134 (22 %)", other="24 of 1,512 (1.6 %)"),
        ),
    ),
)
NOTHING_FINISHED = replace(
    AGENT_TRENDS,
    summary="Not enough data for a score (6 of 10 outcomes); tier low.",
    figures=(),
    chart=trend_chart(
        [TrendLine(name=LINE.name, buckets=[])],
        (),
        replace(FRAME, marks=(), freezes=()),
        summary="Nothing finished in the last 7 days.",
    ),
    marks=NO_MARKS,
)
_LOOKED = [_looked(at, number) for number, at in enumerate(_HOURS) if not 60 <= number < 66]
_SUMS = [
    ResultSums(BucketSize.DAY.start(NOW) - timedelta(days=each), 900 - 20 * each, 30, 60, 10)
    for each in range(6, -1, -1)
]
FLEET_TRENDS = FleetTrends(
    fleet_slug="payments-prod", fleet_name="Payments", seq=310, url=URL,
    parts_url="/parts/", is_live=True, bar=BAR,
    summary="The last 7 days. Summed up as of 22 Nov 12:02 UTC.",
    worry=(
        "Look first at Invoice clerk: trust 0.93 to 0.58. 250 of 1,134 (22 %) outcomes failed,"
        " 14 over budget; frozen now."
    ),
    worry_url=f"{AGENT}trends/?range=7d",
    moved=(
        MovedLine(
            name=LINE.name, url=f"{AGENT}trends/?range=7d", state=breaker_mark("OPEN"),
            before=0.93, after=0.58, change="−0.35", is_worse=True, outcomes="1,134",
            failed="250",
            why="250 of 1,134 (22 %) outcomes failed, 14 over budget; frozen now.",
        ),
        MovedLine(
            name=OTHER.name, url="/f/payments-prod/agents/a-2/trends/?range=7d",
            state=breaker_mark("CLOSED"), before=0.71, after=0.78, change="+0.07", is_worse=False,
            outcomes="1,512", failed="24",
            why="24 of 1,512 (1.6 %) outcomes failed.",
        ),
    ),
    moved_note=(
        "From the first score of the period, kept each night, to that of now. Outcomes: whole"
        " days, UTC, from 15 Nov on."
    ),
    moved_files=files("agents whose trust moved"),
    charts=(
        spread_chart(_LOOKED, BucketSize.HOUR, WEEK, mark_traces(MARKS[:1], MARKS_AT)),
        tiers_chart(_LOOKED, BucketSize.HOUR, WEEK),
        volume_chart(_SUMS, BucketSize.DAY, WEEK),
    ),
    marks=MARKS_CARD,
)  # fmt: skip
NOTHING_SUMMED_UP = replace(
    FLEET_TRENDS,
    summary="The last 7 days. Nothing was summed up yet.",
    worry="No agent has a score at both ends of this period yet.",
    worry_url="",
    moved=(),
    charts=(
        spread_chart([], BucketSize.HOUR, WEEK, []),
        tiers_chart([], BucketSize.HOUR, WEEK),
        volume_chart([], BucketSize.DAY, WEEK),
    ),
    marks=NO_MARKS,
)
