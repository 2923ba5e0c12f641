"""Routes of the ticket calls, mounted below ``/api/v1/``."""

from django.urls import path

from escalations.api.moves import (
    ApproveView,
    ClaimView,
    DecideView,
    DenyView,
    ReleaseView,
    UndoView,
)
from escalations.api.views import TicketsView, TicketView

app_name = "tickets"

urlpatterns = [
    path("tickets", TicketsView.as_view(), name="list"),
    path("tickets/<uuid:ticket_id>", TicketView.as_view(), name="read"),
    path("tickets/<uuid:ticket_id>/claim", ClaimView.as_view(), name="claim"),
    path("tickets/<uuid:ticket_id>/release", ReleaseView.as_view(), name="release"),
    path("tickets/<uuid:ticket_id>/approve", ApproveView.as_view(), name="approve"),
    path("tickets/<uuid:ticket_id>/deny", DenyView.as_view(), name="deny"),
    path("tickets/<uuid:ticket_id>/decide", DecideView.as_view(), name="decide"),
    path("tickets/<uuid:ticket_id>/undo", UndoView.as_view(), name="undo"),
]
