"""Cards of agents and of a fleet in every state, as the views would fill them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from dashboard.cards import Fact, Mark
from dashboard.cards.account import AccountCard, EntryLine
from dashboard.cards.agent_page import (
    AgentPage,
    ComponentLine,
    DecisionRow,
    LimitLine,
    LimitsCard,
    MoveLine,
    NeedLine,
    OutcomeRow,
    ScoreCard,
    ScoreLine,
    TicketLine,
    TrustCard,
)
from dashboard.cards.breaker import BreakerStatus, ProbationCard
from dashboard.cards.controls import Control, ControlPanel, HaltCard
from dashboard.cards.drift import DriftCard, DriftLine
from dashboard.cards.fleet import (
    AgentRow,
    FilterOption,
    FleetLine,
    FleetPage,
    KeyCount,
    SortHeader,
)
from tests.dashboard.sample_cards import HIGH_TRUST, LOW_TRUST, NEW_TRUST, NOW, SHELL, countdown
from tests.dashboard.sample_files import files

URL = "/f/payments-prod/agents/"
TRIPPED = "6 of the last 9 tasks failed; normal for this agent: 1 in 20."

CLOSED = BreakerStatus(
    name="closed", mark=Mark("Breaker closed", "dot"), sentence="No more failures than usual."
)
FROZEN = BreakerStatus(
    name="frozen", mark=Mark("Frozen", "ice", "ice"), note="then probation",
    sentence=f"{TRIPPED} Breaker level 2.", since="22 Nov 11:50 UTC",
    next_step="Then probation: one task of level Low at a time.", countdown=countdown(1680, 1800),
)  # fmt: skip
PROBATION = BreakerStatus(
    name="probation", mark=Mark("Probation, 4 of 7", "half", "amber"), note="a probe is running",
    sentence="4 of 7 clean probes, 1 failed, 1 partial.", next_step="3 more clean probes close it.",
    probation=ProbationCard(clean=4, failed=1, partial=1, left=3, is_running=True),
)  # fmt: skip
LATCHED = BreakerStatus(
    name="latched", mark=Mark("Latched", "lock", "ice"), note="until people release it",
    sentence=f"{TRIPPED} Frozen 4 times in 7 days: two people must release it.",
    next_step="It stays frozen until people release it.", ticket_number=4818,
    ticket_url="/f/payments-prod/tickets/4818/", ticket_note="1 of 2 approvals, one by a manager",
)  # fmt: skip
SUPERVISED = BreakerStatus(
    name="supervised", mark=Mark("Supervised", "eye", "amber"),
    note="from Medium up a person must agree",
    sentence=f"{TRIPPED} Supervised, not frozen: 3 of 11 agents are frozen.",
)  # fmt: skip
PAUSED = replace(
    CLOSED,
    others=(Mark("Paused", "pause", "line"), Mark("Shadow", "eye", "line")),
    other_sentences=("Mona Lind paused it until a person resumes it: maintenance.",),
)
WOULD_BE = replace(FROZEN, mark=Mark("Would be frozen", "eye", "line"), countdown=None)


def row(name: str, status: BreakerStatus, number: int, **fields: object) -> AgentRow:
    """Return the row of an agent; `number` makes its id."""
    place = f"{URL}0193a1b2-0000-7000-8000-{number:012d}/"
    filled = AgentRow(
        agent_id=f"0193a1b2-0000-7000-8000-{number:012d}", name=name, external_id=name.lower(),
        url=place, row_url=f"{place}row/", controls_url=f"{place}controls/", owner="Lena Fischer",
        trust=HIGH_TRUST, status=status, open_tasks=2, allowed=(10, 20),
        spent_usd=Decimal("9312.40"), budget_usd=Decimal(10_000), seen_at=NOW,
    )  # fmt: skip
    return replace(filled, **fields)  # type: ignore[arg-type]


ROWS = (
    row("refund-us-03", LATCHED, 1, trust=LOW_TRUST, allowed=(5, 5)),
    row("data-export-03", FROZEN, 2, trust=LOW_TRUST),
    row("code-fix-18", PROBATION, 3),
    row("Payout EU, the long name of an agent that somebody chose", SUPERVISED, 4),
    row("mail-fetch-03", PAUSED, 5, budget_usd=None),
    row("shadowed", WOULD_BE, 6),
    row("newcomer", CLOSED, 7, trust=NEW_TRUST, seen_at=None, spent_usd=Decimal(0)),
)


def header(label: str, key: str = "", direction: str = "", *, number: bool = False) -> SortHeader:
    url = f"{URL}?sort={key}" if key else ""
    return SortHeader(label=label, url=url, direction=direction, is_number=number, key=key)


def chosen(*labels: str) -> tuple[FilterOption, ...]:
    return tuple(
        FilterOption(value=label.lower() if place else "", label=label, is_chosen=not place)
        for place, label in enumerate(labels)
    )


FLEET = FleetPage(
    fleet_slug="payments-prod", fleet_name="Payments", seq=310,
    summary="7 agents: 1 runs freely, 1 is frozen, 1 is latched.", rows=ROWS,
    strip=(
        KeyCount(label="Frozen", icon="ice", count=3, note="detectors hold 3 of 11, cap 30 %",
                 url=f"{URL}?state=frozen", is_current=True),
        KeyCount(label="Latched", icon="lock", count=1, note="people release them",
                 url=f"{URL}?state=latched"),
        KeyCount(label="Waiting", icon="queue", count=12, note="1 release among them",
                 url="/f/payments-prod/queue/"),
    ),
    headers=(
        header("Agent", "name"), header("State", "state", "ascending"),
        header("Trust, 10 to 90 %, tier", "trust"), header("Open tasks", number=True),
        header("Spent this month", number=True), header("Owner", "owner", "descending"),
        header("Last seen", "seen"),
    ),
    states=chosen("Any state", "Frozen"), tiers=chosen("Any tier", "Low"),
    owners=chosen("Any owner", "Lena Fischer"), search="", sort="state",
    page_url=URL, list_url=f"{URL}rows/", all_url=URL, total=60, matching=57, first=1,
    shadow="3 agents of 40 are in shadow: what is found about them is noted.",
    shadow_url="/f/payments-prod/shadow/",
    guard="Detectors have frozen 3 of the 11 agents seen within 24 h; the cap is 30 %.",
    is_filtered=True, previous_url=f"{URL}?page=1", next_url=f"{URL}?page=3",
    files=files("agents"),
)  # fmt: skip
NO_MATCH = replace(FLEET, rows=(), matching=0, guard="", previous_url="", next_url="")
NO_AGENTS = replace(NO_MATCH, is_filtered=False, total=0)

FREEZE = Control(value="freeze", label="Freeze", icon="ice", effect="Denies everything it asks.",
                 tone="deny", needs_reason=False)  # fmt: skip
RESUME = Control(value="resume", label="Resume", icon="check", effect="Ends the pause.",
                 why_off="Only a manager or an admin may resume a paused agent; you are a reviewer.",
                 tone="main")  # fmt: skip
RELEASE = Control(value="release", label="Release", icon="half", effect="Into probation.",
                  tone="main")  # fmt: skip


def panel(*controls: Control, **fields: str) -> ControlPanel:
    sign = "|".join(f"{each.value}:{each.why_off}" for each in controls)
    filled = ControlPanel(
        agent="refund-us-03", url=f"{ROWS[0].url}control/", controls=controls,
        idempotency_key="key-of-the-panel", sign=sign,
    )  # fmt: skip
    return replace(filled, **fields)  # type: ignore[arg-type]


def part(name: str, weight: int, score: float | None) -> ComponentLine:
    return ComponentLine(name=name, means="what is measured", weight=weight, outcomes=61,
                         score=score, low=0.4, high=0.6)  # fmt: skip


AGENT = AgentPage(
    agent_id=ROWS[0].agent_id, fleet_slug="payments-prod", name="refund-us-03",
    external_id="refund-us-03", seq=310, summary="Latched. Trust 0.49, tier low, from 61 outcomes.",
    fleet_url=URL, parts_url=f"{ROWS[0].url}parts/", trends_url=f"{ROWS[0].url}trends/",
    status=LATCHED, panel=panel(FREEZE, RESUME),
    identity=(Fact(label="Id", value="refund-us-03", note="as its orchestrator calls it"),
              Fact(label="Owner", value="Lena Fischer")),
    mandate=(Fact(label="Tools", value="payments.*, ledger.read"),),
    trust=TrustCard(
        trust=LOW_TRUST,
        components=(part("success", 75, 0.5), part("budget", 25, 0.9), part("consistency", 0, None)),
        evidence="61 outcomes judged.", next_tier="medium",
        needs=(NeedLine(about="Evidence", has="61 outcomes", asks="10", is_met=True),
               NeedLine(about="Time in its tier", has="3 h", asks="24 h", is_met=False)),
    ),
    score=ScoreCard(
        summary="Over its last 50 outcomes the score fell, 0.91 → 0.49: 21 failed.",
        lines=(ScoreLine(at=NOW, fact=61, task_id="order-1", size=-0.03, change="−0.03", score=0.49,
                         sentence="A failure from job:nightly. Success 0.52 → 0.49."),),
    ),
    limits=LimitsCard(
        because="It is in tier low since 21 Nov.", mandate_note="Its mandate comes on top.",
        lines=(LimitLine(task_type="stateless", presets=("aggressive", "balanced", "conservative"),
                         at=2, budget="0.5 × the task's budget", parallel=5, audited="25 %",
                         tax="10 %", approvals=(("Low", "runs"), ("Critical", "denied"))),),
        open_tasks=2, spent_usd=Decimal("31.50"), budget_usd=Decimal(100),
    ),
    outcomes=tuple(
        OutcomeRow(at=NOW - timedelta(hours=place), title="" if place else "Refund order 4711",
                   task_id=f"order-{place}", result=result, level="Medium", source="job:nightly",
                   cost_usd=Decimal("0.01") if place else None, notes=("probe",) if place else ())
        for place, result in enumerate(["failure", "partial", "success", "cancelled"] * 3)
    ),
    decisions=(DecisionRow(at=NOW, title="Refund order 4711", task_id="order-1",
                           moment="when asked", mark=Mark("Asked people", "people", "amber"),
                           level="HIGH", reasons=("High task, low trust.", "And more."),
                           policy_version=42, would_be="denied"),),
    tickets=(TicketLine(number=4818, title="Release refund-us-03", at=NOW,
                        url="/f/payments-prod/tickets/4818/", mark=Mark("Pending", "clock", "line"),
                        kind_mark=Mark("Release", "lock", "ice"), by="Mona Lind"),),
    moves=(MoveLine(at=NOW, mark=Mark("Tier fell", "sink", "bad"), change="high → low",
                    sentence=TRIPPED, by="the detector", note="policy v42"),),
    moves_note="The latest 20 moves.",
    account=AccountCard(
        summary="Balance $18,420.50 as of 22 Nov 12:00 UTC, from 12,402 entries since 2 Feb 09:00 UTC.",
        parts=(Fact(label="Earned", value="$20,104.00", note="value of its outcomes"),
               Fact(label="Penalised", value="$0.00", note="fines, less those undone")),
        entries=(EntryLine(at=NOW, amount="\N{MINUS SIGN}$2.00", kind="tax",
                           sentence="5 % of the $40.00 of interaction x-1, from ann to refund-us-03:"
                           " preset balanced, coordination at tier high."),
                 EntryLine(at=NOW, amount="+$40.00", kind="between agents",
                           sentence="Value of interaction x-1, from ann to refund-us-03.")),
    ),
)  # fmt: skip
DRIFT = DriftCard(
    watched="Each outcome is compared with what this agent normally does on such work, learned from"
    " its latest 300 outcomes. Evidence of failing more: 1.2 of 5.0 that raise an alarm.",
    lines=(
        DriftLine(
            mark=Mark("Costs more", "up", "amber"), state=Mark("Open", "ask", "amber"),
            sentence="The last 23 tasks cost 0.0184 USD each, within 90 min; normal for this agent"
            " on such work: 0.00840 USD. That is 119 % more.",
            normal="0.00840 USD", now="0.0184 USD", tasks=23,
            since=NOW - timedelta(minutes=90), at=NOW,
            note="Nothing is learned from what is open, and no tier rises, until people have looked.",
        ),
        DriftLine(
            mark=Mark("Fails more", "sink", "bad"), state=Mark("Looked at", "check", "line"),
            sentence="9 of the last 31 tasks failed, within 36.0 h; normal for this agent on such"
            " work: 1 in 20.",
            normal="5 % fail", now="29 % fail", tasks=31,
            since=NOW - timedelta(days=9), at=NOW - timedelta(days=7),
            note="Mona Lind looked at it: it is held to what was normal before.",
        ),
    ),
    ticket_number=4822, ticket_url="/f/payments-prod/tickets/4822/",
    incident="6 of 20 agents fail more often than they normally do, all within 24.0 h.",
)  # fmt: skip
DRIFTING = replace(
    CLOSED,
    others=(Mark("Drifting", "sink", "bad"),),
    other_sentences=("Its work has changed for good, and nobody has looked at it yet.",),
)
AGENT_STATES = {
    "latched": AGENT,
    "drifting": replace(AGENT, status=DRIFTING, drift=DRIFT),
    "frozen": replace(AGENT, status=FROZEN, panel=panel(FREEZE, RELEASE)),
    "probation": replace(AGENT, status=PROBATION),
    "refused": replace(
        AGENT,
        status=PAUSED,
        panel=panel(RELEASE, typed_reason="My words", problem="Not recorded. It is not frozen."),
    ),
    "new": replace(AGENT, status=CLOSED, score=ScoreCard(summary="", lines=()), outcomes=(), decisions=(), tickets=(), moves=(),
                   account=AccountCard(summary="Nothing was earned, spent or passed on as of 22 Nov 12:00 UTC."),
                   trust=replace(AGENT.trust, trust=NEW_TRUST, next_tier="", needs=())),
}  # fmt: skip

RUNS = HaltCard(
    fleet_name="Payments", fleet_slug="payments-prod", halt_url="/f/payments-prod/halt/",
    resume_url="/f/payments-prod/resume/", explain_url="/f/payments-prod/halt/reason/",
    idempotency_key="key-of-the-halt",
)  # fmt: skip
HALTED = replace(RUNS, by="Mona Lind", at=NOW, reason="Refunds run wild.")
UNEXPLAINED = replace(HALTED, reason="", why_no_resume="Only a manager may resume.", problem="No.")
LIVE_SHELL = replace(SHELL, halts=(RUNS,), halts_url="/halts/?fleet=payments-prod")
HALTED_SHELL = replace(LIVE_SHELL, halts=(HALTED,))
UNEXPLAINED_SHELL = replace(LIVE_SHELL, halts=(UNEXPLAINED,))

FLEETS = (
    FleetLine(name="Payments", url=URL, role="a manager", sentence=FLEET.summary, is_halted=True),
    FleetLine(name="Support", url=URL, role="a reviewer", sentence="2 agents.", is_halted=False),
)
