"""An archive that is sent while it is written says whether it is whole."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import deque
from typing import TYPE_CHECKING, Any

import pytest

from governance.files.archive import CHUNK_BYTES, archive_stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def broken() -> Iterator[bytes]:
    yield b'{"n":1}\n'
    raise ConnectionError


def read(sent: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(sent)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files.pop("manifest.json")), files


def test_a_whole_archive_has_each_member_with_rows_and_digest() -> None:
    told: list[Mapping[str, Any]] = []
    lines = [b'{"n":1}\n', b'{"n":2}\n']

    sent = b"".join(
        archive_stream([("tasks", lines), ("events", [])], {"fleet": "shop"}, sent=told.append)
    )

    manifest, files = read(sent)
    assert files == {"tasks.jsonl": b"".join(lines), "events.jsonl": b""}
    assert (manifest["fleet"], manifest["complete"]) == ("shop", True)
    digest = hashlib.sha256(b"".join(lines)).hexdigest()
    assert manifest["kinds"]["tasks"] == {"rows": 2, "bytes": 16, "sha256": digest}
    assert told == [{**manifest, "sha256": hashlib.sha256(sent).hexdigest()}]


def test_one_that_broke_off_says_so_and_is_told_to_nobody() -> None:
    told: list[Mapping[str, Any]] = []
    sent = bytearray()

    with pytest.raises(ConnectionError):
        deque(map(sent.extend, archive_stream([("tasks", broken())], {}, sent=told.append)))

    manifest, _ = read(bytes(sent))
    assert (manifest["complete"], manifest["kinds"]) == (False, {})
    assert manifest["error"] == "ConnectionError: reading broke off"
    assert told == []


def test_a_long_member_is_sent_in_pieces() -> None:
    # Hardly any of it can be packed smaller.
    lines = (hashlib.sha512(str(n).encode()).digest() for n in range(8_000))

    pieces = [
        piece for piece in archive_stream([("tasks", lines)], {}, sent=lambda _: None) if piece
    ]

    assert len(pieces) > 4
    assert max(map(len, pieces)) < 3 * CHUNK_BYTES
