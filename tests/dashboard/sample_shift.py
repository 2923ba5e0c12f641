"""The end of a shift in each state of its page: sample cards."""

from __future__ import annotations

from dataclasses import replace

from dashboard.cards.holding import Option
from dashboard.cards.shift import ShiftLine, ShiftPage, ShiftPart, ShiftResult
from tests.dashboard import sample_cards as sample

_HELD = ShiftLine(
    row=sample.REFUND_ROW, name="payments-prod/4821/2",
    says="Your claim holds until 12:10:00 UTC. A question waits for its answer.", goes_back=True,
)  # fmt: skip
_ALONE = ShiftLine(
    row=replace(sample.COPY_ROW, title="Copy \u202egnp.exe to analytics, and then some more of it"),
    name="payments-prod/4803/2",
    says="It wakes at 12:20:00 UTC, for anybody to claim.",
    why_off="Nobody else may approve it.",
    goes_back=True,
)
_VOTED = ShiftLine(
    row=sample.PUSH_ROW,
    name="payments-prod/4826/2",
    says="Yours is one of 2 approvals. Still eligible: Mona Weber, manager.",
    why_off="It is nobody's to hand over: whoever may answer it finds it in the queue.",
)
SHIFT = ShiftPage(
    url="/shift/",
    queue_url="/queue/",
    now=sample.NOW,
    parts=(
        ShiftPart(title="You hold", empty="You hold no ticket.", lines=(_HELD,)),
        ShiftPart(title="You put off", empty="You have put off nothing.", lines=(_ALONE,)),
        ShiftPart(
            title="Wait for another approval after yours", empty="Nothing waits so.",
            lines=(_VOTED,),
        ),
        ShiftPart(
            title="Wait for the answer to your question", empty="No question waits.", lines=()
        ),
    ),
    people=(
        Option(value="mona", label="Mona Weber, manager: 1 of 2"),
        Option(value="*", label="Nobody: back into the queue"),
    ),
    idempotency_key="k-1",
)  # fmt: skip
REFUSED = replace(
    SHIFT, problem="Not recorded. Say why, in a word.", wrong="note", typed_note="To you, Mona."
)
FREE = replace(SHIFT, people=(), parts=tuple(replace(part, lines=()) for part in SHIFT.parts))
LEFT = ShiftPage(
    url="/shift/",
    queue_url="/queue/",
    now=sample.NOW,
    results=(
        ShiftResult(
            number=4821, is_recorded=True, at=sample.NOW, done="Handed to Mona Weber",
            row=sample.REFUND_ROW,
        ),
        ShiftResult(
            number=4803, is_recorded=False, at=sample.NOW, row=sample.COPY_ROW,
            sentence="Mona Weber cannot take it. The owner of an agent never decides its tickets.",
        ),
        ShiftResult(
            number=7, is_recorded=False, at=None,
            sentence="There is no ticket #7 that you may see.",
        ),
    ),
)  # fmt: skip
SHIFT_STATES = {"full": SHIFT, "refused": REFUSED, "free": FREE, "left": LEFT}
