"""The ticket of the samples in every state it can be in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard import cards
from tests.dashboard.sample_cards import (
    AGENT,
    ANA,
    BENS_CLAIM,
    LATCHED_AGENT,
    NEW_AGENT,
    NOW,
    PANEL,
    TICKET,
    countdown,
)
from tests.dashboard.sample_earlier import (
    COMPARED,
    DECISIONS,
    NO_DECISIONS,
    NOTHING_BEFORE,
    PERMITS,
    SAME,
    WAITING,
    WEEK,
)


def ruled(state: str, resolution: str = "", **ruling: str) -> cards.TicketPage:
    """Return the ticket as it looks once nothing can be decided any more."""
    panel = replace(
        PANEL, state=state, resolution=resolution, version=4, countdown=None, claim=None,
        signatures=(ANA,) if resolution == "approved" else (),
        ruling=cards.Ruling(at=NOW, **ruling),
    )  # fmt: skip
    return replace(TICKET, panel=panel)


APPROVED = ruled("RESOLVED", "approved", by="you", reason="Log and ledger agree.")
UNDOABLE = replace(
    APPROVED,
    panel=replace(
        APPROVED.panel,
        signatures=(ANA, replace(ANA, name="Rita Okafor", is_me=True, reason="checked")),
        undo=cards.UndoWindow(
            url="/f/payments-prod/tickets/4821/undo/", countdown=countdown(7, 10)
        ),
    ),
)
DENIED = ruled("RESOLVED", "denied", by="you", reason="wrong table")
REOPENABLE = replace(
    DENIED,
    panel=replace(
        DENIED.panel,
        choices=(),
        reopen=cards.ReopenWindow(
            url="/f/payments-prod/tickets/4821/reopen/", countdown=countdown(190, 300)
        ),
    ),
)
SUPERSEDED = ruled("SUPERSEDED", note="The arguments changed.")
FULL = replace(
    TICKET,
    comparison=COMPARED,
    decisions=DECISIONS,
    waiting=WAITING,
    permits=PERMITS,
    agent=replace(AGENT, week=WEEK, url="/f/payments-prod/agents/1/"),
)
TICKET_STATES = {
    "pending": FULL,
    "frozen": replace(
        TICKET,
        agent=LATCHED_AGENT,
        panel=replace(
            PANEL, claim=BENS_CLAIM, release_claim_url="",
            choices=cards.choices_for(
                "task", {"approve": "refund-us-03 is latched. Deny works."}
            ),
        ),
    ),
    "barred": replace(
        TICKET,
        comparison=NOTHING_BEFORE,
        decisions=NO_DECISIONS,
        agent=NEW_AGENT,
        panel=replace(
            PANEL, claim=None, why_no_claim="You own refund-eu-14.", signatures=(),
            approvals_needed=1,
            choices=cards.choices_for(
                "task",
                dict.fromkeys(
                    ("approve", "deny"), "you own refund-eu-14. Eligible: Omar Haddad."
                ),
            ),
        ),
    ),
    "refused": replace(
        TICKET,
        comparison=SAME,
        panel=replace(
            PANEL, claim=None, typed_text="Looks",
            errors=(
                cards.FieldError(field="reason_code", message="Choose a reason."),
                cards.FieldError(field="", message="Not recorded: the form was incomplete."),
            ),
        ),
    ),
    "conflict": replace(
        ruled("RESOLVED", "denied", by="Ana Ruiz", reason="wrong table"),
        panel=replace(
            ruled("RESOLVED", "denied", by="Ana Ruiz", reason="wrong table").panel,
            typed_text="Looks fine, staging only.",
            conflict=cards.Conflict(
                resolution="denied", state="RESOLVED", by="Ana Ruiz", at=NOW,
                reason="wrong table", seen_version=3, version=4,
            ),
        ),
    ),
    "undoable": UNDOABLE,
    "denied": ruled(
        "RESOLVED", "denied", by="Ana Ruiz", reason="wrong table",
        note="Sent to refund-eu-14 word for word.",
    ),
    "reopenable": REOPENABLE,
    "told": replace(
        REOPENABLE,
        panel=replace(
            REOPENABLE.panel,
            reopen=cards.ReopenWindow(
                url="", countdown=None, why_off="The agent has the answer already."
            ),
        ),
    ),
    "expired": ruled("EXPIRED", note="It counts as a denial. Levels 1 and 2 had been told."),
    "withdrawn": ruled("CANCELLED", note="The agent asks no longer: customer closed the case."),
    "superseded": replace(
        SUPERSEDED,
        panel=replace(
            SUPERSEDED.panel,
            ruling=cards.Ruling(
                at=NOW, note="The arguments changed: votes do not carry over.",
                next_url="/f/payments-prod/tickets/4830/", next_label="Open #4830",
            ),
        ),
    ),
    "release": replace(
        TICKET, kind="release", level="", request=None, blast=None, mandate=None, lineage=None,
        title="Release refund-us-03 to probation?", agent=LATCHED_AGENT,
        release=cards.ReleaseCard(
            agent="refund-us-03",
            sentences=(
                "4th trip in 7 days.",
                "6 of its last 9 tasks failed. Normal for this agent: 1 in 20.",
            ),
            facts=(
                cards.Fact(label="Breaker level", value="3"),
                cards.Fact(label="Frozen until", value="12:38:12", note="then latched"),
            ),
        ),
        panel=replace(
            PANEL, kind="release", claim=None, choices=cards.choices_for("release"),
            countdown=countdown(2520, 3600), approvals_needed=1, signatures=(), on_approval="",
        ),
    ),
    "incident": replace(
        TICKET, kind="incident", title="Denied: delete 1,204 stale customers",
        panel=replace(
            PANEL, kind="incident", claim=None, choices=cards.choices_for("incident"),
            approvals_needed=1, signatures=(), barred=(), on_approval="",
            countdown=countdown(64_800, 86_400),
        ),
    ),
    "drift": replace(
        TICKET, kind="drift", level="", request=None, blast=None, mandate=None, lineage=None,
        title="refund-eu-14 drifts", task_external_id="",
        reasons=(
            cards.ReasonLine(
                code="slower",
                sentence="The last 8 tasks took 2.59 s each, within 7.0 h; normal for this agent "
                "on such work: 2.00 s. That is 30% more.",
            ),
        ),
        findings=(
            cards.FindingCard(
                title="Takes longer", at=NOW - timedelta(seconds=60),
                facts=(
                    cards.Fact(
                        label="Now", value="2.59\u00a0s a task", note="over its last 8\u00a0tasks"
                    ),
                    cards.Fact(label="Normal", value="2.00\u00a0s a task"),
                ),
            ),
        ),
        panel=replace(
            PANEL, kind="drift", claim=None, signatures=(), approvals_needed=1, on_approval="",
            choices=cards.choices_for(
                "drift", {"lower_mandate": "This needs a manager; you are a reviewer."}
            ),
            reason_codes=(
                cards.ReasonCode(
                    code="work_changed", label="The work changed", for_choice="rebaseline"
                ),
                cards.ReasonCode(code="harm_done", label="It does harm", for_choice="pause"),
            ),
            countdown=countdown(64_800, 86_400),
        ),
    ),
    "audit": replace(
        TICKET, kind="audit", level="MEDIUM", blast=None, mandate=None, lineage=None,
        title="Was it good? Refund 214 payments", agent=replace(AGENT, is_blind=True),
        reasons=(
            cards.ReasonLine(
                code="audit_drawn",
                sentence="A finished task, drawn at random: was the work good?",
            ),
        ),
        work=cards.WorkCard(
            result=cards.Mark("success"), reporter="orchestrator", is_self_report=False,
            facts=(
                cards.Fact(label="Took", value="2 min"),
                cards.Fact(label="Cost", value="$0.80", note="of $1.00 asked for"),
            ),
            approved_by=("ana",),
        ),
        panel=replace(
            PANEL, kind="audit", claim=None, signatures=(), approvals_needed=1, on_approval="",
            choices=cards.choices_for("audit"),
            reason_codes=(
                cards.ReasonCode(code="work_good", label="The work is good", for_choice="pass"),
                cards.ReasonCode(code="result_wrong", label="It is wrong", for_choice="fail"),
            ),
            countdown=countdown(200_000, 259_200),
        ),
    ),
    "cascade": replace(
        TICKET, kind="cascade", level="", request=None, blast=None, mandate=None,
        title="Failures spread from refund-eu-14",
        panel=replace(
            PANEL, kind="cascade", claim=None, signatures=(), approvals_needed=1, on_approval="",
            choices=cards.choices_for("cascade"),
            held=(
                cards.HeldLine(name="t-4", title="Check 0", agent="shop-bot", level="LOW"),
                cards.HeldLine(
                    name="t-5", title="Publish", agent="shop-bot", level="LOW", depth=1,
                    first="Check 0",
                ),
            ),
            settled=(
                cards.AnswerLine(
                    title="Send the report", mark=cards.Mark("Cancelled", "x", "bad"),
                    by="Ana Ruiz", at=NOW, reason="The figures are wrong.",
                ),
            ),
            reason_codes=(
                cards.ReasonCode(code="spoiled", label="Input is spoiled", for_choice="cancel"),
                cards.ReasonCode(code="right", label="Input is right", for_choice="resume"),
            ),
            countdown=countdown(9_000, 14_400),
        ),
    ),
}  # fmt: skip
