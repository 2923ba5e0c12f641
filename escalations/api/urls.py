"""Routes of the ticket calls, mounted below ``/api/v1/``."""

from django.urls import path

from escalations.api.moves import (
    ApproveView,
    ClaimView,
    DecideView,
    DenyView,
    ReleaseView,
    ReopenView,
    UndoView,
)
from escalations.api.moves_holding import (
    AnswerView,
    EditView,
    EscalateView,
    QuestionView,
    ReassignView,
    SnoozeView,
    WakeView,
)
from escalations.api.rights import RightsView
from escalations.api.views import TicketsView, TicketView

app_name = "tickets"

urlpatterns = [
    path("tickets", TicketsView.as_view(), name="list"),
    path("tickets/<uuid:ticket_id>", TicketView.as_view(), name="read"),
    path("tickets/<uuid:ticket_id>/rights", RightsView.as_view(), name="rights"),
    path("tickets/<uuid:ticket_id>/claim", ClaimView.as_view(), name="claim"),
    path("tickets/<uuid:ticket_id>/release", ReleaseView.as_view(), name="release"),
    path("tickets/<uuid:ticket_id>/snooze", SnoozeView.as_view(), name="snooze"),
    path("tickets/<uuid:ticket_id>/wake", WakeView.as_view(), name="wake"),
    path("tickets/<uuid:ticket_id>/ask", QuestionView.as_view(), name="ask"),
    path("tickets/<uuid:ticket_id>/answer", AnswerView.as_view(), name="answer"),
    path("tickets/<uuid:ticket_id>/escalate", EscalateView.as_view(), name="escalate"),
    path("tickets/<uuid:ticket_id>/reassign", ReassignView.as_view(), name="reassign"),
    path("tickets/<uuid:ticket_id>/edit", EditView.as_view(), name="edit"),
    path("tickets/<uuid:ticket_id>/approve", ApproveView.as_view(), name="approve"),
    path("tickets/<uuid:ticket_id>/deny", DenyView.as_view(), name="deny"),
    path("tickets/<uuid:ticket_id>/decide", DecideView.as_view(), name="decide"),
    path("tickets/<uuid:ticket_id>/undo", UndoView.as_view(), name="undo"),
    path("tickets/<uuid:ticket_id>/reopen", ReopenView.as_view(), name="reopen"),
]
