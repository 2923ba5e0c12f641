"""Cards of collusion, as the views would fill them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from dashboard.cards import Fact, Mark
from dashboard.cards.agent_page import MoveLine
from dashboard.cards.collusion import (
    AgentRef,
    CheckForm,
    ClearForm,
    EvidenceLine,
    JobLine,
    MemberLine,
    RankLine,
    RelatedRing,
    RingLine,
    RingList,
    RingPage,
    ScanCard,
    WatchedLine,
)
from dashboard.cards.fleet import FilterOption
from dashboard.cards.fleet_graph import FleetGraph
from tests.dashboard.sample_cards import NOW
from tests.dashboard.sample_charts import NOTHING_TO_DRAW, RING_GRAPH, WEALTH

FLEET = "/f/payments-prod/"
EVIDENCE = (
    "Broker and Buyer worked together 41 times; 3 would be usual. They rate each other 0.94 on 9"
    " results that checks from outside put at 0.52; such ratings of them usually mean 0.92. By luck"
    " alone: less than 1 in 10 million."
)
GAP = "No payoffs: joint benefit at normal quality cannot be seen."
_BUYER = AgentRef(name="Buyer", url=f"{FLEET}agents/a-1/")
_BROKER = AgentRef(name="Broker", url=f"{FLEET}agents/a-2/")
_SCAN = ScanCard(
    is_running=True, stage="now at who calls on others in step", share=0.75,
    silent="Nothing was heard of it for 2 min.", last="Last scan, of the latest day: ended now.",
    window="The whole window: 960 interactions of 14 agents since 1 Nov 10:39 UTC.",
    changed=(f"New: {EVIDENCE}",), gaps=(GAP,), error="", start_url=f"{FLEET}collusion/scan/",
    why_not="", idempotency_key="k-1", problem="",
)  # fmt: skip
_LINE = RingLine(
    url=f"{FLEET}collusion/r-1/", members=(_BROKER, _BUYER),
    mark=Mark("Suspected", "warn", "amber"), at=NOW, value_usd=Decimal("1840.5"),
    severity_usd=Decimal("620.25"), sentence=EVIDENCE, more=1,
)  # fmt: skip
_CHECK = CheckForm(
    url=f"{FLEET}collusion/check/", agents="a-1,a-2", why_not="", idempotency_key="k-2"
)
RINGS = RingList(
    fleet_name="Payments", fleet_slug="payments-prod", seq=7, parts_url="/parts/",
    graph_url=f"{FLEET}collusion/graph/",
    rule="Working together is no accusation.", watch_rule="They work together unusually often.",
    teams="2 teams in force", teams_url=f"{FLEET}collusion/teams/",
    scan=_SCAN, lines=(_LINE,), lines_of=1,
    settled=(replace(_LINE, mark=Mark("Dismissed", "check", "good")),),
    watched=(
        WatchedLine(
            sentence="Scout and Writer worked together 9 times.", checked=2, of=9,
            declare_url=f"{FLEET}collusion/teams/?agent=a-1",
            progress="The next 8 jobs between them are checked; 8 of 8 done.", form=_CHECK,
        ),
        WatchedLine(
            sentence="Ann and Bob worked together 8 times.", checked=0, of=8, progress="",
            declare_url="",
            form=replace(_CHECK, why_not="Only a manager or an admin may do so; you are a reviewer."),
        ),
        WatchedLine(
            sentence="Cy and Dee worked together 7 times.", checked=0, of=7, declare_url="",
            progress="The next 8 jobs between them are checked; 3 of 8 done.", form=None,
        ),
    ),
    check_problem="Not recorded. These agents are not watched.",
    ranked=(RankLine(agent=_BUYER, share=1.0, note="ring suspected"),), wealth=NOTHING_TO_DRAW,
)  # fmt: skip
NO_RINGS = replace(
    RINGS, lines=(), lines_of=0, settled=(), watched=(), ranked=(),
    scan=replace(
        _SCAN, is_running=False, changed=(), gaps=(), error="TypeError: no such column",
        why_not="Only a manager or an admin may start a scan for collusion; you are a reviewer.",
        problem="Not recorded. A scan runs already.",
    ),
)  # fmt: skip
RING = RingPage(
    ring_id="0193a1b2-0000-7000-8000-00000000000d", fleet_slug="payments-prod", seq=7, parts_url="/parts/",
    list_url=f"{FLEET}collusion/", title="Broker and Buyer",
    mark=Mark("Suspected", "warn", "amber"), opened_at=NOW, found_at=NOW,
    facts=(Fact(label="Moved among them", value="$1,840.50", note="in 41 interactions"),),
    evidence=(
        EvidenceLine(
            mark=Mark("Above what checks say", "eye", "crit"), sentence=EVIDENCE,
            would_change="No evidence from checks that average 0.84 or more.",
        ),
    ),
    gaps=(GAP,),
    members=(
        MemberLine(
            agent=_BUYER, owner="Petra Lindqvist", tier="low", balance="balance -$120.00",
            note="Tier low and 50 % of its budget until 6 Dec 12:00 UTC.",
        ),
    ),
    booked_until=NOW, graph=RING_GRAPH,
    jobs=(
        JobLine(
            at=NOW, initiator="Buyer", counterparty="Broker", value="$38.16", rating="0.97",
            checked="",
        ),
    ),
    jobs_of=41,
    moves=(
        MoveLine(
            at=NOW, mark=Mark("Found", "eye", "amber"), change="", sentence=EVIDENCE,
            by="the scan",
        ),
    ),
    wealth=WEALTH, outcome="",
    related=(RelatedRing(url=f"{FLEET}collusion/r-2/", words="Took over what was found of Scout"),),
    measures="Work that one member takes over needs two approvals.",
    checks="The next 8 jobs between them are checked; 3 of 8 done.",
    clear=None, ticket_url=f"{FLEET}tickets/6/", ticket_number=6,
)  # fmt: skip
RING_CONFIRMED = replace(
    RING, mark=Mark("Confirmed", "x", "crit"), outcome="Confirmed 22 Nov 12:00 UTC by Mona Weber.",
    clear=ClearForm(
        does="Gives back $12.00 of fines, tier and budget at once.",
        url=f"{FLEET}collusion/r-1/clear/", why_not="", idempotency_key="k-2", typed_reason="",
        problem="Not recorded. To clear a ring needs a reason.",
    ),
)  # fmt: skip
FLEET_GRAPH = FleetGraph(
    fleet_name="Payments", fleet_slug="payments-prod", seq=7, parts_url="/parts/",
    list_url=f"{FLEET}collusion/", all_url=f"{FLEET}collusion/graph/",
    chart=replace(RING_GRAPH, key="fleet-graph", title="Pairs of agents"),
    shown=(
        FilterOption(value="", label="All", is_chosen=False),
        FilterOption(value="rings", label="Inside rings", is_chosen=True),
    ),
    least=3, agent="buy", is_filtered=True,
)  # fmt: skip
NO_PAIRS = replace(
    FLEET_GRAPH, is_filtered=False, agent="",
    chart=replace(
        FLEET_GRAPH.chart, summary="The whole window was not scanned yet.", figure=None,
        table=replace(RING_GRAPH.table, rows=()),
    ),
)  # fmt: skip
