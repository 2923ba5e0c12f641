"""What an edit of arguments may do: add nothing, retype nothing, let no number grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.domain.editing import LONGEST_ARGUMENTS, EditError, edit_check, is_editable

if TYPE_CHECKING:
    from governance.domain.canonical import JsonValue

ASKED: JsonValue = {
    "amount": "49.00",
    "debt": -5,
    "dry_run": True,
    "lines": [{"sku": "a", "pieces": 3}, {"sku": "b", "pieces": 1}],
    "note": "Paid twice.",
    "order": 4711,
    "to": ["ann", "ben", "cleo"],
    "who": None,
}


def _edited(**fields: JsonValue) -> JsonValue:
    assert isinstance(ASKED, dict)
    return {**ASKED, **fields}


@pytest.mark.parametrize(
    "edited",
    [
        {},
        _edited(amount="20.00"),
        _edited(amount="0"),
        _edited(debt=-2),
        _edited(dry_run=False),
        _edited(note="4711 was paid once."),
        _edited(order=4711.0),
        _edited(to=["ann", "cleo"]),
        _edited(to=[]),
        _edited(to=["ann", "ben", "someone else"]),
        _edited(lines=[{"sku": "a", "pieces": 2}, {"sku": "b"}]),
        _edited(lines=[{"pieces": 1, "sku": "b"}]),
    ],
)
def test_an_edit_may_narrow(edited: JsonValue) -> None:
    edit_check(ASKED, edited)


@pytest.mark.parametrize(
    ("edited", "said"),
    [
        ([], "arguments must be an object, as it was asked, got []."),
        (_edited(amount="49.01"), 'arguments.amount must be a number from 0 to 49.00, got "49.01".'),
        (_edited(amount="-1"), 'arguments.amount must be a number from 0 to 49.00, got "-1".'),
        (
            _edited(amount="all"),
            'arguments.amount must be a number written as text, as it was asked, got "all".',
        ),
        (_edited(amount=20), "arguments.amount must be text, as it was asked, got 20."),
        (_edited(debt=-6), "arguments.debt must be a number from 0 to -5, got -6."),
        (_edited(debt=1), "arguments.debt must be a number from 0 to -5, got 1."),
        (_edited(dry_run=0), "arguments.dry_run must be true or false, as it was asked, got 0."),
        (_edited(order=True), "arguments.order must be a number, as it was asked, got true."),
        (_edited(order=4712), "arguments.order must be a number from 0 to 4711, got 4712."),
        (_edited(who="ann"), 'arguments.who must be null, as it was asked, got "ann".'),
        (
            _edited(force=True),
            "arguments.force must be left out: only what was asked can be edited, got true.",
        ),
        (
            _edited(to=["cleo", "ann"]),
            "arguments.to[1] must be an item of the list that was asked, in its order, got \"ann\".",
        ),
        (
            _edited(to=["ann", "ben", "cleo", "dora"]),
            "arguments.to[3] must be an item of the list that was asked, in its order, got"
            ' "dora".',
        ),
        (
            _edited(lines=[{"sku": "a", "pieces": 4}, {"sku": "b", "pieces": 1}]),
            "arguments.lines[0].pieces must be a number from 0 to 3, got 4.",
        ),
        (
            _edited(dry_run="x" * 100),
            f'arguments.dry_run must be true or false, as it was asked, got "{"x" * 59}….',
        ),
    ],
)  # fmt: skip
def test_an_edit_never_widens_and_the_refusal_names_the_place(edited: JsonValue, said: str) -> None:
    with pytest.raises(EditError) as refused:
        edit_check(ASKED, edited)

    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("asked", "grown"),
    [("1e3", "1e4"), (".5", ".6"), ("+5", "+6"), ("5.", "6."), (" 7", " 8"), ("-2E1", "-2E2")],
)
def test_no_spelling_of_a_number_lets_it_grow(asked: str, grown: str) -> None:
    edit_check({"amount": asked}, {"amount": "0"})
    with pytest.raises(EditError, match="must be a number from 0 to"):
        edit_check({"amount": asked}, {"amount": grown})


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e9999999999999999999999", "\ud800", ""])
def test_text_that_is_no_number_may_be_any_text_but_no_number_becomes_it(text: str) -> None:
    edit_check({"amount": text}, {"amount": "5"})
    with pytest.raises(EditError, match="a number written as text"):
        edit_check({"amount": "5"}, {"amount": text})


@pytest.mark.parametrize(
    ("canonical", "editable"),
    [
        ("", False),
        ("{}", False),
        ('{"order":4711}', True),
        ("x" * LONGEST_ARGUMENTS, True),
        ("x" * (LONGEST_ARGUMENTS + 1), False),
    ],
)
def test_only_arguments_that_are_there_and_can_be_read_are_edited(
    canonical: str, editable: bool
) -> None:
    assert is_editable(canonical) is editable
