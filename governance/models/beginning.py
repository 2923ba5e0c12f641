from __future__ import annotations

from django.db import models

from governance.models.agent import Agent


class Beginning(models.Model):
    """What an agent started with: the first fact in its order, before any outcome.

    ``prior`` is what was assumed of it; ``inherited`` what it took over from ``predecessor``, a
    look-alike that was frozen shortly before, empty where there was none.
    """

    agent = models.OneToOneField(
        Agent, on_delete=models.CASCADE, primary_key=True, related_name="beginning"
    )
    prior = models.JSONField()
    predecessor = models.ForeignKey(
        Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    inherited = models.JSONField(default=dict)
    sentence = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.agent_id} begins"
