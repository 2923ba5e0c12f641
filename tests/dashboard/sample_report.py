"""The report of a week in its states, as cards."""

from __future__ import annotations

from dataclasses import replace

from dashboard.cards.report import ReportLine, ReportPage
from dashboard.cards.reports import ReportChoice, ReportsCard
from escalations.domain.weekly import week_lines
from tests.escalations.domain.test_weekly import BUSY, WEEK

REPORT = ReportPage(
    fleet_name="Payments", words=WEEK.words, note="", trouble="",
    lines=tuple(ReportLine(line.sentence, line.path("payments-prod")) for line in week_lines(BUSY, WEEK)),
    earlier_url="/f/payments-prod/report/?week=2026-W47",
    later_url="/f/payments-prod/report/?week=2026-W49",
    account_url="/account/#reports", is_mailed=True,
)  # fmt: skip
UNDER_WAY = replace(
    REPORT, note="The week goes on; these are its numbers at 25 Nov 12:00 UTC.", later_url="",
    trouble="week cannot be “\u202ex”. It takes a year and a week up to this one, such as 2026-W48.",
    is_mailed=None,
)  # fmt: skip
_CHOICES = (
    ReportChoice("payments-prod", "Payments, production", "/f/payments-prod/report/", True),
    ReportChoice("payments-test", "Payments, test", "/f/payments-test/report/", False),
)
REPORTS = ReportsCard(
    url="/account/reports/", choices=_CHOICES, where="It goes to mona@example.com.", lacks=""
)
NO_CHANNEL = replace(
    REPORTS, where="", lacks="No mail channel of yours is proven: add one above, then the report goes there."
)  # fmt: skip
NO_REPORTS = replace(REPORTS, choices=(), where="", lacks="No mail channel of yours is proven.")
