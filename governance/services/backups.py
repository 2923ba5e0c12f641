"""What the installation knows of its back-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.models import BackupTaken

if TYPE_CHECKING:
    from datetime import datetime


def backup_note(*, product: str, sha256: str, size_bytes: int, taken_at: datetime) -> BackupTaken:
    """Record that a back-up was written whole, for whoever asks when the last one was."""
    return BackupTaken.objects.create(
        product=product, sha256=sha256, size_bytes=size_bytes, taken_at=taken_at
    )
