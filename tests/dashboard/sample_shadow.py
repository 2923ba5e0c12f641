"""The shadow report of a fleet in shadow, and of one in which everything acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.cards.files import FileLinks
from dashboard.cards.overview import KeyFigure
from dashboard.cards.shadow import FrozenLine, HeldCount, LetPassLine, ShadowPage
from dashboard.display.wording import result_mark
from dashboard.pages.shadow_lines import VERDICT_MARKS
from governance.domain.types import Verdict
from tests.dashboard.sample_cards import NOW, SHELL
from tests.dashboard.sample_period import BAR

SHADOW_SHELL = replace(SHELL, mode="SHADOW", shadow_url="/f/payments-prod/shadow/")
SHADOW = ShadowPage(
    fleet_slug="payments-prod", fleet_name="Payments", seq=310, now=NOW, parts_url="/parts/",
    summary="In the last 7 days enforcement would have frozen 4 agents and held back 61 tasks: 40"
    " put before people, 21 denied.",
    now_words="The fleet is in shadow: what is found is noted and holds nothing back.",
    bar=BAR,
    figures=(
        KeyFigure(label="Agents frozen", icon="ice", value="4", note="would have been"),
        KeyFigure(label="People asked", icon="people", value="40", note="of 61 tasks held back"),
        KeyFigure(label="Denied", icon="x", value="21", note="of 61 tasks held back"),
        KeyFigure(label="Of them failed", icon="warn", value="31 %", note="n 55 that ended"),
    ),
    right=(
        "Of 61 tasks that would have been held 55 have ended, 31 % of them in failure (n 55). Of"
        " all work of the fleet in the same hours 4.1 % failed (n 5,012).",
        "What would have been held failed 7.6 times as often as all work.",
    ),
    frozen=(
        FrozenLine(
            agent="refund-bot", url="/a/", times="3", by_rule="1", first_at=NOW - timedelta(days=2),
            last_at=NOW, sentence="6 of its last 9 tasks failed; normal for it are 1 in 20.",
        ),
        FrozenLine(
            agent="scout-\u202e7", url="/b/", times="1", by_rule="", first_at=NOW, last_at=NOW,
            sentence="5 failures in a row.",
        ),
    ),
    frozen_all=4,
    cells=(
        HeldCount(label="People asked", level="HIGH", tasks="40", ended="38", failed="21 %", cost="$412.20"),
        HeldCount(
            label="Denied", level="CRITICAL", tasks="21", ended="6",
            failed="not enough data (6 of 10)", cost="$1,204.00",
        ),
    ),
    reasons=(
        HeldCount(label="The breaker is open.", tasks="30", ended="28", failed="40 %"),
        HeldCount(label="No pattern of the mandate matches the tool.", tasks="9", ended="9",
                  failed="not enough data (9 of 10)"),
    ),
    tasks=(
        LetPassLine(
            title="Refund order \u202e88213", ticket_url="/t/", agent="refund-bot", agent_url="/a/",
            at=NOW, level="HIGH", would_be=VERDICT_MARKS[Verdict.ESCALATE],
            reason="High task, low trust, preset conservative: 2 approvals.",
            result=result_mark("failure"),
        ),
        LetPassLine(
            title="Purge", ticket_url="", agent="scout", agent_url="/b/", at=NOW, level="CRITICAL",
            would_be=VERDICT_MARKS[Verdict.DENY], reason="", result=None,
        ),
    ),
    tasks_all=61,
    detectors_url="/f/payments-prod/detectors/",
    files=FileLinks(what="what would have been held", csv_url="/s.csv", json_url="/s.json"),
)  # fmt: skip
NOTHING_LET_PASS = replace(
    SHADOW,
    summary="In the last 7 days shadow let nothing pass: no agent would have been frozen.",
    now_words="",
    right=("Nothing would have been held back, so there is nothing to compare.",),
    frozen=(),
    frozen_all=0,
    cells=(),
    reasons=(),
    tasks=(),
    tasks_all=0,
)
