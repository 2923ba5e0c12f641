"""Where people of a fleet, invitations and the first run are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from dashboard.views import connect, invitation, people, welcome
from dashboard.views.sheets import sheet_paths

if TYPE_CHECKING:
    from django.urls import URLPattern

_PEOPLE = "f/<slug:fleet>/people/"

PEOPLE_PATHS: list[URLPattern] = [
    path("welcome/", welcome.welcome, name="welcome"),
    path("welcome/fleet/", welcome.fleet, name="welcome-fleet"),
    path("welcome/reviewer/", welcome.reviewer, name="welcome-reviewer"),
    path("welcome/alone/", welcome.alone, name="welcome-alone"),
    path("welcome/key/", welcome.key, name="welcome-key"),
    path("welcome/agent/", welcome.agent, name="welcome-agent"),
    path("welcome/end/", welcome.end, name="welcome-end"),
    # Last of them: whatever else stands there is the token of the link that begins it.
    path("welcome/<str:token>/", welcome.begin, name="welcome-begin"),
    path("connect/client.py", connect.client, name="connect-client"),
    path("f/<slug:fleet>/connect/", connect.connect, name="fleet-connect"),
    path("f/<slug:fleet>/connect/asked/", connect.asked, name="fleet-connect-asked"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    *sheet_paths("f/<slug:fleet>/people", people.sheet, "fleet-people"),
    path(_PEOPLE, people.people, name="fleet-people"),
    path(f"{_PEOPLE}move/", people.move, name="member-move"),
    path(f"{_PEOPLE}invite/", people.invite, name="invite"),
    path(
        f"{_PEOPLE}invitations/<uuid:invitation_id>/revoke/",
        people.revoke,
        name="invitation-revoke",
    ),
]
