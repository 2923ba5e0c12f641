from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from governance.domain.ids import id_new


class AgentKey(models.Func):
    """The id of the agent an event is about, as text; null where it is about none.

    Its key is part of the text, not a parameter, so that queries meet the index.
    """

    template = "(ids ->> 'agent')"
    output_field = models.TextField()


class PeopleNamed(models.Func):
    """The user names of those an event is about, beside whoever acted; null where it lacks one.

    Its keys are part of the text, as those of `AgentKey`.
    """

    template = (
        "(ARRAY[payload ->> 'username', payload ->> 'given_to', payload ->> 'taken_from',"
        " payload ->> 'agreed_by'])"
    )
    output_field = ArrayField(models.TextField())


class NamesPeople(models.Func):
    """Whether an event may be about a person at all: what `PeopleNamed` is indexed for."""

    template = "(payload ?| ARRAY['username', 'given_to', 'taken_from', 'agreed_by'])"
    output_field = models.BooleanField()


class Event(models.Model):
    """An append-only fact of a fleet; each names the hash of the one before it."""

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="events")
    seq = models.BigIntegerField()
    name = models.CharField(max_length=60)
    ids = models.JSONField()
    payload = models.JSONField()
    actor = models.CharField(max_length=150)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    pushed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fleet", "seq"], name="event_seq_once")]
        indexes = [
            models.Index("fleet", AgentKey(), "name", "seq", name="event_by_agent"),
            models.Index(fields=["fleet", "created_at", "seq"], name="event_by_time"),
            models.Index(fields=["fleet", "name", "created_at", "seq"], name="event_of_name"),
            models.Index(
                fields=["fleet", "actor", "name", "created_at", "seq"], name="event_by_actor"
            ),
            # Without a list of what is pending: one task in thousands would wait for its merging.
            GinIndex(
                fields=["ids"],
                opclasses=["jsonb_path_ops"],
                fastupdate=False,
                name="event_by_id",
            ),
            GinIndex(
                PeopleNamed(),
                condition=models.Q(NamesPeople()),
                fastupdate=False,
                name="event_by_person",
            ),
            models.Index(
                fields=["created_at"],
                name="event_not_pushed",
                condition=models.Q(pushed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.name}"
