"""Keys that were lost: the record that gives them up, and the digests that stand in for them.

Nobody can check what a lost key signed. From the record on, which a key that is there signs, what
it signed cannot be changed either: the record covers every seal and checkpoint there was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from governance.domain.log.rows import DIGEST_BYTES, spelled
from governance.domain.log.seals import NO_SIGNATURE
from governance.domain.phrases import count_words, list_words

# So many digests of seals a record holds, 32 bytes each; of more seals several share one.
MOST_DIGESTS = 50_000
REASON_CHARACTERS = 500


class Signed(Protocol):
    """What bears a signature: a seal, a checkpoint, a record of a lost key."""

    @property
    def signed(self) -> Mapping[str, Any]:
        """Return what the signature covers."""

    @property
    def signature(self) -> str:
        """Return the signature."""


@dataclass(frozen=True, kw_only=True)
class LostKey:
    """What a lost key signed: how many seals, the first and the last, and how many checkpoints."""

    key: str
    seals: int = 0
    first: int = 0
    last: int = 0
    checkpoints: int = 0


@dataclass(frozen=True, kw_only=True)
class KeyLoss:
    """The record that gives keys up, signed with the key of from then on.

    ``number`` counts those of a fleet without gaps, ``previous`` is the digest of the one before.
    ``seals`` and ``checkpoints`` are the numbers of the newest ones then, ``seal`` and
    ``checkpoint`` their signatures. ``seal_digests`` has a digest for each ``size`` seals,
    ``checkpoint_digests`` one for each checkpoint. ``remark`` says what was wrong already.
    """

    fleet: str
    number: int
    lost: tuple[LostKey, ...]
    seals: int
    seal: str
    checkpoints: int
    checkpoint: str
    size: int
    seal_digests: bytes
    checkpoint_digests: bytes
    reason: str
    by: str
    given_up_at: str
    remark: str
    previous: str
    key: str
    signature: str = NO_SIGNATURE

    @property
    def signed(self) -> Mapping[str, Any]:
        """Return what the signature covers; of digests their SHA-256."""
        covered = {
            **asdict(self),
            "version": 1,
            "lost": [asdict(each) for each in self.lost],
            "seal_digests": hashlib.sha256(self.seal_digests).hexdigest(),
            "checkpoint_digests": hashlib.sha256(self.checkpoint_digests).hexdigest(),
        }
        del covered["signature"]
        return covered

    @property
    def keys(self) -> frozenset[str]:
        """Return the names of the keys that were given up."""
        return frozenset(each.key for each in self.lost)

    @property
    def named(self) -> str:
        """Return these keys in words: ``key 1a2b3c4d``."""
        return keys_named([each.key for each in self.lost])


def keys_named(keys: Sequence[str]) -> str:
    """Return one or more names of keys in words."""
    return f"key{'s'[: len(keys) != 1]} {list_words(keys)}"


def signed_words(lost: LostKey) -> str:
    """Return what a lost key signed: ``seals 1 to 812 and 3 checkpoints``."""
    said = []
    if lost.seals == 1:
        said.append(f"seal {lost.first}")
    elif lost.seals:
        are_all = lost.seals == lost.last - lost.first + 1
        many = "" if are_all else f"{lost.seals:,} of "
        said.append(f"{many}seals {lost.first} to {lost.last}")
    if lost.checkpoints:
        said.append(count_words(lost.checkpoints, "checkpoint"))
    return list_words(said) if said else "the record of how far the log is sealed"


def form_bytes(record: Signed) -> bytes:
    """Return what a digest covers: the RFC 8785 form of what is signed, and the signature."""
    return spelled(dict(record.signed)) + record.signature.encode()


def record_digest(loss: KeyLoss) -> str:
    """Return by what the next record names this one, 64 hexadecimal digits."""
    return hashlib.sha256(form_bytes(loss)).hexdigest()


def block_size(last: int) -> int:
    """Return how many seals share a digest where ``last`` is the newest one's number."""
    return max(1, -(-last // MOST_DIGESTS))


def digests_made(records: Iterable[tuple[int, bytes]], *, last: int, size: int) -> bytes:
    """Return the SHA-256 over each ``size`` records by number, one after the other.

    Args:
        records: number and `form_bytes` of each, in their order; numbers beyond 1 to ``last`` are
            no product's and are left out.
        last: the number of the newest one.
        size: how many share a digest, >= 1.
    """
    blocks = [hashlib.sha256() for _ in range(-(-last // size))]
    for number, form in records:
        if 1 <= number <= last:
            blocks[(number - 1) // size].update(form)
    return b"".join(each.digest() for each in blocks)


def digest_at(digests: bytes, block: int) -> bytes:
    """Return one digest, empty where there is none."""
    return digests[block * DIGEST_BYTES : (block + 1) * DIGEST_BYTES]
