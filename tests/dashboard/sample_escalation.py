"""Cards of escalation, as the views would fill them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.cards.escalation import EscalationNote
from dashboard.cards.escalation_policy import (
    EscalationForm,
    EscalationPage,
    LevelLine,
    LevelRow,
    PersonReach,
    RoleBox,
)
from dashboard.cards.told import ToldCard, ToldLine
from tests.dashboard.sample_cards import NOW, PANEL

ESCALATED = EscalationNote(
    level=2, of=3, since=NOW - timedelta(minutes=1), reason="50 % of the time to decide is over.",
    called=("Mona Weber",), next_at=NOW + timedelta(minutes=8),
    may_answer="Every reviewer, manager and admin of Payments may answer.",
)  # fmt: skip
PANEL_ESCALATED = replace(PANEL, escalation=ESCALATED)
_ROLES = tuple(
    RoleBox(value=value, label=label, is_ticked=value == "manager")
    for value, label in (("reviewer", "Reviewers"), ("manager", "Managers"), ("admin", "Admins"))
)
_ROWS = tuple(
    LevelRow(number=number, people="ana, omar", roles=_ROLES, share="50" if number > 1 else "")
    for number in range(1, 6)
)
_FORM = EscalationForm(
    url="/f/payments-prod/escalation/publish/", why_not="", idempotency_key="k-1", replaces=3,
    rows=_ROWS[:2], more_rows=_ROWS[2:], members=(("ana", "Ana Ruiz"), ("omar", "Omar Haddad")),
    chat_after_s="60", mail_after_s="300", after_most_s=3600,
)  # fmt: skip
POLICY = EscalationPage(
    fleet_name="Payments", queue_url="/f/payments-prod/queue/", number=3,
    said="Number 3, published by Adam Roth 21 Nov 09:00 UTC.", reason="Ana watches refunds.",
    lines=(
        LevelLine(
            number=1, when="At once", names="Ana Ruiz and Omar Haddad",
            calls=("Ana Ruiz", "Omar Haddad"),
            reach=(
                PersonReach(
                    name="Ana Ruiz", says="by chat and mail",
                    tests=("Latest test, chat to Ana Ruiz: delivered 12:01 UTC.",),
                ),
                PersonReach(
                    name="Omar Haddad", says="no channel that works: told on screen alone",
                    is_reached=False,
                ),
            ),
            test_url="/f/payments-prod/escalation/test/1/",
            untested="There were 10 test messages within an hour; wait a little.",
        ),
        LevelLine(
            number=2, when="After 50 % of the time to decide", names="Every manager",
            calls=(),
        ),
    ),
    form=_FORM,
    steps="Those called see it on screen at once, by chat 1\u00a0min later and by mail 5\u00a0min"
    " later, within half of the time of their level.",
    unreached=("Omar Haddad",),
)  # fmt: skip
REFUSED = replace(
    POLICY,
    form=replace(
        _FORM, problem="Not recorded. Level 2 reaches nobody who is not called before it.",
        rows=(_ROWS[0], replace(_ROWS[1], is_wrong=True)), typed_reason="Ana watches refunds.",
        wrong="levels[1]",
    ),
)  # fmt: skip
READ_ONLY = replace(
    POLICY,
    form=replace(_FORM, why_not="Only an admin may change the policy; you are a reviewer."),
)
TOLD = ToldCard(
    at=NOW,
    summary="1 delivered, 1 on the way and 1 failed.",
    lines=(
        ToldLine(level=1, sentence="chat to Ana Ruiz: delivered 12:02 UTC.", tone="good"),
        ToldLine(level=2, sentence="mail to Mona Weber: held until 07:00 UTC, quiet hours.", tone="line"),
        ToldLine(
            level=2, sentence="chat of the fleet: failed after 3 attempts.", tone="bad"
        ),
    ),
)  # fmt: skip
