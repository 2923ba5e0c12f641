from __future__ import annotations

from django.conf import settings
from django.db import models


class Preferences(models.Model):
    """How one person wants the console; without a row everything is as it comes."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    keys_on = models.BooleanField(default=True)
    notices_on = models.BooleanField(default=False)
    own_zone_on = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"
