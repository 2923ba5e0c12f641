"""Every page and form of the console."""

from django.urls import path

from dashboard.views import (
    account,
    agents,
    cascades,
    collusion,
    controls,
    fleet,
    fleet_graph,
    fleet_incidents,
    halt,
    moves,
    queue,
    teams,
    tickets,
    tools,
)

TICKET = "f/<slug:fleet>/tickets/<int:number>/"
# By the id that never changes: names may hold slashes.
AGENT = "f/<slug:fleet>/agents/<uuid:agent_id>/"
INCIDENT = "f/<slug:fleet>/incidents/<uuid:incident_id>/"
CASCADE = "f/<slug:fleet>/cascades/<uuid:cascade_id>/"
RING = "f/<slug:fleet>/collusion/<uuid:ring_id>/"

urlpatterns = [
    path("", queue.home, name="home"),
    path("sign-in/", account.SignInView.as_view(), name="sign-in"),
    path("sign-out/", account.SignOutView.as_view(), name="sign-out"),
    path("password/", account.PasswordView.as_view(), name="password"),
    path("queue/", queue.queue, name="queue"),
    path("queue/rows/", queue.rows, name="queue-rows"),
    path("queue/decided/", queue.decided, name="decided"),
    path("f/<slug:fleet>/queue/", queue.queue, name="fleet-queue"),
    path("f/<slug:fleet>/queue/rows/", queue.rows, name="fleet-queue-rows"),
    path("f/<slug:fleet>/queue/decided/", queue.decided, name="fleet-decided"),
    path("agents/", fleet.fleets, name="agents"),
    path("halts/", halt.halts, name="halts"),
    path("f/<slug:fleet>/halt/", halt.halt, name="fleet-halt"),
    path("f/<slug:fleet>/halt/reason/", halt.explain, name="fleet-halt-explain"),
    path("f/<slug:fleet>/resume/", halt.resume, name="fleet-resume"),
    path("f/<slug:fleet>/agents/", fleet.agents, name="fleet-agents"),
    path("f/<slug:fleet>/agents/rows/", fleet.rows, name="fleet-agent-rows"),
    path("f/<slug:fleet>/tools/", tools.tools, name="fleet-tools"),
    path("f/<slug:fleet>/tools/import/", tools.importing, name="fleet-tools-import"),
    path("f/<slug:fleet>/tools/<uuid:tool_id>/confirm/", tools.confirm, name="fleet-tool-confirm"),
    path("f/<slug:fleet>/cascades/", cascades.cascades, name="fleet-cascades"),
    path("f/<slug:fleet>/cascades/parts/", cascades.list_parts, name="fleet-cascades-parts"),
    path(CASCADE, cascades.cascade, name="cascade"),
    path(f"{CASCADE}parts/", cascades.parts, name="cascade-parts"),
    path(f"{CASCADE}close/", cascades.close, name="cascade-close"),
    path(f"{CASCADE}tasks/<uuid:task_id>/settle/", cascades.settle, name="cascade-settle"),
    path("f/<slug:fleet>/collusion/", collusion.rings, name="fleet-collusion"),
    path("f/<slug:fleet>/collusion/parts/", collusion.list_parts, name="fleet-collusion-parts"),
    path("f/<slug:fleet>/collusion/scan/", collusion.scan, name="fleet-collusion-scan"),
    path("f/<slug:fleet>/collusion/teams/", teams.teams, name="fleet-teams"),
    path("f/<slug:fleet>/collusion/teams/parts/", teams.parts, name="fleet-teams-parts"),
    path("f/<slug:fleet>/collusion/teams/declare/", teams.declare, name="team-declare"),
    path("f/<slug:fleet>/collusion/teams/<uuid:team_id>/end/", teams.end, name="team-end"),
    path("f/<slug:fleet>/collusion/check/", collusion.check, name="fleet-collusion-check"),
    path("f/<slug:fleet>/collusion/graph/", fleet_graph.graph, name="fleet-graph"),
    path("f/<slug:fleet>/collusion/graph/parts/", fleet_graph.parts, name="fleet-graph-parts"),
    path(RING, collusion.ring, name="ring"),
    path(f"{RING}parts/", collusion.parts, name="ring-parts"),
    path(f"{RING}clear/", collusion.clear, name="ring-clear"),
    path("f/<slug:fleet>/incidents/", fleet_incidents.incidents, name="fleet-incidents"),
    path(
        "f/<slug:fleet>/incidents/parts/", fleet_incidents.list_parts, name="fleet-incidents-parts"
    ),
    path(INCIDENT, fleet_incidents.incident, name="fleet-incident"),
    path(f"{INCIDENT}parts/", fleet_incidents.parts, name="fleet-incident-parts"),
    path(AGENT, agents.agent, name="agent"),
    path(f"{AGENT}row/", fleet.row, name="agent-row"),
    path(f"{AGENT}parts/", agents.parts, name="agent-parts"),
    path(f"{AGENT}controls/", agents.controls, name="agent-controls"),
    path(f"{AGENT}control/", controls.control, name="agent-control"),
    path(TICKET, tickets.ticket, name="ticket"),
    path(f"{TICKET}panel/", tickets.panel, name="ticket-panel"),
    path(f"{TICKET}row/", tickets.row, name="ticket-row"),
    path(f"{TICKET}decide/", moves.decide, name="ticket-decide"),
    path(f"{TICKET}undo/", moves.undo, name="ticket-undo"),
    path(f"{TICKET}claim/", moves.claim, name="ticket-claim"),
    path(f"{TICKET}release-claim/", moves.release_claim, name="ticket-release-claim"),
]
