"""The integrity page: nothing checked, all well, a check that runs, a log that was changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.cards.files import FileLinks
from dashboard.cards.integrity import CheckLine, IntegrityPage, SealLine
from dashboard.cards.overview import KeyFigure
from dashboard.display.wording import Mark
from tests.dashboard.sample_cards import NOW

URL = "/f/payments-prod/integrity/"
SENTENCE = (
    "Outcome 0199d9a0-5f7e-7d35-a3a5-8b6a6f1b7c01 in governance_outcome of 2026-03-02 11:58:00 UTC"
    " was altered after seal 41 of 2026-03-02 11:58:30 UTC."
)
FIGURES = (
    KeyFigure(label="Seals", icon="lock", value="43", note="made so far"),
    KeyFigure(label="Lag", icon="clock", value="12 s", note="oldest row that waits"),
    KeyFigure(label="Key", icon="shield", value="5f1c09ab", note="by the start of its SHA-256"),
    KeyFigure(label="Removals", icon="minus", value="0", note="checkpoints of retention"),
)
SEALS = tuple(
    SealLine(
        number=number,
        kind=kind,
        rows=17,
        at=NOW - timedelta(seconds=30 * (44 - number)),
        key="5f1c09ab",
        signature="9f" * 32,
    )
    for number, kind in ((43, "vote"), (42, "outcome"), (41, "event"))
)
PASSED = CheckLine(
    number=1,
    mark=Mark("Nothing changed", "check", "line"),
    at=NOW - timedelta(hours=7),
    by="log check",
    read="1,204 rows against 43 seals, up to seal 43.",
    found=(),
)
CHANGED = CheckLine(
    number=2,
    mark=Mark("Changed", "x", "bad"),
    at=NOW,
    by="Mona Brandt",
    read="1,204 rows against 43 seals, up to seal 43.",
    found=("3 faults in 2 rows.", SENTENCE),
    more="And 3 more; verify_log --all prints all of them.",
)
WELL = IntegrityPage(
    fleet_slug="payments-prod",
    fleet_name="payments-prod",
    seq=412,
    now=NOW,
    parts_url=f"{URL}parts/",
    summary="What was written until 2026-03-02 12:00:00 UTC is sealed.",
    given_up=(),
    back="",
    wrong="",
    figures=FIGURES,
    is_running=False,
    share=0.0,
    start_url=f"{URL}verify/",
    why_not="",
    idempotency_key="00000000-0000-4000-8000-000000000001",
    problem="",
    checks=(PASSED,),
    seals=SEALS,
    seals_of=43,
    files=FileLinks(what="the checks", csv_url=f"{URL}.csv", json_url=f"{URL}.json"),
    export_url=f"{URL}export/",
    events_url="/f/payments-prod/events/",
)
INTEGRITY_STATES = {
    "well": WELL,
    "new": replace(
        WELL, checks=(), seals=(), seals_of=0, why_not="Only a manager or an admin may."
    ),
    "running": replace(WELL, is_running=True, share=0.4, problem="Not recorded: a check runs."),
    "back": replace(
        WELL,
        back="Transaction numbers went back: the next is 812, and rows up to 40912 were read. The"
        " database was moved here by other means than restore. Stop all processes, then run:"
        " python manage.py adopt",
    ),
    "given-up": replace(
        WELL,
        given_up=(
            "Seals 1 to 812 and 3 checkpoints were signed with key 1a2b3c4d, lost and given up on"
            " 2026-02-27 by root at a terminal: “disk of the key server failed”. What they cover is"
            " compared with them; whether both were changed before that day cannot be told.",
            "Seals 813 to 901 were signed with key 90ab12cd, lost and given up on 2026-03-01 by"
            " mona: “its host was wiped”. The key is here again, and its signatures are checked.",
        ),
    ),
    "changed": replace(WELL, wrong=f"The log was changed. {SENTENCE}", checks=(CHANGED, PASSED)),
}
