"""Cards of a person's rights on a ticket, as the view would fill them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from dashboard.cards.rights import RightLine, RightsPage, RoleLine
from dashboard.display.wording import Mark

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_YES, _NO = Mark("Yes", "check", "good"), Mark("No", "x")

OWN = RightsPage(
    number=4711,
    title="Refund order 4711",
    ticket_url="/f/payments-prod/tickets/4711/",
    url="/f/payments-prod/tickets/4711/rights/",
    person="You",
    is_reader=True,
    role="reviewer",
    summary="You are a reviewer of Payments, and may make 1 of 2 moves on this ticket now.",
    lines=(
        RightLine(label="Claim it", mark=_YES, sentence="As a reviewer you may claim a ticket."),
        RightLine(
            label="Approve", mark=_NO, sentence="You own refund-eu-14, whose ticket this is."
        ),
    ),
    people=(),
    why_own="Only a manager or an admin may see what somebody else may do, and why; you are a reviewer.",
    steps=(),
    now=NOW,
)
OTHER = replace(
    OWN,
    person="Rita Okafor",
    is_reader=False,
    people=(("mona", "Mona Lind, manager", False), ("rita", "Rita Okafor, reviewer", True)),
    why_own="",
    steps=(
        RoleLine(
            at=NOW,
            says="Made a reviewer by Adam Weiss",
            reason="She takes the night shift.",
            url="/f/payments-prod/events/12/",
        ),
    ),
)
