"""Digests, keys, chain and the check of seals, over plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from governance.domain.log.chain import GENESIS, Chain, event_hash_of
from governance.domain.log.checking import LogReader, Reading
from governance.domain.log.checkpoints import checkpoints_check
from governance.domain.log.findings import Finding, FindingKind
from governance.domain.log.keys import key_name, keys_of
from governance.domain.log.rows import JsonText, json_exact, row_digest
from governance.domain.log.seals import START, Checkpoint, Head, Position, Seal

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEYS = keys_of(["k" * 32, "b" * 32])
ID = UUID(int=7)


def seal(**fields: object) -> Seal:
    plain = {
        "fleet": "f", "number": 1, "kind": "votes", "form": 1, "upto": Position(4, str(ID)),
        "ids": b"", "digests": b"", "head": "", "remark": "", "previous": "",
        "key": KEYS.current, "sealed_at": NOON.isoformat(),
    }  # fmt: skip
    unsigned = Seal(**{**plain, **fields})  # type: ignore[arg-type]
    if unsigned.key not in KEYS.known:
        return unsigned
    return replace(unsigned, signature=KEYS.sign(unsigned.signed, key=unsigned.key))


def reader(**kinds: Reading) -> LogReader:
    empty = Reading(
        table="escalations_vote",
        between=lambda *_: [],
        named=lambda *_: {},
        removed=lambda _: (),
    )
    return LogReader(keys=KEYS, kinds={"votes": empty, **kinds})


def kinds(found: object) -> list[FindingKind]:
    return [each.kind for each in found]  # type: ignore[attr-defined]


def test_equal_values_in_other_spellings_have_one_digest() -> None:
    east = NOON.astimezone(timezone(timedelta(hours=2)))

    first = {"id": ID, "at": NOON, "cost": Decimal("1.50"), "body": JsonText('{"b": 1.0, "a": 2}')}
    second = {"body": JsonText('{"a":2,"b":1}'), "cost": Decimal("1.50"), "at": east, "id": ID}

    assert row_digest("votes", first) == row_digest("votes", second)
    assert row_digest("votes", first) != row_digest("events", first)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**60, "\ud800"])
def test_what_has_no_canonical_form_still_has_a_digest(value: object) -> None:
    assert row_digest("votes", {"value": value}) != row_digest("votes", {"value": 1})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", 0.1),
        ("1e2", 100.0),
        ("0.1000000000000000055511151231257827", "number 0.1000000000000000055511151231257827"),
        ("9007199254740991", 2**53 - 1),
        ("9007199254740993", "number 9007199254740993"),
        ("123456789012345678901234567890", "number 123456789012345678901234567890"),
    ],
)
def test_a_number_that_no_double_holds_stays_a_text(text: str, value: object) -> None:
    assert json_exact(text) == value


def test_a_key_is_named_by_its_digest_and_an_earlier_one_is_known() -> None:
    signature = KEYS.sign({"a": 1}, key=key_name("b" * 32))

    assert KEYS.has_signed({"a": 1}, key=key_name("b" * 32), signature=signature)
    assert not KEYS.has_signed({"a": 1}, key=KEYS.current, signature=signature)
    assert not KEYS.has_signed({"a": 1}, key="00000000", signature=signature)
    assert not KEYS.has_signed({"a": 1}, key=KEYS.current, signature="é")
    assert not KEYS.has_signed({"a": 2**60}, key=KEYS.current, signature="0" * 64)


def test_a_finding_is_kept_as_plain_values() -> None:
    found = Finding(kind=FindingKind.MISSING, sentence="It is gone.", number=3)

    assert found.plain() == {
        "kind": "missing",
        "sentence": "It is gone.",
        "subject": "",
        "table": "",
        "row": "",
        "number": 3,
        "at": "",
    }


def test_a_seal_nobody_can_read_is_told() -> None:
    for odd in (seal(kind="wishes"), seal(form=2), seal(form=0), seal(ids=b"x")):
        assert FindingKind.UNREADABLE in kinds(reader().seal(odd))


def test_a_seal_that_names_another_before_it_is_told() -> None:
    check = reader()
    list(check.seal(seal()))

    found = list(check.seal(seal(number=2, previous="0" * 64)))

    assert kinds(found) == [FindingKind.SEALS_RELINKED]


def test_seals_that_are_left_out_are_counted() -> None:
    check = reader()

    found = list(check.seal(seal(number=4)))

    assert "follows seal 0: 1 to 3 taken away" in found[0].sentence


def test_a_fleet_that_was_never_sealed_has_no_finding() -> None:
    assert list(reader().end(None, signature="")) == []


def test_a_head_of_an_unknown_key_is_told() -> None:
    head = Head(fleet="f", number=0, seal="", checkpoints=0, checkpoint="", marks={}, key="0")

    assert kinds(reader().end(head, signature="")) == [FindingKind.UNKNOWN_KEY]
    assert head.mark("votes") == START


def checkpoint(number: int = 1, key: str = KEYS.current) -> Checkpoint:
    unsigned = Checkpoint(
        fleet="f", number=number, kind="votes", ids=ID.bytes, why="removal 1", by="adam, anna",
        removed_at=NOON.isoformat(), previous="", key=key,
    )  # fmt: skip
    return replace(unsigned, signature=KEYS.sign(unsigned.signed) if key in KEYS.known else "")


def head_after(last: Checkpoint) -> Head:
    return Head(
        fleet="f", number=0, seal="", checkpoints=last.number, checkpoint=last.signature, marks={},
        key="0",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "found"),
    [
        (checkpoint(), []),
        (checkpoint(2), [FindingKind.SEALS_MISSING]),
        (checkpoint(key="0"), [FindingKind.UNKNOWN_KEY]),
    ],
)
def test_checkpoints_are_signed_and_none_is_left_out(
    last: Checkpoint, found: list[FindingKind]
) -> None:
    assert kinds(checkpoints_check([last], KEYS, head_after(last))) == found


def test_a_head_that_is_gone_or_knows_of_more_checkpoints_is_named() -> None:
    more = replace(head_after(checkpoint()), checkpoints=2)

    assert kinds(checkpoints_check([checkpoint()], KEYS, None)) == [FindingKind.HEAD_CHANGED]
    assert kinds(checkpoints_check([checkpoint()], KEYS, more)) == [FindingKind.SEALS_MISSING]


def event(seq: int, previous: str) -> dict[str, object]:
    plain = {
        "id": str(ID), "fleet": "f", "seq": seq, "name": "task.started", "ids": {}, "payload": {},
        "actor": "rita", "created_at": NOON.isoformat(), "previous_hash": previous,
    }  # fmt: skip
    return {**plain, "hash": event_hash_of(plain)}


def test_a_chain_tells_gaps_only_where_no_seal_says_what_was_there() -> None:
    first = event(1, GENESIS)
    later = event(3, str(first["hash"]))

    loose, strict = Chain(table="e"), Chain(table="e")

    assert [*loose.take(first, gaps=False), *loose.take(later, gaps=False)] == []
    assert kinds([*strict.take(first, gaps=True), *strict.take(later, gaps=True)]) == [
        FindingKind.CHAIN_BROKEN
    ]


def test_a_chain_that_begins_later_asks_for_no_event_before() -> None:
    assert list(Chain(table="e", number=None).take(event(9, "x"), gaps=True)) == []
