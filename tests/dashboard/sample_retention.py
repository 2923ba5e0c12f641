"""The page of retention while nothing goes on, and at each step of a removal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.cards.files import FileLinks
from dashboard.cards.retention import GoingLine, KeptLine, PastRun, RetentionPage, RunCard, RunMove
from dashboard.pages.retention_run import MARKS
from governance.domain.policy import policy_fields
from governance.domain.retention import RetentionState
from tests.dashboard.sample_cards import NOW

URL = "/f/payments-prod/retention/"
SHA = "9c1d" * 16

_BEGIN = RunMove(
    control="begin", label="Count what would go", icon="lines", url=f"{URL}begin/", is_main=True
)
_EXPORT = RunMove(
    control="export", label="Export what would go", icon="save", url=f"{URL}export/",
    is_file=True, is_main=True,
)  # fmt: skip
_PROPOSE = RunMove(
    control="propose", label="Propose the removal", icon="ask", url=f"{URL}propose/",
    asks_reason="Why it should go", is_main=True,
)  # fmt: skip
_AGREE = RunMove(
    control="agree", label="Agree: remove it", icon="minus", url=f"{URL}agree/",
    why_not="Whoever proposed it does not agree to it: it takes a second admin.",
)  # fmt: skip
_DECLINE = RunMove(
    control="decline", label="Do not agree", icon="x", url=f"{URL}decline/", asks_reason="Why not?"
)
_CANCEL = RunMove(
    control="cancel", label="Cancel the removal", icon="x", url=f"{URL}cancel/",
    asks_reason="Why does it end?",
)  # fmt: skip


def _lines(gone: str) -> tuple[GoingLine, ...]:
    return tuple(
        GoingLine(kind=kind, rows=rows, removed=gone, oldest="3 Jan 2025", until="1 Sep 2025",
                  size=size)
        for kind, rows, size in (
            ("Tasks", "1,204,310", "about 2,310.4\u00a0MB"), ("Tickets", "8,102", ""),
            ("Interactions", "310,007", "about 140.2\u00a0MB"),
            ("Events", "2,410,119", "about 1,204.0\u00a0MB"),
        )
    )  # fmt: skip


def _run(state: RetentionState, *moves: RunMove, gone: str = "0", share: float = 0.0) -> RunCard:
    is_exported = state not in {RetentionState.PREPARING, RetentionState.READY}
    is_proposed = state in {RetentionState.PROPOSED, RetentionState.REMOVING}
    return RunCard(
        number=3, mark=MARKS[state], said="This would go. Export it first.",
        is_working=state in {RetentionState.PREPARING, RetentionState.REMOVING}, share=share,
        lines=() if state is RetentionState.PREPARING else _lines(gone),
        stays=("14\N{NO-BREAK SPACE}lineages stay: A ticket about them waits, or came to an end later.",),
        exported=f"3,932,538 rows exported by Adam Weiss, 2 Mar 11:20 UTC. SHA-256 {SHA}"
        if is_exported else "",
        proposed="Proposed by Adam Weiss, 2 Mar 11:31 UTC: “Past\u202e its time.”"
        if is_proposed else "",
        moves=(*moves, _CANCEL),
    )  # fmt: skip


NOTHING = RetentionPage(
    fleet_slug="payments-prod", fleet_name="Payments", seq=310, parts_url="/parts/",
    summary="Policy 42 says how long the record is kept.",
    kept=tuple(
        KeptLine(
            path=each.path, about=each.meaning, kept="for ever" if not each.value else "400 days",
            goes="goes by itself", url="/policy/",
        )
        for each in policy_fields() if each.path.startswith("retention.")
    ),
    run=None, begin=replace(_BEGIN, why_not="Only an admin may change the policy."),
    idempotency_key="k", problem="", typed_reason="", past=(),
    files=FileLinks(what="removals", csv_url="/r.csv", json_url="/r.json"),
)  # fmt: skip
_PAST = tuple(
    PastRun(
        number=number, mark=MARKS[state], at=NOW - timedelta(days=90 * number),
        removed="1,204,310 tasks, 8,102 tickets",
        said="Exported by Adam Weiss, 2 Mar 11:20 UTC. Agreed to by Anna\u202e Berg.", sha256=SHA,
    )
    for number, state in ((2, RetentionState.DONE), (1, RetentionState.CANCELLED))
)  # fmt: skip
RETENTION_STATES = {
    "nothing": NOTHING,
    "begin": replace(NOTHING, begin=_BEGIN, past=_PAST),
    "preparing": replace(NOTHING, begin=None, run=_run(RetentionState.PREPARING)),
    "ready": replace(NOTHING, begin=None, run=_run(RetentionState.READY, _EXPORT)),
    "exported": replace(
        NOTHING, begin=None, problem="Not recorded. To remove records needs a reason.",
        run=_run(RetentionState.EXPORTED, replace(_EXPORT, is_main=False), _PROPOSE),
    ),
    "proposed": replace(
        NOTHING, begin=None, past=_PAST,
        run=_run(RetentionState.PROPOSED, replace(_EXPORT, is_main=False), _AGREE, _DECLINE),
    ),
    "removing": replace(
        NOTHING, begin=None, run=_run(RetentionState.REMOVING, gone="101,204", share=0.42)
    ),
}  # fmt: skip
