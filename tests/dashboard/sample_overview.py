"""Cards of a fleet's overview, on a day on which much happened and on a calm one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.cards import Mark
from dashboard.cards.overview import AlarmLine, Change, KeyFigure, OverviewPage
from tests.dashboard.sample_agents import ROWS, URL
from tests.dashboard.sample_cards import NOW
from tests.dashboard.sample_incidents import FAULT, FLEET, SPREAD
from tests.dashboard.sample_period import UTC

FIGURES = (
    KeyFigure(label="Frozen", icon="ice", value="2", note="1 latched, detectors hold 2 of 11, cap 30 %", url=URL),
    KeyFigure(label="On probation", icon="half", value="1", note="of 7 agents", url=URL),
    KeyFigure(label="Supervised", icon="eye", value="1", note="people agree from level Medium up", url=URL),
    KeyFigure(
        label="Waiting", icon="queue", value="12", note="3 end within 15 min", url="/queue/", is_bad=True
    ),
    KeyFigure(
        label="Time to decide", icon="clock", value="0:48", note="median of 118 in 24 h, 90 % within 6:10",
        url="/queue/decided/",
    ),
    KeyFigure(label="Expired", icon="sand", value="1", note="of 61 tickets that ended in 24 h", url="/d/", is_bad=True),
    KeyFigure(
        label="Spent this month", icon="dot", value="$1,218,420",
        note="of $2,000,000 in budgets, 1 agent without one", url=URL,
    ),
)  # fmt: skip
SYSTEM = (
    KeyFigure(label="System", icon="check", value="All well", note="sweeper and relay keep up"),
    KeyFigure(label="Sweeper behind", icon="clock", value="0 s", note="late from 30 s"),
    KeyFigure(label="Events not sent yet", icon="swap", value="0", note="late from 30 s"),
    KeyFigure(
        label="Last full scan", icon="eye", value="22 Nov 03:10", note="for collusion, 50,000 interactions", url="/c/"
    ),
)  # fmt: skip
OVERVIEW = OverviewPage(
    fleet_slug="payments-prod", fleet_name="Payments", seq=310, parts_url="/parts/", agents_url=URL, now=NOW, zone=UTC,
    summary="7 agents: 1 runs freely, 1 is frozen, 1 is latched. 12 tickets wait.",
    figures=FIGURES,
    changes=(
        Change(icon="ice", sentence="Breakers froze agents 3 times, once the day before; 1 agent was released.", url=URL),
        Change(
            icon="sink", sentence="2 agents earn a lower tier than yesterday:",
            quote="refund-us-03 (medium to low) and \u202eevil (high to medium).", url=URL,
        ),
        Change(icon="shield", sentence="Policy 42 came into force 22 Nov 10:12, by Mona Lind:", quote="Tighter on refunds."),
    ),
    detectors_url="/f/payments-prod/detectors/", matrix_url="/f/payments-prod/matrix/",
    alarms=(
        AlarmLine(
            mark=Mark("Latched", "lock", "ice"), title="refund-us-03", at=NOW, url=URL, is_open=True,
            sentence="6 of the last 9 tasks failed; normal for this agent: 1 in 20.",
        ),
        AlarmLine(
            mark=Mark("Cascade", "tree", "crit"), title="reader-1", sentence=SPREAD, at=NOW - timedelta(days=2),
            url=f"{FLEET}cascades/c-1/", is_open=False,
        ),
        AlarmLine(
            mark=Mark("Incident", "warn", "amber"), title="Many agents at once", sentence=FAULT,
            at=NOW - timedelta(days=3), url=f"{FLEET}incidents/i-1/", is_open=False,
        ),
    ),
    looks=tuple(replace(row, why=SPREAD) for row in ROWS[:5]), need_look=5, agents=7, system=SYSTEM,
)  # fmt: skip
CALM = replace(
    OVERVIEW,
    summary="7 agents: 7 run freely.",
    changes=(),
    detectors_url="/f/payments-prod/detectors/", matrix_url="/f/payments-prod/matrix/",
    alarms=(),
    looks=(),
    need_look=0,
    system=(
        replace(SYSTEM[0], icon="warn", value="Needs a look", note="tell whoever runs the stack", is_bad=True),
        *SYSTEM[1:],
    ),
)  # fmt: skip
