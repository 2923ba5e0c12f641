"""How long the first answer to a repeated request is kept."""

from __future__ import annotations

from datetime import timedelta

from governance.models import StoredAnswer
from governance.selectors.clock import clock_now

KEPT = timedelta(hours=24)


def answers_prune() -> int:
    """Delete stored answers older than 24 h, and return how many."""
    deleted, _ = StoredAnswer.objects.filter(created_at__lt=clock_now() - KEPT).delete()
    return deleted
