"""The ticket of the samples in an emergency: before, called, refused, approved, under review."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard import cards
from dashboard.cards.emergency import CallLine, Emergency
from dashboard.cards.holding import HolderForm
from tests.dashboard.sample_cards import ANA, NOW, PANEL, REFUND_ROW, TICKET
from tests.dashboard.sample_holding import HOLDING

FORM = HolderForm(url="/f/payments-prod/tickets/4821/decide/")
CALL = CallLine(
    id="6f6c1d0e-0000-4000-8000-000000004821", name="Adam Weiss",
    lapses=cards.Countdown(deadline=NOW + timedelta(minutes=8), span_s=600, left_s=480),
    reason="214 customers were charged twice\u202e and their rent is due at noon.",
)  # fmt: skip
CALLABLE = replace(PANEL, holding=HOLDING, emergency=Emergency(form=FORM))
CALLED = replace(PANEL, holding=HOLDING, emergency=Emergency(calls=(CALL,), form=FORM))
REFUSED = replace(
    FORM, typed="Be quick.",
    problem="Not recorded. Say in at least 30 characters why this cannot wait; that is 9.",
)  # fmt: skip
_OFF = "You have called it; now another admin must agree."
APPROVED = replace(
    PANEL, state="RESOLVED", resolution="approved", version=5, countdown=None, claim=None,
    was_emergency=True,
    signatures=(
        replace(ANA, name="Adam Weiss", word="called", reason=CALL.reason),
        replace(ANA, name="Ana Ruiz", word="called", reason="The bank closes its books at noon."),
    ),
    ruling=cards.Ruling(
        at=NOW, by="Adam Weiss and Ana Ruiz", reason="The bank closes its books at noon.",
        reason_label="An emergency",
        note="It could start at once, past the usual approvals; somebody else reviews it.",
        next_url="/f/payments-prod/tickets/4830/", next_label="Its review, #4830",
    ),
)  # fmt: skip
REVIEW = replace(
    TICKET, number=4830, kind="incident", title="Was it an emergency? Refund 214 payments",
    level="", task_external_id="", request=None, blast=None, mandate=None, lineage=None,
    is_review=True, incident_url="/f/payments-prod/tickets/4821/",
    reasons=(
        cards.ReasonLine(
            code="emergency",
            sentence="Adam Weiss and Ana Ruiz approved ticket #4821 as an emergency, past the"
            " usual approvals. Somebody else says within 24 h whether it was one.",
        ),
    ),
    findings=(
        cards.FindingCard(
            title="The emergency on #4821", at=NOW,
            facts=(
                cards.Fact(label="Adam Weiss", value=f"“{CALL.reason}”", note="22 Nov 12:00 UTC"),
            ),
        ),
    ),
    panel=replace(
        PANEL, number=4830, kind="incident", task_id="", signatures=(), approvals_needed=1,
        choices=cards.choices_for("review"), asks_password=False, on_approval="",
        reason_codes=(
            cards.ReasonCode(
                code="emergency_justified", label="It was an emergency, and rightly handled",
                for_choice="approve",
            ),
        ),
        barred=("not Adam Weiss and Ana Ruiz: approved the task",),
    ),
)  # fmt: skip
EMERGENCY_STATES = {
    **{
        name: replace(TICKET, panel=panel)
        for name, panel in {
            "emergency": CALLABLE,
            "emergency-called": CALLED,
            "emergency-mine": replace(
                CALLED,
                emergency=Emergency(
                    calls=(replace(CALL, is_me=True),), form=replace(FORM, why_off=_OFF)
                ),
            ),
            "emergency-refused": replace(CALLABLE, emergency=Emergency(form=REFUSED)),
            "emergency-approved": APPROVED,
        }.items()
    },
    "emergency-review": REVIEW,
}
CALLED_ROW = replace(REFUND_ROW, called=f"{CALL.sentence} by 12:10:52")
