"""What records of lost keys are worth: which of them hold, what they excuse and what they keep."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from governance.domain.log.findings import Finding, FindingKind, short, unknown_key_words
from governance.domain.log.keys import SealKeys
from governance.domain.log.losses import (
    KeyLoss,
    LostKey,
    digest_at,
    form_bytes,
    record_digest,
    signed_words,
)
from governance.domain.log.seals import Checkpoint, Head, Seal


@dataclass(frozen=True)
class GivenUp:
    """The records of lost keys that hold, the oldest first."""

    losses: tuple[KeyLoss, ...] = ()

    @property
    def newest(self) -> KeyLoss | None:
        """Return the newest record, whose digests cover all there was by then."""
        return self.losses[-1] if self.losses else None

    def upto(self, key: str) -> tuple[int, int] | None:
        """Return the numbers of the last seal and checkpoint before a key was given up."""
        return next(
            ((each.seals, each.checkpoints) for each in reversed(self.losses) if key in each.keys),
            None,
        )

    def excuses(self, key: str, *, seal: int = 0, checkpoint: int = 0) -> bool:
        """Return whether this key was given up after the seal or checkpoint was made."""
        upto = self.upto(key)
        return upto is not None and seal <= upto[0] and checkpoint <= upto[1]

    def has_changed(self, checkpoint: Checkpoint) -> bool:
        """Return whether a checkpoint is another than when the newest record was made."""
        loss = self.newest
        if loss is None or not 1 <= checkpoint.number <= loss.checkpoints:
            return False
        kept = digest_at(loss.checkpoint_digests, checkpoint.number - 1)
        return kept != hashlib.sha256(form_bytes(checkpoint)).digest()

    def vouches(self, checkpoint: Checkpoint, keys: SealKeys) -> bool:
        """Return whether a removal was lawful: signed, or as it was when its key was given up."""
        if checkpoint.key in keys.known:
            signed, signature = checkpoint.signed, checkpoint.signature
            return keys.has_signed(signed, key=checkpoint.key, signature=signature)
        is_excused = self.excuses(checkpoint.key, checkpoint=checkpoint.number)
        return is_excused and not self.has_changed(checkpoint)

    def seals_kept(self, *, after: int) -> SealsKept:
        """Return what compares the seals behind a number with the newest record."""
        return SealsKept(self.newest, after)

    def sentences(self, keys: SealKeys) -> list[str]:
        """Return what is to be known for ever of each key that was given up."""
        return [
            _sentence(loss, each, is_back=each.key in keys.known)
            for loss in self.losses
            for each in loss.lost
        ]


NOTHING = GivenUp()


class SealsKept:
    """Seals compared with the digests of a record; take them in the order of their numbers."""

    def __init__(self, loss: KeyLoss | None, after: int) -> None:
        """Compare with ``loss`` whatever it covers whole behind seal ``after``."""
        self._loss = loss
        self._after = after
        self._block = -1
        self._last = 0
        self._digest = hashlib.sha256()

    def take(self, seal: Seal) -> Iterator[Finding]:
        """Take one seal; what is found is about those before it."""
        loss = self._loss
        if loss is None or not 1 <= seal.number <= loss.seals:
            return
        block = (seal.number - 1) // loss.size
        if block != self._block:
            yield from self.end()
            self._block, self._digest = block, hashlib.sha256()
        self._last = seal.number
        self._digest.update(form_bytes(seal))

    def end(self) -> Iterator[Finding]:
        """Say what is found about the last ones."""
        loss, block = self._loss, self._block
        self._block = -1
        if loss is None or block < 0 or block * loss.size < self._after:
            return
        if digest_at(loss.seal_digests, block) == self._digest.digest():
            return
        of = f"Seal {self._last} is not as it was"
        if loss.size > 1:
            first, last = block * loss.size + 1, min((block + 1) * loss.size, loss.seals)
            of = f"Of seals {first} to {last} one is not as it was, or gone,"
        yield Finding(
            kind=FindingKind.BAD_SIGNATURE,
            sentence=f"{of} when {loss.named} was given up on {short(loss.given_up_at)}.",
            number=self._last,
            at=loss.given_up_at,
        )


def losses_check(
    losses: Sequence[KeyLoss],
    keys: SealKeys,
    head: Head | None,
    lost: frozenset[str] = frozenset(),
) -> tuple[GivenUp, list[Finding]]:
    """Check the records of lost keys: signed, none left out, and the record of seals knows them.

    One that was signed with a key that was lost later holds where the next one covers it.

    Args:
        losses: all of a fleet, in the order of their numbers.
        keys: those of this installation.
        head: how far all is sealed, None where that record is gone.
        lost: keys that are about to be given up: what they signed is taken as it is.

    Returns:
        The records that hold, and what is wrong.
    """
    held: list[KeyLoss] = []
    found: list[Finding] = []
    after: KeyLoss | None = None
    for each in reversed(losses):
        if after is not None:
            lost = after.keys if after.previous == record_digest(each) else frozenset()
        wrong = _wrong(each, keys, given_up=lost)
        if wrong is None:
            held.insert(0, each)
            after = each
        else:
            found.insert(0, wrong)
            after, lost = None, frozenset()
    found += _links(losses, head)
    found += [
        Finding(
            kind=FindingKind.HEAD_CHANGED,
            sentence=f"{_of(each)} says: {each.remark}",
            number=each.number,
        )
        for each in held
        if each.remark
    ]
    return GivenUp(tuple(held)), found


def _wrong(loss: KeyLoss, keys: SealKeys, *, given_up: frozenset[str]) -> Finding | None:
    """Return why a record does not hold; ``given_up`` are the keys of one that covers it."""
    if loss.key not in keys.known:
        if loss.key in given_up:
            return None
        return Finding(
            kind=FindingKind.UNKNOWN_KEY,
            sentence=f"{_of(loss)} {unknown_key_words(loss.key)}",
            number=loss.number,
        )
    if keys.has_signed(loss.signed, key=loss.key, signature=loss.signature):
        return None
    return Finding(
        kind=FindingKind.BAD_SIGNATURE,
        sentence=f"{_of(loss)} does not bear its key's signature.",
        number=loss.number,
    )


def _links(losses: Sequence[KeyLoss], head: Head | None) -> Iterator[Finding]:
    number, digest, signature = 0, "", ""
    for each in losses:
        if (each.number, each.previous) != (number + 1, digest):
            yield Finding(
                kind=FindingKind.SEALS_MISSING,
                sentence=f"{_of(each)} does not follow record {number}: one was taken away,"
                " changed or replaced.",
                number=each.number,
            )
        number, digest, signature = each.number, record_digest(each), each.signature
    if head is not None and (number, signature) != (head.losses, head.loss):
        yield Finding(
            kind=FindingKind.SEALS_MISSING,
            sentence=f"The newest record of a lost key is {number}, and {head.losses} were made:"
            " what came last was taken away or replaced.",
            number=head.losses,
        )


def _of(loss: KeyLoss) -> str:
    return f"Record {loss.number} of a lost key, of {short(loss.given_up_at)},"


def _sentence(loss: KeyLoss, lost: LostKey, *, is_back: bool) -> str:
    signed = signed_words(lost)
    many = lost.seals + lost.checkpoints
    given_up = (
        f"{signed[0].upper()}{signed[1:]} {'were' if many > 1 else 'was'} signed with key"
        f" {lost.key}, lost and given up on {loss.given_up_at[:10]} by {loss.by}: “{loss.reason}”."
    )
    if is_back:
        return f"{given_up} The key is here again, and its signatures are checked."
    if not many:
        return given_up
    cover, them = ("they cover", "them") if many > 1 else ("it covers", "it")
    return (
        f"{given_up} What {cover} is compared with {them}; whether both were changed before that"
        " day cannot be told."
    )
