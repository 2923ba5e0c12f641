"""When the last back-up was taken, as far as the database knows."""

from __future__ import annotations

from governance.models import BackupTaken


def backup_last() -> BackupTaken | None:
    """Return the newest back-up that was written whole; None where there never was one."""
    return BackupTaken.objects.order_by("-taken_at").first()
