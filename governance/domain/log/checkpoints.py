"""The check of checkpoints, the records of what lawful removals took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from governance.domain.log.findings import Finding, FindingKind, short, unknown_key_words
from governance.domain.log.given_up import NOTHING, GivenUp
from governance.domain.log.keys import SealKeys
from governance.domain.log.seals import Checkpoint, Head


def checkpoints_check(
    checkpoints: Iterable[Checkpoint],
    keys: SealKeys,
    head: Head | None,
    given_up: GivenUp = NOTHING,
) -> Iterator[Finding]:
    """Check the records of lawful removals: signed, none left out, and a record of seals there."""
    number, previous = 0, ""
    for each in checkpoints:
        of = f"Checkpoint {each.number} of {short(each.removed_at)}"
        yield from _signature(each, of, keys, given_up)
        if (each.number, each.previous) != (number + 1, previous):
            yield Finding(
                kind=FindingKind.SEALS_MISSING,
                sentence=f"{of} does not follow checkpoint {number}: one was taken away or"
                " replaced.",
                number=each.number,
            )
        number, previous = each.number, each.signature
    if head is None and number:
        yield Finding(
            kind=FindingKind.HEAD_CHANGED,
            sentence="The record of how far the log is sealed is gone, though checkpoint"
            f" {number} was made after it.",
        )
    if head is not None and (number, previous) != (head.checkpoints, head.checkpoint):
        yield Finding(
            kind=FindingKind.SEALS_MISSING,
            sentence=f"The newest checkpoint is {number}, and {head.checkpoints} were made.",
            number=head.checkpoints,
        )


def _signature(each: Checkpoint, of: str, keys: SealKeys, given_up: GivenUp) -> Iterator[Finding]:
    if each.key not in keys.known:
        if not given_up.excuses(each.key, checkpoint=each.number):
            yield Finding(
                kind=FindingKind.UNKNOWN_KEY,
                sentence=f"{of} {unknown_key_words(each.key)}",
                number=each.number,
            )
    elif not keys.has_signed(each.signed, key=each.key, signature=each.signature):
        yield Finding(
            kind=FindingKind.BAD_SIGNATURE,
            sentence=f"{of} does not bear its key's signature.",
            number=each.number,
        )
    loss = given_up.newest
    if loss is not None and given_up.has_changed(each):
        yield Finding(
            kind=FindingKind.BAD_SIGNATURE,
            sentence=f"{of} is not as it was when {loss.named} was given up on"
            f" {short(loss.given_up_at)}.",
            number=each.number,
        )
