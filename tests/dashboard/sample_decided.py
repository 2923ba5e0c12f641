"""The log of decisions in its states, as cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.cards import KindLink, Ruling
from dashboard.cards.decided import (
    CameOfIt,
    DecidedFilters,
    DecidedPage,
    DecidedRow,
    UnstartedPage,
    UnstartedRow,
    VoteLine,
)
from dashboard.cards.fleet import FilterOption
from dashboard.cards.queue import PaceNote
from dashboard.display.wording import Mark
from tests.dashboard.sample_cards import NOW, QUEUE, countdown
from tests.dashboard.sample_files import files

DIGEST = "sha256:7be144d0c1a2f0b3a6d2c3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c090ac1f2e"
ANA = VoteLine(
    name="Ana Ruiz", role="manager", word="approved", at=NOW - timedelta(minutes=9),
    reason_label="The arguments are right", reason="Compared with the order.",
)  # fmt: skip
APPROVED = DecidedRow(
    number=4815, title="Refund 9 payments", url="/f/payments-prod/tickets/4815/", kind="task",
    state="RESOLVED", resolution="approved", agent="refund-eu-14", agent_url="/f/payments-prod/",
    fleet_name="Payments, production", level="CRITICAL", approvals_needed=2, policy_number=12,
    action_digest=DIGEST, ruling=Ruling(at=NOW - timedelta(minutes=8), by="Ben Adler"),
    votes=(
        replace(ANA, withdrawn_at=NOW - timedelta(minutes=8, seconds=30)),
        ANA,
        replace(ANA, name="Ben Adler", role="reviewer", reason="\u202egpj.exe and \x07 bells"),
    ),
    came=CameOfIt(mark=Mark("Failed later", "x", "bad"), note="2 Mar 12:04 UTC."),
)  # fmt: skip
EXPIRED = replace(
    APPROVED, number=4811, title="Send 1 customer record to a partner", state="EXPIRED",
    resolution="", level="HIGH", votes=(), came=None, approvals_needed=1,
    ruling=Ruling(at=NOW - timedelta(minutes=20), note="Nothing was run."),
)  # fmt: skip
WITHDRAWN = replace(
    EXPIRED, number=4809, state="CANCELLED",
    ruling=Ruling(at=NOW - timedelta(minutes=31), note="the customer called off"),
)  # fmt: skip
RING = replace(
    EXPIRED, number=4801, title="Is this a ring? Ad buyer, Media broker", kind="collusion",
    state="RESOLVED", resolution="confirmed", level="", agent="", agent_url="", action_digest="",
    ruling=Ruling(
        at=NOW - timedelta(hours=3), by="Ana Ruiz",
        note="Its members were put to tier low. Cleared 2 Mar 11:40 UTC: nothing of that stands.",
    ),
    votes=(replace(ANA, word="confirmed", reason_label="Where the money went is known"),),
)  # fmt: skip
CASCADE = replace(
    RING, number=4799, title="3 tasks held", kind="cascade", resolution="settled",
    ruling=Ruling(at=NOW - timedelta(hours=4), by="Ana Ruiz", note="Nothing is held any longer."),
    votes=(replace(ANA, word="resumed", about="brief-18-draft"),), more_votes=2,
    settled_unvoted=True,
)  # fmt: skip


def _any(label: str, *others: str) -> tuple[FilterOption, ...]:
    every = FilterOption(value="", label=label, is_chosen=True)
    return every, *(FilterOption(value=each, label=each, is_chosen=False) for each in others)


FILTERS = DecidedFilters(
    url="/queue/decided/", kinds=_any("Any kind", "Task"), levels=_any("Any risk", "Low"),
    types=_any("Any type", "Pipeline"), tiers=_any("Any tier", "High"),
    people=_any("Anybody", "you"), since="2026-03-01T00:00", until="2026-03-03T00:00",
    is_filtered=True,
)  # fmt: skip
DECIDED = DecidedPage(
    rows=(APPROVED, EXPIRED, WITHDRAWN, RING, CASCADE),
    filters=FILTERS,
    total=312,
    endings=(
        KindLink(label="All 312", url="/queue/decided/", is_chosen=True),
        KindLink(label="Approved 210", url="/queue/decided/?outcome=approved", is_chosen=False),
        KindLink(label="Expired 5", url="/queue/decided/?outcome=expired", is_chosen=False),
    ),
    problems=("kind cannot be “tsk”. It takes task, release.",),
    older_url="/queue/decided/?before=4811",
    files=files("decided tickets"),
    whose=(
        KindLink(label="Everybody's", url="/queue/decided/", is_chosen=True),
        KindLink(label="Mine", url="/queue/decided/?person=ana", is_chosen=False),
    ),
    unstarted_url="/queue/unstarted/",
)
NO_MATCH = replace(DECIDED, rows=(), total=0, older_url="", problems=())
WAITING = UnstartedRow(
    number=4816, title="Refund 2 payments", url="/f/payments-prod/tickets/4816/",
    approved_at=NOW - timedelta(minutes=4), usable_until=NOW + timedelta(minutes=6),
    came=CameOfIt(mark=Mark("Not started", "clock", "line")), agent="refund-eu-14",
    agent_url="/f/payments-prod/", fleet_name="Payments, production", level="CRITICAL",
    approved_by=("Ana Ruiz", "Ben Adler"), countdown=countdown(360, 600),
)  # fmt: skip
LAPSED = replace(
    WAITING, number=4700, level="HIGH", approved_by=("you",), countdown=None,
    usable_until=NOW - timedelta(hours=5),
    came=CameOfIt(mark=Mark("Never started", "sand", "amber")),
)  # fmt: skip
UNSTARTED = UnstartedPage(
    waiting=(WAITING,),
    lapsed=(LAPSED,),
    now=NOW,
    days=7,
    decided_url="/queue/decided/",
    files=files("approvals not started"),
)
HASTY_QUEUE = replace(
    QUEUE,
    pace=PaceNote(
        sentence="Your last 10 min: 24 answers, 21 approvals among them. At most 4.5 s from your"
        " claim, or else from the opening, to your answer (median of 24).",
        advice="20 approvals or more in that time are many. A break or a second pair of eyes may"
        " help; nothing is held back.",
    ),
)
ALL_STARTED = replace(UNSTARTED, waiting=(), lapsed=())
