"""A ZIP archive that is sent while it is written: JSON Lines, and a manifest at its end.

The manifest says how many rows each member has and their SHA-256. An archive without one, or whose
manifest says so, is incomplete.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    # A member's name with its lines.
    Member = tuple[str, Iterable[bytes]]

MANIFEST = "manifest.json"
CHUNK_BYTES = 64 * 1024


class _Sink(io.RawIOBase):
    """Takes what a ZIP writer writes and hands it on; nothing can be read or sought in it."""

    def __init__(self) -> None:
        self._written = bytearray()
        self._all = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._written += piece
        self._all.update(piece)
        return len(piece)

    def taken(self, least: int = 0) -> bytes:
        """Return what was written since the last time, nothing while it is less than ``least``."""
        if len(self._written) <= least:
            return b""
        piece = bytes(self._written)
        self._written.clear()
        return piece

    @property
    def sha256(self) -> str:
        return self._all.hexdigest()


def archive_stream(
    members: Iterable[Member],
    about: Mapping[str, Any],
    *,
    sent: Callable[[Mapping[str, Any]], None],
) -> Iterator[bytes]:
    """Yield a ZIP archive piece by piece.

    Args:
        members: each is read once, in order, while it is sent.
        about: what the manifest says first.
        sent: called with the manifest, which has the archive's own ``sha256`` too, once the last
            piece was handed over; never for an archive that broke off.

    Raises:
        Exception: whatever reading a member raised, after a manifest that says that it is not
            complete.
    """
    sink = _Sink()
    manifest: dict[str, Any] = {**about, "complete": False, "kinds": {}}
    broken: Exception | None = None
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        try:
            for name, lines in members:
                yield from _member(archive, sink, name, lines, manifest["kinds"])
            manifest["complete"] = True
        except Exception as error:  # noqa: BLE001 - raised again once the manifest says so
            broken = error
            manifest["error"] = f"{type(error).__name__}: reading broke off"
        archive.writestr(MANIFEST, json.dumps(manifest, indent=2) + "\n")
    yield sink.taken()
    if broken is not None:
        raise broken
    sent({**manifest, "sha256": sink.sha256})


def _member(
    archive: zipfile.ZipFile,
    sink: _Sink,
    name: str,
    lines: Iterable[bytes],
    kinds: dict[str, Any],
) -> Iterator[bytes]:
    digest, rows, size = hashlib.sha256(), 0, 0
    with archive.open(f"{name}.jsonl", "w", force_zip64=True) as member:
        for line in lines:
            member.write(line)
            digest.update(line)
            rows, size = rows + 1, size + len(line)
            piece = sink.taken(CHUNK_BYTES)
            if piece:
                yield piece
    kinds[name] = {"rows": rows, "bytes": size, "sha256": digest.hexdigest()}
    yield sink.taken()
