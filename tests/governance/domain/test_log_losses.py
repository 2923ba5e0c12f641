"""Records of lost keys, over plain values: which hold, what they excuse, what they keep as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from governance.domain.log import losses
from governance.domain.log.checkpoints import checkpoints_check
from governance.domain.log.findings import FindingKind
from governance.domain.log.given_up import NOTHING, GivenUp, losses_check
from governance.domain.log.keys import SealKeys, keys_of
from governance.domain.log.losses import (
    KeyLoss,
    LostKey,
    block_size,
    digests_made,
    form_bytes,
    record_digest,
    signed_words,
)
from governance.domain.log.seals import Checkpoint, Head, Position, Seal

if TYPE_CHECKING:
    from collections.abc import Sequence

LOST, SECOND, NOW = keys_of(["l" * 32]), keys_of(["s" * 32]), keys_of(["n" * 32])
AT = "2026-12-01T03:00:00.000000+00:00"


def seals_made(many: int, keys: SealKeys = LOST) -> list[Seal]:
    made: list[Seal] = []
    for number in range(1, many + 1):
        unsigned = Seal(
            fleet="f", number=number, kind="votes", form=1, upto=Position(number, "x"), ids=b"",
            digests=b"", head="", remark="", previous=made[-1].signature if made else "",
            key=keys.current, sealed_at=AT,
        )  # fmt: skip
        made.append(replace(unsigned, signature=keys.sign(unsigned.signed)))
    return made


def checkpoint(keys: SealKeys = LOST) -> Checkpoint:
    unsigned = Checkpoint(
        fleet="f", number=1, kind="votes", ids=b"i" * 16, why="removal 1", by="adam, anna",
        removed_at=AT, previous="", key=keys.current,
    )  # fmt: skip
    return replace(unsigned, signature=keys.sign(unsigned.signed))


def loss(
    seals: Sequence[Seal] = (),
    removals: Sequence[Checkpoint] = (),
    before: KeyLoss | None = None,
    *,
    lost: SealKeys = LOST,
    keys: SealKeys = NOW,
    size: int = 1,
    remark: str = "",
) -> KeyLoss:
    given_up = LostKey(
        key=lost.current, seals=len(seals), first=1 if seals else 0, last=len(seals),
        checkpoints=len(removals),
    )  # fmt: skip
    unsigned = KeyLoss(
        fleet="f",
        number=before.number + 1 if before else 1,
        lost=(given_up,),
        seals=len(seals),
        seal=seals[-1].signature if seals else "",
        checkpoints=len(removals),
        checkpoint=removals[-1].signature if removals else "",
        size=size,
        seal_digests=digests_made(
            [(each.number, form_bytes(each)) for each in seals], last=len(seals), size=size
        ),
        checkpoint_digests=digests_made(
            [(each.number, form_bytes(each)) for each in removals], last=len(removals), size=1
        ),
        reason="disk of the key server failed",
        by="root",
        given_up_at=AT,
        remark=remark,
        previous=record_digest(before) if before else "",
        key=keys.current,
    )
    return replace(unsigned, signature=keys.sign(unsigned.signed))


def head_after(*made: KeyLoss) -> Head:
    return Head(
        fleet="f", number=0, seal="", checkpoints=0, checkpoint="", marks={}, key="",
        losses=len(made), loss=made[-1].signature if made else "",
    )  # fmt: skip


def kept(given_up: GivenUp, seals: Sequence[Seal], after: int = 0) -> list[str]:
    compared = given_up.seals_kept(after=after)
    found = [each for seal in seals for each in compared.take(seal)]
    return [each.sentence for each in (*found, *compared.end())]


def kinds(found: object) -> list[FindingKind]:
    return [each.kind for each in found]  # type: ignore[attr-defined]


def test_seals_as_they_were_pass_and_a_changed_one_is_named() -> None:
    seals = seals_made(4)
    given_up = GivenUp((loss(seals),))
    seals[1] = replace(seals[1], digests=b"x")

    assert kept(given_up, seals_made(4)) == []
    assert kept(given_up, seals) == [
        f"Seal 2 is not as it was when key {LOST.current} was given up on 2026-12-01 03:00:00 UTC."
    ]
    assert kept(given_up, [replace(seals_made(1)[0], remark="x")])[0].startswith("Seal 1 is not")
    assert kept(NOTHING, seals) == []


def test_of_very_many_seals_several_share_a_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(losses, "MOST_DIGESTS", 3)
    seals = seals_made(7)
    size = block_size(len(seals))
    given_up = GivenUp((loss(seals, size=size),))
    wrong = [*seals[:6], replace(seals[6], signature="0" * 64)]

    assert (size, block_size(3), block_size(0)) == (3, 1, 1)
    assert kept(given_up, seals) == []
    assert kept(given_up, wrong) == [
        f"Of seals 7 to 7 one is not as it was, or gone, when key {LOST.current} was given up on"
        " 2026-12-01 03:00:00 UTC."
    ]
    # A digest is compared where all its seals were read, and those made later are in none.
    assert kept(given_up, seals[4:], after=4) == []
    assert kept(given_up, [*seals[6:], *seals_made(9)[7:]], after=6) == []


def test_numbers_that_no_product_gave_are_in_no_digest() -> None:
    assert digests_made([(0, b"x"), (3, b"y")], last=2, size=1) == digests_made([], last=2, size=1)


def test_a_key_is_excused_for_what_was_there_when_it_was_given_up() -> None:
    given_up = GivenUp((loss(seals_made(3), [checkpoint()]),))

    assert given_up.excuses(LOST.current, seal=3, checkpoint=1)
    assert not given_up.excuses(LOST.current, seal=4)
    assert not given_up.excuses(LOST.current, checkpoint=2)
    assert not given_up.excuses(SECOND.current)


def test_a_removal_of_a_lost_key_stays_lawful_as_it_was_and_no_longer_once_changed() -> None:
    made = checkpoint()
    given_up = GivenUp((loss([], [made]),))
    changed = replace(made, ids=b"j" * 16)

    def checked(each: Checkpoint) -> list[FindingKind]:
        head = replace(head_after(), checkpoints=1, checkpoint=each.signature)
        return kinds(checkpoints_check([each], NOW, head, given_up))

    assert given_up.vouches(made, NOW)
    assert not given_up.vouches(changed, NOW)
    assert not NOTHING.vouches(made, NOW)
    assert NOTHING.vouches(made, LOST)
    assert (checked(made), checked(changed)) == ([], [FindingKind.BAD_SIGNATURE])


def test_a_record_that_was_altered_or_is_of_an_unknown_key_excuses_nothing() -> None:
    made = loss(seals_made(2))
    unknown = loss(seals_made(2), keys=SECOND)

    for each, kind in (
        (replace(made, reason="none"), FindingKind.BAD_SIGNATURE),
        (replace(made, seal_digests=b"x"), FindingKind.BAD_SIGNATURE),
        (replace(made, checkpoint_digests=b"x"), FindingKind.BAD_SIGNATURE),
        (unknown, FindingKind.UNKNOWN_KEY),
    ):
        given_up, found = losses_check([each], NOW, head_after(each))
        assert (given_up, kinds(found)) == (NOTHING, [kind])


def test_a_record_that_is_gone_is_missed() -> None:
    first = loss(seals_made(2))
    second = loss(seals_made(3), before=first)

    last_gone = losses_check([first], NOW, head_after(first, second))
    first_gone = losses_check([second], NOW, head_after(first, second))

    assert kinds(last_gone[1]) == kinds(first_gone[1]) == [FindingKind.SEALS_MISSING]
    assert losses_check([first, second], NOW, head_after(first, second))[1] == []


def test_a_record_whose_own_key_was_lost_holds_by_the_next_one() -> None:
    first = loss(seals_made(2), keys=SECOND)
    second = loss(seals_made(3), lost=SECOND, before=first)
    head = head_after(first, second)
    altered = replace(first, by="nobody")

    assert losses_check([first, second], NOW, head) == (GivenUp((first, second)), [])
    given_up, found = losses_check([altered, second], NOW, head)
    assert given_up == GivenUp((second,))
    assert kinds(found) == [FindingKind.UNKNOWN_KEY, FindingKind.SEALS_MISSING]
    # Just before the second one is made, the first is taken as it is.
    assert losses_check([first], NOW, None, lost=frozenset(SECOND.known))[0].losses == (first,)


def test_what_was_wrong_when_a_key_was_given_up_is_said_for_ever() -> None:
    made = loss(remark="The record was changed.")

    found = losses_check([made], NOW, head_after(made))[1]

    assert [each.sentence for each in found] == [
        "Record 1 of a lost key, of 2026-12-01 03:00:00 UTC, says: The record was changed."
    ]


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (LostKey(key="k"), "the record of how far the log is sealed"),
        (LostKey(key="k", seals=1, first=4, last=4), "seal 4"),
        (LostKey(key="k", seals=812, first=1, last=812), "seals 1 to 812"),
        (LostKey(key="k", seals=2, first=1, last=9), "2 of seals 1 to 9"),
        (
            LostKey(key="k", seals=2, first=1, last=2, checkpoints=1),
            "seals 1 to 2 and 1 checkpoint",
        ),
    ],
)
def test_what_a_lost_key_signed_is_said_in_words(lost: LostKey, said: str) -> None:
    assert signed_words(lost) == said


def test_what_is_to_be_known_for_ever_is_one_calm_sentence_for_each_key() -> None:
    until = (
        f"Seals 1 to 3 were signed with key {LOST.current}, lost and given up on 2026-12-01 by"
        " root: “disk of the key server failed”."
    )
    one = loss(seals_made(1))

    assert GivenUp((loss(seals_made(3)),)).sentences(NOW) == [
        f"{until} What they cover is compared with them; whether both were changed before that day"
        " cannot be told."
    ]
    assert GivenUp((loss(seals_made(3)),)).sentences(LOST) == [
        f"{until} The key is here again, and its signatures are checked."
    ]
    assert GivenUp((one,)).sentences(NOW)[0].startswith("Seal 1 was signed with key")
    assert "What it covers is compared with it;" in GivenUp((one,)).sentences(NOW)[0]
    assert GivenUp((loss(),)).sentences(NOW)[0].endswith("failed”.")


def test_a_record_of_how_far_all_is_sealed_is_signed_as_before_until_a_key_is_lost() -> None:
    assert "losses" not in head_after().signed
    assert head_after(loss()).signed["losses"] == 1
    assert replace(head_after(), loss="x").signed["losses"] == 0
