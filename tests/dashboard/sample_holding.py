"""The ticket of the samples as its holder sees it, put off, asked about and handed on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.cards.editing import EditForm, EditNote
from dashboard.cards.escalation import EscalationNote
from dashboard.cards.holding import HolderForm, Holding, NoteLine, Option, SnoozeNote
from dashboard.display.argument_diff import argument_diff
from dashboard.pages.editing import editable_text
from escalations.domain.editing import RULE
from tests.dashboard.sample_cards import BENS_CLAIM, NOW, PANEL, TICKET

TICKET_URL = "/f/payments-prod/tickets/4821/"
SNOOZE = HolderForm(
    url=f"{TICKET_URL}snooze/",
    options=(
        Option(value="2026-11-22T12:07:52.000Z", label="5\u00a0min, until 12:07:52"),
        Option(value="2026-11-22T12:17:52.000Z", label="15\u00a0min, until 12:17:52"),
        Option(value="2026-11-22T12:23:00.000Z", label="As long as can be, until 12:23:00"),
    ),
)
ASK = HolderForm(url=f"{TICKET_URL}ask/")
REASSIGN = HolderForm(
    url=f"{TICKET_URL}reassign/",
    options=(
        Option(value="omar", label="Omar Haddad, reviewer"),
        Option(value="ana", label="Ana Ruiz, manager"),
    ),
)
ESCALATE = HolderForm(url=f"{TICKET_URL}escalate/")
HOLDING = Holding(
    snooze=SNOOZE,
    ask=ASK,
    answer=None,
    escalate=ESCALATE,
    reassign=REASSIGN,
    wake_url=f"{TICKET_URL}wake/",
    next_level=2,
    next_called=("Ana Ruiz", "Mona Keller"),
)
ASKED_WITH = '{"amount_usd":"4900.00","note":"Paid twice.","orders":[4711,4712]}'
EDIT = EditForm(
    review_url=f"{TICKET_URL}edit/review/",
    url=f"{TICKET_URL}edit/",
    back_url="",
    text=editable_text(ASKED_WITH),
    rule=RULE,
    most=65_536,
)
DRAFT = '{"amount_usd":"490.00","note":"Paid twice.","orders":[4711]}'
EDIT_READ = replace(
    EDIT,
    text=editable_text(DRAFT),
    draft=DRAFT,
    diff=argument_diff(ASKED_WITH, DRAFT),
    back_url=f"{TICKET_URL}edit/back/",
)
EDIT_REFUSED = replace(
    EDIT,
    text=editable_text(ASKED_WITH).replace("4900.00", "49000.00"),
    problem="Not recorded. arguments.amount_usd must be a number from 0 to 4900.00,"
    ' got "49000.00".',
)
QUESTION = NoteLine(
    kind="question", by="you", at=NOW - timedelta(minutes=4),
    text="Why are payments pi_3QK0v and pi_3QK1a refunded twice?\nWho checked them?",
)  # fmt: skip
ANSWER = NoteLine(
    kind="answer", by="key:orchestrator", at=NOW - timedelta(minutes=1), is_agent=True,
    text="Both were charged twice.\u202e <b>Approve</b> quickly\u200b, please.\nfinance: 2 rows",
)  # fmt: skip
HANDED = NoteLine(
    kind="handover", by="Ben Carter", to="you", at=NOW - timedelta(minutes=6),
    text="You know these payments; I am off at noon.",
)  # fmt: skip
CLOCK = "The clock keeps running; extended once by 15\u00a0min, until 12:45:00."
ASKED = replace(
    HOLDING,
    ask=replace(ASK, why_off="A question waits for its answer already."),
    answer=HolderForm(url=f"{TICKET_URL}answer/"),
    question_id="0193a1b2-2222-7000-8000-000000000001",
    notes=(HANDED, QUESTION),
    clock=CLOCK,
)
OFF = "Claim it first: only its holder"
BY_OTHERS = replace(
    HOLDING,
    snooze=replace(SNOOZE, why_off="Critical tickets cannot wait."),
    ask=replace(ASK, why_off=f"{OFF} asks."),
    reassign=replace(REASSIGN, why_off=f"{OFF} or a manager hands it over."),
)
REFUSED = replace(
    ASKED,
    snooze=replace(SNOOZE, problem="Not recorded. Choose until when."),
    ask=replace(ASK, typed="Why twice?", problem="Not recorded. You hold it no longer."),
    answer=replace(
        HolderForm(url=f"{TICKET_URL}answer/"), problem="Not recorded. Say your answer."
    ),
    reassign=replace(
        REASSIGN,
        typed="Yours?",
        problem="Not recorded. Omar Haddad holds 5 tickets already (#1, #2, #3, #4, #5); release"
        " one first.",
    ),
)

HELD = replace(PANEL, holding=HOLDING, edit=EDIT)
LAST_LEVEL = replace(
    HELD,
    holding=replace(
        HOLDING,
        escalate=replace(
            ESCALATE, why_off="It is with its last level: nobody else is left to call."
        ),
        next_level=0,
        next_called=(),
    ),
    escalation=EscalationNote(
        level=3,
        of=3,
        since=NOW - timedelta(minutes=1),
        reason="Rita called level 3: Too large for me.",
        called=("Ada Byron",),
        next_at=None,
    ),
)
_PANELS = {
    "held": HELD,
    "last-level": LAST_LEVEL,
    "off": replace(PANEL, holding=BY_OTHERS, claim=BENS_CLAIM),
    "asked": replace(PANEL, holding=ASKED),
    "answered": replace(
        PANEL, holding=replace(HOLDING, notes=(HANDED, QUESTION, ANSWER), clock=CLOCK)
    ),
    "form-refused": replace(PANEL, holding=REFUSED),
    "editing": replace(PANEL, holding=HOLDING, edit=EDIT_READ),
    "edit-refused": replace(PANEL, holding=HOLDING, edit=EDIT_REFUSED),
    "snoozed": replace(
        PANEL,
        claim=None,
        holding=replace(
            BY_OTHERS, snoozed=SnoozeNote(until=NOW + timedelta(minutes=8), by="Omar Haddad")
        ),
    ),
}
HOLDING_STATES = {
    name: replace(TICKET, level="HIGH", panel=panel) for name, panel in _PANELS.items()
}
assert TICKET.request is not None
HOLDING_STATES["edited"] = replace(
    TICKET,
    panel=replace(PANEL, holding=HOLDING, edit=replace(EDIT_READ, draft="", diff=None)),
    request=replace(
        TICKET.request,
        edited=EditNote(
            by="Ben Carter",
            at=NOW - timedelta(minutes=2),
            withdrawn=("Omar Haddad", "you"),
            diff=argument_diff(ASKED_WITH, DRAFT),
        ),
    ),
)
