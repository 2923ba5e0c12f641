"""Cards of declared teams, as the views would fill them."""

from __future__ import annotations

from dataclasses import replace

from dashboard.cards.collusion import AgentRef
from dashboard.cards.teams import DeclareForm, EndForm, TeamLine, TeamsPage, Typed
from tests.dashboard.sample_cards import NOW

FLEET = "/f/payments-prod/"
_END = EndForm(
    url=f"{FLEET}collusion/teams/t-1/end/", why_not="", idempotency_key="k-1", typed_reason="",
    problem="Not recorded. To end a team needs a reason.",
)  # fmt: skip
_TEAM = TeamLine(
    team_id="t-1", name="Monthly budget",
    members=(
        AgentRef(name="Broker", url=f"{FLEET}agents/a-2/"),
        AgentRef(name="Buyer", url=f"{FLEET}agents/a-1/"),
    ),
    since=NOW, until="2027-02-20 00:00 UTC", declared_by="Mona Weber",
    reason="The same amount goes round each month.", ring_url=f"{FLEET}collusion/r-1/",
    covers=("Broker and Buyer worked together 41 times; 3 would be usual.",), ended="", end=_END,
)  # fmt: skip
_OVER = replace(
    _TEAM, team_id="t-2", name="", ring_url="", covers=(), end=None,
    ended="Ended 22 Nov 12:00 UTC by Mona Weber: The workflow is gone.",
)  # fmt: skip
_DECLARE = DeclareForm(
    url=f"{FLEET}collusion/teams/declare/", why_not="", idempotency_key="k-2",
    first_day="2026-11-22", last_day="2027-02-19", days=90, rows=("Broker", "Buyer", "", ""),
    more_rows=("",), agents=(("Broker", "broker-1"), ("Buyer", "buyer-1")), typed=Typed(),
)  # fmt: skip
TEAMS = TeamsPage(
    fleet_name="Payments", fleet_slug="payments-prod", seq=7, parts_url="/parts/",
    list_url=f"{FLEET}collusion/", lines=(_TEAM,), over=(_OVER,), declare=_DECLARE,
)  # fmt: skip
REFUSED = replace(
    TEAMS,
    declare=replace(
        _DECLARE,
        typed=Typed(
            name="Monthly budget", members=("Nobody",), reason="Known.", until="2026-12-01",
            wrong="member", problem="Not recorded. Payments has no agent Nobody.",
        ),
    ),
)  # fmt: skip
_RULE = "Only a manager or an admin may declare a team, and end one; you are a reviewer."
NO_TEAMS = replace(
    TEAMS, over=(), lines=(replace(_TEAM, end=replace(_END, why_not=_RULE)),),
    declare=replace(_DECLARE, why_not=_RULE),
)  # fmt: skip
