"""Addresses of the fleet `shop` and of a person, by who may open them."""

from __future__ import annotations

from tests.dashboard.sheets import ADMIN_TABLES, FLEET_TABLES, MANAGER_TABLES, files_of

MEMBERS = ["rita", "mona", "adam", "lena"]
FLEET_PAGES = [
    "/f/shop/queue/",
    "/f/shop/queue/decided/",
    "/f/shop/queue/unstarted/",
    "/f/shop/queue/together/",
    "/f/shop/tickets/1/",
    "/f/shop/overview/",
    "/f/shop/service/",
    "/f/shop/report/",
    "/f/shop/matrix/",
    "/f/shop/detectors/",
    "/f/shop/audits/",
    "/f/shop/shadow/",
    "/f/shop/events/",
    "/f/shop/events/1/",
    "/f/shop/trends/",
    "/f/shop/agents/",
    "/f/shop/agents/{agent}/trends/",
    "/f/shop/halt/",
    "/f/shop/tools/",
    "/f/shop/people/",
    "/f/shop/connect/",
    "/f/shop/rules/",
    "/f/shop/policy/",
    "/f/shop/policies/",
    "/f/shop/policies/1/back/",
    "/f/shop/policy/backtest/",
    "/f/shop/policy/backtest/{backtest}/",
    "/f/shop/policy/backtest/trials/{trial}/",
    "/f/shop/evidence/",
    "/f/shop/retention/",
    "/f/shop/integrity/",
    "/f/shop/escalation/",
    "/f/shop/cascades/",
    "/f/shop/cascades/{cascade}/",
    "/f/shop/collusion/",
    "/f/shop/collusion/{ring}/",
    "/f/shop/collusion/teams/",
    "/f/shop/collusion/graph/",
    "/f/shop/incidents/",
    "/f/shop/incidents/{incident}/",
]
MANAGER_PAGES = ["/f/shop/outbound/", "/f/shop/webhooks/", "/f/shop/webhooks/{webhook}/"]
ADMIN_PAGES = ["/f/shop/keys/", "/f/shop/keys/{key}/"]
ADMIN_PIECES = files_of(ADMIN_TABLES)
MANAGER_PIECES = [
    "/f/shop/webhooks/parts/",
    "/f/shop/webhooks/{webhook}/parts/",
    *files_of(MANAGER_TABLES),
]
# Of the installation: for managers and admins of any fleet.
MANAGER_OWN_PAGES = ["/health/"]
MANAGER_OWN_PIECES = ["/health/parts/"]
OWN_PAGES = [
    "/policy/",
    "/policy/versions/",
    "/queue/",
    "/queue/decided/",
    "/queue/unstarted/",
    "/queue/together/",
    "/shift/",
    "/account/",
    "/password/",
    "/account/security/",
    "/account/security/app/",
    "/account/tokens/",
]
FLEET_PIECES = [
    "/f/shop/queue/rows/",
    "/f/shop/tickets/1/panel/",
    "/f/shop/tickets/1/row/",
    "/f/shop/tickets/1/looking/",
    "/f/shop/overview/parts/",
    "/f/shop/service/parts/",
    "/f/shop/matrix/parts/",
    "/f/shop/detectors/parts/",
    "/f/shop/audits/parts/",
    "/f/shop/shadow/parts/",
    "/f/shop/trends/parts/",
    "/f/shop/agents/{agent}/trends/parts/",
    "/f/shop/agents/rows/",
    "/f/shop/connect/asked/?since=2026-03-02T12:00:00Z",
    "/f/shop/rules/parts/",
    "/f/shop/retention/parts/",
    "/f/shop/integrity/parts/",
    "/f/shop/integrity/export/",
    "/f/shop/policy/parts/",
    "/f/shop/policy/backtest/parts/",
    "/f/shop/policy/backtest/{backtest}/parts/",
    "/f/shop/policy/backtest/trials/{trial}/parts/",
    "/f/shop/cascades/parts/",
    "/f/shop/cascades/{cascade}/parts/",
    "/f/shop/collusion/parts/",
    "/f/shop/collusion/{ring}/parts/",
    "/f/shop/collusion/teams/parts/",
    "/f/shop/collusion/graph/parts/",
    "/f/shop/incidents/parts/",
    "/f/shop/incidents/{incident}/parts/",
    *files_of(FLEET_TABLES),
]
OWN_PIECES = [
    "/policy/parts/",
    "/queue/rows/",
    "/queue/calls/",
    "/queue/decided.csv",
    "/queue/decided.json",
    "/queue/unstarted.csv",
    "/queue/unstarted.json",
]
OWN_SWITCHES = [
    "/keys/",
    "/notices/",
    "/own-zone/",
    "/account/hours/",
    "/account/reports/",
    "/account/channels/add/",
    "/account/tokens/add/",
    "/account/tokens/01a225ed-827f-7086-9096-d031a8125456/revoke/",
    "/account/security/sessions/end/",
    "/account/security/mail/",
    "/account/security/app/end/",
    "/account/security/codes/",
]
HOLDER_MOVES = (
    "claim", "release-claim", "snooze", "wake", "ask", "answer", "escalate", "reassign"
)  # fmt: skip
EDITS = ("edit", "edit/review", "edit/back")
MOVES = [
    f"/f/shop/tickets/1/{name}/" for name in ("decide", "undo", "reopen", *HOLDER_MOVES, *EDITS)
]
CASCADE_MOVES = [
    "/f/shop/cascades/{cascade}/" + each for each in ("close/", "tasks/{task}/settle/")
]
