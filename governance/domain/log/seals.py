"""Seals: signed batches of rows, one chain for each fleet; checkpoints of what was removed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from governance.domain.log.rows import DIGEST_BYTES, ID_BYTES

NO_SIGNATURE = ""
LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"


class Position(NamedTuple):
    """Where a row stands among those of its kind: its number in the order, then its id."""

    order: int
    id: str


START = Position(-1, LAST_ID)


class Row(NamedTuple):
    """One row as it is in the database now."""

    position: Position
    digest: bytes
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Seal:
    """A batch of rows of one kind, with what is signed about it.

    ``number`` counts a fleet's seals of all kinds without gaps; ``previous`` is the signature of
    the one before. ``form`` says which columns the digests cover. ``head`` is the hash of the last
    event. ``remark`` says what the sealer found wrong when it began.
    """

    fleet: str
    number: int
    kind: str
    form: int
    upto: Position
    ids: bytes
    digests: bytes
    head: str
    remark: str
    previous: str
    key: str
    sealed_at: str
    signature: str = NO_SIGNATURE

    @cached_property
    def signed(self) -> Mapping[str, Any]:
        """Return what the signature covers."""
        return {
            "version": 1,
            "fleet": self.fleet,
            "number": self.number,
            "kind": self.kind,
            "form": self.form,
            "rows": self.rows,
            "upto": list(self.upto),
            "root": hashlib.sha256(self.ids + self.digests).hexdigest(),
            "head": self.head,
            "remark": self.remark,
            "previous": self.previous,
            "key": self.key,
            "sealed_at": self.sealed_at,
        }

    @property
    def rows(self) -> int:
        """Return how many rows it covers."""
        return len(self.ids) // ID_BYTES

    @property
    def is_whole(self) -> bool:
        """Return whether there is one digest for each id."""
        return (
            len(self.ids) == self.rows * ID_BYTES and len(self.digests) == self.rows * DIGEST_BYTES
        )

    def covered(self) -> dict[bytes, bytes]:
        """Return the digest of each row by its id."""
        return dict(
            zip(parted(self.ids, ID_BYTES), parted(self.digests, DIGEST_BYTES), strict=True)
        )


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """What a lawful removal took: the ids of the rows, who agreed to it, and when."""

    fleet: str
    number: int
    kind: str
    ids: bytes
    why: str
    by: str
    removed_at: str
    previous: str
    key: str
    signature: str = NO_SIGNATURE

    @property
    def signed(self) -> Mapping[str, Any]:
        """Return what the signature covers."""
        covered = {**asdict(self), "version": 1, "ids": hashlib.sha256(self.ids).hexdigest()}
        del covered["signature"]
        return covered


@dataclass(frozen=True, kw_only=True)
class Head:
    """How far a fleet's log is sealed: the newest seal and checkpoint, and the marks by kind.

    Every row up to a mark was looked at: one that stands there and in no seal came afterwards.
    ``losses`` is how many records there are of keys that were given up, ``loss`` the signature of
    the newest one.
    """

    fleet: str
    number: int
    seal: str
    checkpoints: int
    checkpoint: str
    marks: Mapping[str, Sequence[Any]]
    key: str
    losses: int = 0
    loss: str = NO_SIGNATURE

    @property
    def signed(self) -> Mapping[str, Any]:
        """Return what the signature covers; of lost keys only where there were any."""
        covered = {**asdict(self), "version": 1}
        if not self.losses and not self.loss:
            del covered["losses"], covered["loss"]
        return covered

    def mark(self, kind: str) -> Position:
        """Return up to where the rows of a kind were looked at."""
        found = self.marks.get(kind)
        return Position(int(found[0]), str(found[1])) if found else START


def parted(whole: bytes, size: int) -> list[bytes]:
    """Return the pieces of equal size that ``whole`` consists of."""
    return [whole[start : start + size] for start in range(0, len(whole), size)]
