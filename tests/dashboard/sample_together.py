"""Many tickets answered with one answer, in each state of the page: sample cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard import cards
from dashboard.cards.question import Question
from dashboard.cards.together import (
    LeftOutNote,
    TogetherForm,
    TogetherLine,
    TogetherPage,
    TogetherResult,
)
from tests.dashboard import sample_cards as sample

OPEN_ROW = replace(sample.PUSH_ROW, claim=None)
HOSTILE_ROW = replace(
    sample.COPY_ROW, group_size=1, title="Copy \u202egnp.exe to analytics, and then some more of it"
)
DENY, _, APPROVE = cards.choices_for("task")
FORM = TogetherForm(
    decide_url="/queue/together/",
    idempotency_key="key-1",
    tickets=("payments-prod/4803/2", "payments-prod/4826/2", "payments-prod/4821/2"),
    counted=(("counted_deny", "payments-prod/4803/2"), ("counted_approve", "payments-prod/4826/2")),
    choices=(
        replace(
            DENY, label="Deny 3",
            asks="Deny 3 tickets: 1 × s3.copy_object, 1 × git.force_push, 1 × stripe.refund;"
            " highest risk Critical; your words go to the agent of each",
        ),
        replace(
            APPROVE, label="Approve 2",
            asks="Approve 2 tickets: 1 × s3.copy_object, 1 × git.force_push; highest risk High",
        ),
    ),
    reason_codes=(
        cards.ReasonCode(code="too_dangerous", label="Too dangerous as asked", for_choice="deny"),
        cards.ReasonCode(
            code="arguments_checked", label="The arguments are right", for_choice="approve"
        ),
    ),
)  # fmt: skip
PAGE = TogetherPage(
    lines=(
        TogetherLine(
            row=HOSTILE_ROW,
            name="payments-prod/4803/2",
            without_url="/queue/together/?tickets=payments-prod/4826/2",
        ),
        TogetherLine(row=OPEN_ROW, name="payments-prod/4826/2", has_changed=True),
        TogetherLine(
            row=sample.REFUND_ROW,
            name="payments-prod/4821/2",
            left_out=(
                LeftOutNote(
                    label="Approve leaves it out",
                    why="Critical: it is approved on its own page, with your password.",
                ),
            ),
        ),
        TogetherLine(
            row=sample.DENIED_ROW,
            name="payments-prod/4815/3",
            left_out=(
                LeftOutNote(
                    label="Left out", why="Denied by Ana Ruiz: it waits for nobody any longer."
                ),
            ),
        ),
    ),
    now=sample.NOW,
    again_url="/again/",
    queue_url="/queue/",
    form=FORM,
    troubles=("The address names a ticket in a way that cannot be read.",),
    more=12,
    seqs={"payments-prod": 310},
)
ARMED = replace(
    PAGE,
    form=replace(FORM, typed_code="arguments_checked", typed_text="Checked each against the run."),
    question=Question(
        url="/queue/together/",
        asks=FORM.choices[1].asks,
        yes="Yes, approve 2",
        icon="check",
        tone="main",
        reason="The arguments are right",
        words="Checked each against the run.",
        fields=(("choice", "approve"), ("tickets", "payments-prod/4826/2")),
    ),
)
OFF = replace(
    PAGE,
    form=replace(
        FORM,
        choices=(FORM.choices[0], replace(APPROVE, why_off="No ticket here can be answered so.")),
        errors=(cards.FieldError(field="reason_code", message="Choose a reason."),),
    ),
)
NONE = TogetherPage(
    lines=(), now=sample.NOW, again_url="/again/", queue_url="/queue/", seqs={"payments-prod": 310}
)
RESULTS = replace(
    PAGE,
    lines=(PAGE.lines[1],),
    troubles=(),
    more=0,
    results=(
        TogetherResult(
            number=4803,
            is_recorded=True,
            at=sample.NOW,
            row=replace(HOSTILE_ROW, state="RESOLVED", resolution="approved"),
            undo=cards.UndoWindow(
                url="/f/payments-prod/tickets/4803/undo/", countdown=sample.countdown(8, 10)
            ),
        ),
        TogetherResult(
            number=4815,
            is_recorded=False,
            at=sample.NOW,
            row=sample.DENIED_ROW,
            sentence="Ana Ruiz decided ticket #4815 first: denied.",
            by="Ana Ruiz",
            decided_at=sample.NOW - timedelta(seconds=72),
            reason="wrong table",
        ),
        TogetherResult(
            number=4826,
            is_recorded=False,
            at=sample.NOW,
            row=OPEN_ROW,
            sentence="Ticket #4826 changed since you read it: you saw version 1, it is at 2.",
        ),
        TogetherResult(
            number=9999,
            is_recorded=False,
            at=None,
            sentence="There is no ticket #9999 that you may see.",
        ),
    ),
)
ALL_RECORDED = replace(RESULTS, lines=(), form=None, results=RESULTS.results[:1])
TOGETHER_STATES = {
    "asked": PAGE,
    "armed": ARMED,
    "off": OFF,
    "none": NONE,
    "results": RESULTS,
    "recorded": ALL_RECORDED,
}
