from __future__ import annotations

from django.db import models


class WatchPing(models.Model):
    """What became of the pings to whoever watches from outside: one row, with number 1.

    ``failures`` counts those in a row; ``taken_at`` is the last that was taken.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    taken_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="watch_ping_is_one"),
        ]

    def __str__(self) -> str:
        return f"taken {self.taken_at}, {self.failures} failures since"
