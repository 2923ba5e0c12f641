"""What an agent ran before of the same kind: what a new request is compared with."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from governance.domain.types import Result, Verdict
from governance.models import Decision, Task

if TYPE_CHECKING:
    from datetime import datetime

# Further back an agent's work says little about a request of today, and costs more to find.
LOOKS_BACK = timedelta(days=90)


def run_allowed_last(*, task: Task, before: datetime) -> Task | None:
    """Return the agent's latest task like this one that the gate itself allowed and that went well.

    Like it: the same operation with the same tool. One that ran only because nothing is held back
    in shadow mode does not count, nor does one that people were asked about.

    Args:
        task: the one that is asked about.
        before: only what had been reported by then; at most ``LOOKS_BACK`` earlier.
    """
    allowed = Decision.objects.filter(
        task=OuterRef("pk"), moment="submit", would_be=Verdict.ALLOW.value
    )
    return (
        Task.objects.select_related("outcome")
        .filter(
            agent_id=task.agent_id,
            operation=task.operation,
            tool=task.tool,
            escalation__isnull=True,
            outcome__result=Result.SUCCESS.value,
            outcome__received_at__lte=before,
            created_at__gte=before - LOOKS_BACK,
            created_at__lte=before,
        )
        .filter(Exists(allowed))
        .exclude(pk=task.pk)
        .order_by("-created_at", "-id")
        .first()
    )
