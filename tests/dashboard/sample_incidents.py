"""Cards of cascades and of a fleet's incidents, as the views would fill them."""

from __future__ import annotations

from dataclasses import replace

from dashboard.cards import Fact, Mark
from dashboard.cards.cascade import (
    CascadeLine,
    CascadeList,
    CascadePage,
    CloseForm,
    HeldLine,
    TreeNode,
    WatchLine,
)
from dashboard.cards.fleet_incident import AgentLink, IncidentLine, IncidentList, IncidentPage
from tests.dashboard.sample_cards import NOW

FLEET = "/f/payments-prod/"
AGENT_URL = f"{FLEET}agents/a-1/"
SPREAD = (
    "3 of 4 tasks below failed parents failed too, touching 2 agents; chance would do this once in"
    " 870 times."
)
FAULT = (
    "12 of 400 agents fail more often than they normally do, all within 24\N{NO-BREAK SPACE}h; by"
    " chance at most 3 would. 12 of 12 use model model-x."
)

_DRAFT = TreeNode(
    title="Write the draft", agent="writer-2", agent_url=AGENT_URL, external_id="t-3",
    state="held", marks=(Mark("Held", "lock", "ice"),), notes=(), children=(),
)  # fmt: skip
_READ = TreeNode(
    title="Read pages", agent="reader-1", agent_url=AGENT_URL, external_id="t-2", state="finished",
    marks=(Mark("Failed", "x", "bad"), Mark("Tainted", "warn", "amber")),
    notes=("error page_broken",), children=(_DRAFT,),
)  # fmt: skip
_HELD = HeldLine(
    key="t-3", title="Write the draft", agent="writer-2", external_id="t-3", level="LOW",
    builds_on="Builds on “Read pages”, which failed.", url=f"{FLEET}cascades/c-1/tasks/t-3/settle/",
    ticket=12, version=2, idempotency_key="k-1",
)  # fmt: skip
CASCADE = CascadePage(
    cascade_id="0193a1b2-0000-7000-8000-00000000000c", fleet_slug="payments-prod", seq=7, parts_url="/parts/",
    list_url=f"{FLEET}cascades/", title="Brief on winter shoes",
    mark=Mark("Contained", "lock", "ice"), agent="reader-1", agent_url=AGENT_URL, opened_at=NOW,
    sentence=SPREAD,
    facts=(
        Fact(label="Failed below a failed parent", value="3 of 4", note="by 2 agents"),
        Fact(label="R", value="1.5 (0.7 to 2.8)", note="failing children per failing parent"),
    ),
    counts=(Fact(label="Held", value="2", note="2 wait for a person"),),
    truncated="3 unstarted tasks at least stood beyond the policy's caps and were not held.",
    outcome="", tree=(_READ,), tree_note="3 tasks, asked for since 22 Nov 11:50 UTC",
    held=(
        _HELD,
        replace(_HELD, key="t-4", title="File the digest", url="", first="Write the draft"),
        replace(
            _HELD, key="t-5", title="Send it", problem="Not recorded. Ticket #12 changed.",
            typed_reason="Read", why_no_resume="You own writer-2. Somebody else must resume it.",
        ),
    ),
    not_held=(("Count words · counter-1", "it was running"),), close=None,
    ticket_url=f"{FLEET}tickets/12/", ticket_number=12,
)  # fmt: skip
CASCADE_STATES = {
    "held": CASCADE,
    "unasked": replace(
        CASCADE, held=(replace(_HELD, url=""),),
        no_answer="Ticket #12 expired at 22 Nov 11:50 UTC: nobody answered in time. The auditor"
        " asks again within a minute; until then nothing can be settled.",
    ),
    "empty": replace(
        CASCADE, held=(), not_held=(),
        close=CloseForm(url="/close/", ticket=12, version=2, idempotency_key="k-2"),
    ),
    "over": replace(
        CASCADE, held=(), mark=Mark("Over", "check", "good"),
        outcome="Over since 22 Nov 12:10 UTC, by Ana Ruiz: The pages were mended.",
    ),
}  # fmt: skip
CASCADES = CascadeList(
    fleet_name="payments-prod", fleet_slug="payments-prod", seq=7, parts_url="/parts/",
    lines=(
        CascadeLine(
            url=f"{FLEET}cascades/c-1/", title="Brief on winter shoes", agent="reader-1",
            agent_url=AGENT_URL, at=NOW, mark=Mark("Contained", "lock", "ice"), sentence=SPREAD,
            held=2, waiting=2,
        ),
    ),
    watched=(WatchLine(title="Weekly report", agent="reader-1", at=NOW, sentence=SPREAD),),
    rule="A run is held when at least 3 tasks below failed parents fail.",
    watch_rule="Last 24 h: chance alone would do this once in 100 times or less.",
)  # fmt: skip
NO_CASCADES = replace(CASCADES, lines=(), watched=())
INCIDENTS = IncidentList(
    fleet_name="payments-prod", fleet_slug="payments-prod", seq=7, parts_url="/parts/",
    lines=(
        IncidentLine(
            url=f"{FLEET}incidents/i-1/", title="Many agents fail together", at=NOW,
            lasts="open for 3 h 16", mark=Mark("Open", "warn", "amber"), sentence=FAULT, agents=12, held=9,
        ),
    ),
    rule="At least 5 agents change within 24 h, more than chance allows.",
)  # fmt: skip
NO_INCIDENTS = replace(INCIDENTS, lines=())
INCIDENT = IncidentPage(
    incident_id="i-1", fleet_slug="payments-prod", seq=7, parts_url="/parts/",
    list_url=f"{FLEET}incidents/", title="Many agents fail together",
    mark=Mark("Open", "warn", "amber"), at=NOW, sentence=FAULT, outcome="",
    counts=(
        Fact(label="Agents concerned", value="12"),
        Fact(label="Alarms held", value="9", note="of single agents: nobody was asked about each"),
    ),
    shared=(
        Fact(
            label="Model model-x", value="12 of 12 agents concerned",
            note="40 of 400 agents of the fleet",
        ),
    ),
    agents=(AgentLink(name="reader-1", url=AGENT_URL), AgentLink(name="writer-2", url=AGENT_URL)),
    more=10, ticket_url=f"{FLEET}tickets/13/", ticket="#13 waits for a person",
)  # fmt: skip
INCIDENT_OVER = replace(
    INCIDENT, mark=Mark("Over", "check", "good"), shared=(), more=0, ticket="", ticket_url="",
    outcome="Over since 22 Nov 12:10 UTC: alarms count for each agent again.",
)  # fmt: skip
