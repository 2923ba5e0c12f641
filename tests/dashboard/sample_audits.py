"""The audits of a busy fleet, and of one in which nothing was drawn."""

from __future__ import annotations

from dataclasses import replace

from dashboard.cards.audits import AuditLine, AuditsPage
from dashboard.cards.files import FileLinks
from dashboard.cards.overview import KeyFigure
from dashboard.cards.queue import KindLink
from dashboard.display.wording import Mark
from tests.dashboard.sample_cards import NOW
from tests.dashboard.sample_period import BAR

URL = "/f/payments-prod/audits/"
AUDITS = AuditsPage(
    fleet_slug="payments-prod", fleet_name="Payments", seq=310, now=NOW, parts_url="/parts/",
    summary="In the last 7 days 140 finished tasks were drawn for a person to check: 81 judged.",
    judged="Of 81 tasks that were judged 4.9 % had failed (n 81).",
    bar=BAR,
    figures=(
        KeyFigure(label="Drawn", icon="eye", value="140", note="in the period"),
        KeyFigure(label="Failed", icon="x", value="4", note="of 81 judged", is_bad=True),
    ),
    standings=(
        KindLink(label="All 140", url=URL, is_chosen=True),
        KindLink(label="Failed 4", url=f"{URL}?standing=failed", is_chosen=False),
    ),
    lines=(
        AuditLine(
            task="Refund order \u202e88213", ticket_url="/t/", agent="refund-bot", agent_url="/a/",
            drawn_at=NOW, standing=Mark("Failed", "x", "bad"),
            why="Drawn by chance: 25 % of finished tasks under preset conservative.",
            by="Mona Lind", reason="The refund went to <b>another</b> customer.", settled_at=NOW,
        ),
        AuditLine(
            task="Read invoices", ticket_url="/t/", agent="scout", agent_url="/b/", drawn_at=NOW,
            standing=Mark("Waiting", "clock", "amber"),
        ),
    ),
    matching=140,
    files=FileLinks(what="the audits", csv_url="/a.csv", json_url="/a.json"),
)  # fmt: skip
NOTHING_DRAWN = replace(
    AUDITS,
    summary="In the last 7 days no finished task was drawn for a person to check.",
    lines=(),
    matching=0,
)
