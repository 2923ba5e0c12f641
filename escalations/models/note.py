from __future__ import annotations

from django.conf import settings
from django.db import models

from escalations.models.ticket import Ticket
from governance.domain.ids import id_new


class Note(models.Model):
    """What people and the agent said of a ticket while it waited: question, answer, hand-over.

    ``author`` is the name as records have it; without ``user`` it is a key, and its words are an
    agent's. ``given_to`` is the person a ticket was handed to.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=10)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    author = models.CharField(max_length=150)
    given_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.author} {self.kind} {self.ticket_id}"
