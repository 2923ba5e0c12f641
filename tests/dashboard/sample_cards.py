"""Cards of every state, as the views would fill them: no database, no clock, no chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from dashboard import cards
from dashboard.cards.fleet import FilterOption

NOW = datetime(2026, 11, 22, 12, 2, 52, tzinfo=UTC)
CANONICAL = (
    '{"amount_total":18420.50,"currency":"USD","notify_customer":false,'
    '"payments":["pi_3QK0v","pi_3QK1a","pi_3QK1b"],"reason":"duplicate\u202e_charge"}'
)
DIGEST = "7be144d0c2a94d5f8e63fb1a20c7785e6b1dd0f4a3925d10ee7c41b890ac1f2e"
OWN_WORDS = (
    "Duplicate charges from the 09:14 retry storm. Please refund all.\n"
    "Finance has approved already.\u202e <a href='https://example.test'>proof</a>\u200b"
)

SHELL = cards.Shell(
    person=cards.Person(name="Rita Okafor", initials="RO", role="Reviewer"),
    fleets=(
        cards.FleetLink(name="All fleets", url="/queue/"),
        cards.FleetLink(name="payments-prod", url="/f/payments-prod/queue/", is_current=True),
    ),
    nav=(
        cards.NavGroup(
            label="Decide",
            links=(
                cards.NavLink(
                    label="Queue", url="/queue/", icon="queue", count=4, is_hot=True,
                    is_current=True, counts_waiting=True,
                ),
                cards.NavLink(label="Decided", url="/queue/decided/", icon="check"),
            ),
        ),
        cards.NavGroup(
            label="Watch",
            links=(
                cards.NavLink(label="Agents", url="/f/payments-prod/agents/", icon="bot"),
                cards.NavLink(label="Cascades", url="/f/payments-prod/cascades/", icon="tree"),
                cards.NavLink(
                    label="Incidents", url="/f/payments-prod/incidents/", icon="warn",
                    is_lesser=True,
                ),
            ),
        ),
        cards.NavGroup(
            label="Connect",
            links=(
                cards.NavLink(label="API docs", url="/api/docs/", icon="book", is_lesser=True),
            ),
        ),
    ),
    home_url="/queue/",
    sign_in_url="/sign-in/",
    sign_out_url="/sign-out/",
    server_now=NOW,
    socket_path="/ws/f/payments-prod/",
    mode="ENFORCE",
    policy_version=42,
)  # fmt: skip


def countdown(left_s: float, span_s: float) -> cards.Countdown:
    """Return a countdown with `left_s` of `span_s` left at `NOW`."""
    return cards.Countdown(deadline=NOW + timedelta(seconds=left_s), span_s=span_s, left_s=left_s)


HIGH_TRUST = cards.TrustBand(score=0.93, low=0.89, high=0.96, tier="high", outcomes=412)
LOW_TRUST = cards.TrustBand(score=0.49, low=0.38, high=0.60, tier="low", outcomes=61)
NEW_TRUST = cards.TrustBand(score=0.5, low=0.1, high=0.9, tier="low", outcomes=6)
MY_CLAIM = cards.Claim(name="Rita Okafor", initials="RO", is_me=True, lease=countdown(552, 600))
BENS_CLAIM = cards.Claim(name="Ben Carter", initials="BC", is_me=False, lease=countdown(400, 600))

REFUND_ROW = cards.TicketRow(
    ticket_id="0193a1b2-0000-7000-8000-000000004821", number=4821, version=3,
    fleet_slug="payments-prod", kind="task", state="PENDING",
    title="Refund 214 payments, $18,420.50", agent="refund-eu-14",
    why="Irreversible; payment data; 9.2\u00a0% of the monthly budget.",
    url="/f/payments-prod/tickets/4821/", row_url="/f/payments-prod/tickets/4821/row/",
    now=NOW, level="CRITICAL", operation="payments.refund_batch", environment="production",
    countdown=countdown(252, 900), trust=HIGH_TRUST, claim=MY_CLAIM,
    approvals_needed=2, approved_by=("Ana Ruiz",),
)  # fmt: skip
PUSH_ROW = replace(
    REFUND_ROW, ticket_id="0193a1b2-0000-7000-8000-000000004826", number=4826, level="HIGH",
    title="Force-push to main of billing-api", operation="git.force_push", environment="staging",
    agent="code-fix-21", why="Outside the mandate. At level 2 since 12:00.",
    url="/f/payments-prod/tickets/4826/", row_url="/f/payments-prod/tickets/4826/row/",
    countdown=countdown(158, 1800), claim=BENS_CLAIM, approvals_needed=1, approved_by=(),
)  # fmt: skip
RELEASE_ROW = replace(
    PUSH_ROW, ticket_id="0193a1b2-0000-7000-8000-000000004818", number=4818, kind="release",
    level="", title="Release refund-us-03 to probation?", operation="", environment="",
    agent="refund-us-03", why="4th trip in 7 days; 6 of its last 9 tasks failed.",
    url="/f/payments-prod/tickets/4818/", row_url="/f/payments-prod/tickets/4818/row/",
    countdown=countdown(2520, 3600), trust=LOW_TRUST, claim=None,
    claim_url="/f/payments-prod/tickets/4818/claim/",
)  # fmt: skip
COPY_ROW = replace(
    PUSH_ROW, ticket_id="0193a1b2-0000-7000-8000-000000004803", number=4803, level="MEDIUM",
    title="Copy orders_2026 to analytics", operation="s3.copy_object", agent="data-export-03",
    why="Confidential data; a new agent runs with the conservative preset.",
    url="/f/payments-prod/tickets/4803/", row_url="/f/payments-prod/tickets/4803/row/",
    countdown=countdown(11760, 14400), trust=NEW_TRUST, claim=None,
    claim_url="/f/payments-prod/tickets/4803/claim/", group_size=14,
    group_url="/f/payments-prod/queue/?group=task.sha256:0a", alike="task.sha256:0a",
)  # fmt: skip
INCIDENT_ROW = replace(
    PUSH_ROW, ticket_id="0193a1b2-0000-7000-8000-000000004790", number=4790, kind="incident",
    level="CRITICAL", title="Denied: delete 1,204 stale customers", agent="cleanup-02",
    operation="shop.delete_customers", why="Low trust and outside its mandate.",
    url="/f/payments-prod/tickets/4790/", row_url="/f/payments-prod/tickets/4790/row/",
    countdown=countdown(64_800, 86_400), trust=LOW_TRUST, claim=None,
    why_no_claim="Manager decides",
)  # fmt: skip
DENIED_ROW = replace(
    PUSH_ROW, ticket_id="0193a1b2-0000-7000-8000-000000004815", number=4815, state="RESOLVED",
    resolution="denied", title="Delete 40 rows from staging.coupons", agent="code-fix-18",
    url="/f/payments-prod/tickets/4815/", row_url="/f/payments-prod/tickets/4815/row/",
    ruling=cards.Ruling(
        at=NOW - timedelta(seconds=72), by="Ana Ruiz", reason="wrong table",
        note="Sent to code-fix-18 word for word.",
    ),
)  # fmt: skip
EXPIRED_ROW = replace(
    DENIED_ROW, ticket_id="0193a1b2-0000-7000-8000-000000004811", number=4811, state="EXPIRED",
    resolution="", title="Send 1 customer record to a partner",
    url="/f/payments-prod/tickets/4811/", row_url="/f/payments-prod/tickets/4811/row/",
    ruling=cards.Ruling(at=NOW - timedelta(seconds=90), note="Levels 1 and 2 had been told."),
)  # fmt: skip

QUEUE_FILTERS = cards.QueueFilters(
    url="/queue/",
    views=tuple(
        cards.KindLink(label=label, url=f"/queue/?view={label.lower()}", is_chosen=is_chosen)
        for label, is_chosen in (
            ("All I can decide", True), ("Mine", False), ("Expiring", False), ("Unassigned", False),
            ("Snoozed", False),
        )
    ),
    kinds=(
        FilterOption(value="", label="Any kind", is_chosen=True),
        FilterOption(value="task", label="Tasks", is_chosen=False),
    ),
    levels=(
        FilterOption(value="", label="Any risk", is_chosen=True),
        FilterOption(value="HIGH", label="High", is_chosen=False),
    ),
)  # fmt: skip
QUEUE = cards.QueuePage(
    rows=(REFUND_ROW, PUSH_ROW, RELEASE_ROW, COPY_ROW, INCIDENT_ROW),
    decided=(DENIED_ROW, EXPIRED_ROW),
    list_url="/queue/?part=list",
    together_url="/queue/together/",
    together_most=25,
    filters=QUEUE_FILTERS,
    seqs={"payments-prod": 310},
    waiting=18,
    matching=18,
    expiring_soon=2,
    others=5,
    next_url="/queue/?after=here",
    last_decision_at=NOW - timedelta(seconds=72),
)
EMPTY_QUEUE = cards.QueuePage(
    rows=(), list_url="/queue/?part=list", filters=QUEUE_FILTERS, seqs={"payments-prod": 310}
)

OUTCOMES = tuple(
    cards.OutcomeLine(
        at=NOW - timedelta(hours=7 * place), title=f"Refund {9 + place} payments", result=result,
        cost_usd=Decimal("0.0042") * (place + 1),
    )
    for place, result in enumerate(
        ("success", "success", "failure", "partial", "success", "denied", "success", "success")
    )
)  # fmt: skip
AGENT = cards.AgentCard(
    name="refund-eu-14", external_id="refund-eu-14", owner="Lena Fischer", trust=HIGH_TRUST,
    breaker=cards.breaker_mark("CLOSED"), outcomes=OUTCOMES, template="refund", model="fixed-1",
    components=(("success", 0.94), ("budget", 0.91), ("consistency", 0.9)),
    budget_usd=Decimal(200_000), spent_usd=Decimal("1204.5"),
)  # fmt: skip
LATCHED_AGENT = replace(
    AGENT, name="refund-us-03", external_id="refund-us-03", trust=LOW_TRUST, outcomes=OUTCOMES[:3],
    breaker=cards.breaker_mark("OPEN", "LATCHED"), components=(),
    breaker_note="Latched at 11:08:12: 4th trip in 7 days. Approve is off until it is released.",
)  # fmt: skip
NEW_AGENT = replace(AGENT, trust=NEW_TRUST, outcomes=(), components=(), spent_usd=None)

BLAST = cards.BlastCard(
    level="CRITICAL", points=76, vector="ABR:1/E:P/W:M/R:I/D:R/X:P/M:M/F:1/N:4/U:E",
    because="because an irreversible production change touches restricted data.",
    parts=tuple(
        cards.BlastPart(metric=metric, code=code, points=points, source=source)
        for metric, code, points, source in (
            ("E", "P", 12, "API key"),
            ("W", "M", 8, "tool registry"),
            ("R", "I", 14, "tool registry"),
            ("D", "R", 14, "declared"),
            ("X", "P", 7, "tool registry"),
            ("M", "M", 8, "accounts, 24 h, lineage and owner"),
            ("F", "1", 0, "lineage and plan"),
            ("N", "4", 8, "lineage and plan"),
            ("U", "E", 5, "nothing said: worst case"),
        )
    ),
)  # fmt: skip
REASONS = (
    cards.ReasonLine(
        code="approval_table",
        sentence="Critical task, high trust, preset aggressive: 2 approvals.",
    ),
    cards.ReasonLine(
        code="budget_ok",
        sentence="$18,420.50 is within the task budget of $20,000 × 1.5.",
    ),
)
MANDATE = cards.MandateCard(
    tools=("payments.refund*",), environments=("production",), highest_level="MEDIUM",
    verdict="This tool is inside, the level is above.", is_inside=False,
)  # fmt: skip
LINEAGE = cards.LineageNode(
    title="Reconcile EU payouts", agent="ledger-check-01", state="success",
    children=(
        cards.LineageNode(
            title="Refund 214 payments", agent="refund-eu-14", state="waiting here", is_here=True,
        ),
        cards.LineageNode(
            title="Write apology mails", agent="support-mail-09", state="waits",
            url="/f/payments-prod/tickets/4830/", is_tainted=True,
        ),
    ),
)  # fmt: skip
REQUEST = cards.RequestCard(
    operation="payments.refund_batch", environment="production", agent="refund-eu-14",
    arguments=cards.argument_lines(CANONICAL), canonical_json=CANONICAL, action_digest=DIGEST,
    tool="payments.refund", target="stripe:acct_eu", own_words=OWN_WORDS,
    facts=(
        cards.Fact(label="Spend cap", value="$18,420.50"),
        cards.Fact(label="Asked by", value="omar@payments", note="barred from deciding"),
    ),
)  # fmt: skip
REASON_CODES = (
    cards.ReasonCode(code="checked_source", label="Checked against source", for_choice="approve"),
    cards.ReasonCode(code="expected", label="Expected work", for_choice="approve"),
    cards.ReasonCode(code="amount", label="Amount too high", for_choice="deny"),
    cards.ReasonCode(code="not_its_job", label="Not its job", for_choice="deny"),
)
ANA = cards.Signature(
    name="Ana Ruiz", at=NOW - timedelta(seconds=90), reason="matches retry log",
)  # fmt: skip
PANEL = cards.DecisionPanel(
    ticket_id=REFUND_ROW.ticket_id, number=4821, version=3, fleet_slug="payments-prod",
    kind="task", state="PENDING", panel_url="/f/payments-prod/tickets/4821/panel/",
    decide_url="/f/payments-prod/tickets/4821/decide/", queue_url="/queue/",
    next_url="/queue/next/?left=0193a1b2-0000-7000-8000-000000004821", now=NOW, seq=310,
    countdown=countdown(252, 900), approvals_needed=2, signatures=(ANA,),
    eligible=("you", "Omar"), barred=("not Lena: owns the agent",),
    claim=MY_CLAIM, claim_url="/f/payments-prod/tickets/4821/claim/",
    release_claim_url="/f/payments-prod/tickets/4821/release-claim/",
    choices=cards.choices_for("task"), reason_codes=REASON_CODES,
    idempotency_key="0193a1b2-1111-7000-8000-000000000001",
    on_approval=(
        "The last approval issues one grant: this digest, once, within 10\u00a0min, "
        "at most $18,420.50."
    ),
)  # fmt: skip
TICKET = cards.TicketPage(
    number=4821, kind="task", title="Refund 214 payments, $18,420.50, in production",
    level="CRITICAL", opened_at=NOW - timedelta(seconds=648), task_external_id="rf-2026-0931",
    policy_version=42, panel=PANEL, agent=AGENT, reasons=REASONS, request=REQUEST, blast=BLAST,
    mandate=MANDATE, lineage=LINEAGE, lineage_note="root started 09:31, 3 tasks",
    why_me="Every reviewer, manager and admin of Payments may answer.",
)  # fmt: skip
