"""Which waiting tickets one person may decide, asked of the database for all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.db.models import BooleanField, Case, Q, Value, When

from escalations.domain.lifecycle import TicketKind
from escalations.domain.routing import named_in
from escalations.models import Ticket
from escalations.selectors.routing import APPROVED_BY, OWNERS, person_of
from escalations.selectors.tickets import is_waiting

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User
    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    from escalations.domain.routing import Person

    class Judged(TypedDict):
        """What a judged ticket says beside its own columns."""

        is_open: bool

    JudgedTickets = QuerySet[WithAnnotations[Ticket, Judged]]

# What is judged by somebody other than those who let it run.
_APPROVED_BEFORE = (TicketKind.AUDIT.value, TicketKind.INCIDENT.value)


def tickets_judged(*, user: User, fleet_ids: Collection[UUID], now: datetime) -> JudgedTickets:
    """Return what waits in the person's fleets, each with ``is_open``: whether it is theirs.

    A ticket is a person's if no rule bars them from denying it: ``barred_reasons`` of
    domain/routing.py, as a condition. The caller has checked that the person is a member of the
    fleets; a member's role then bars nobody from a denial, whose least role is every member's.
    """
    waiting = Ticket.objects.filter(is_waiting(now=now), fleet_id__in=fleet_ids)
    barred = _barred(person_of(user, None), waiting)
    # Not the negation of a condition: what a snapshot does not say is NULL, which bars nobody.
    is_open = Case(
        When(barred, then=Value(False)), default=Value(True), output_field=BooleanField()
    )
    return waiting.annotate(is_open=is_open)


def _barred(person: Person, waiting: QuerySet[Ticket]) -> Q:
    names = list(person.names)
    return (
        Q(agent__owner_id=int(person.id))
        | Q(requested_by__in=_asked_as(person, waiting))
        # The kind comes first: only such snapshots are worth the reading.
        | Q(kind__in=_APPROVED_BEFORE, **{f"snapshot__{APPROVED_BY}__has_any_keys": names})
        | Q(kind=TicketKind.COLLUSION.value, **{f"snapshot__{OWNERS}__has_any_keys": names})
    )


def _asked_as(person: Person, waiting: QuerySet[Ticket]) -> list[str]:
    """Return each ``requested_by`` that names the person.

    The rule folds case and compatibility forms as Python does, which no collation does: it judges
    each distinct text once, and the database only compares.
    """
    written = waiting.exclude(requested_by="").values_list("requested_by", flat=True).distinct()
    return [text for text in written if named_in(person, text)]
