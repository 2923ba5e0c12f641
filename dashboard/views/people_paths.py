"""Where people of a fleet, invitations and the first run are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from dashboard.views import invitation, people
from dashboard.views.sheets import sheet_paths

if TYPE_CHECKING:
    from django.urls import URLPattern

_PEOPLE = "f/<slug:fleet>/people/"

PEOPLE_PATHS: list[URLPattern] = [
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
