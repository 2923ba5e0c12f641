from __future__ import annotations

from django.db import models

from governance.domain.ids import id_new


class BackupTaken(models.Model):
    """A back-up that was written whole; it knows of those before it, never of itself."""

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    taken_at = models.DateTimeField()
    product = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["taken_at"], name="backup_by_time")]

    def __str__(self) -> str:
        return f"{self.taken_at}, {self.size_bytes} bytes"
