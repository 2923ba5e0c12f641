from __future__ import annotations

import json

import pytest

from dashboard.display.argument_diff import ArgumentDiff, argument_diff


def drawn(diff: ArgumentDiff) -> list[str]:
    """Return what a page shows: each line with its sign, a folded part by its length."""
    shown: list[str] = []
    for part in diff.parts:
        if part.is_folded:
            shown.append(f"({len(part.lines)} folded)")
        else:
            shown.extend(f"{line.mark or ' '} {line.text}" for line in part.lines)
    return shown


def test_a_changed_value_is_one_line_gone_and_one_new() -> None:
    diff = argument_diff('{"amount":120.50,"order":7}', '{"amount":1820.50,"order":7}')

    assert drawn(diff) == [
        "  {",
        '\N{MINUS SIGN}   "amount": 120.50',
        '+   "amount": 1820.50',
        '    "order": 7',
        "  }",
    ]
    assert (diff.gone, diff.new, diff.is_same) == (1, 1, False)


def test_the_same_arguments_are_said_to_be_the_same() -> None:
    diff = argument_diff('{"a":1}', '{"a":1}')

    assert (diff.is_same, diff.gone, diff.new) == (True, 0, 0)


def test_numbers_that_are_written_differently_are_not_the_same() -> None:
    # Canonical texts never differ so; a stored one that did would have another digest.
    assert not argument_diff('{"a":1.0}', '{"a":1}').is_same


def test_a_new_last_member_changes_no_line_before_it() -> None:
    diff = argument_diff('{"a":1}', '{"a":1,"b":2}')

    assert (diff.gone, diff.new) == (0, 1)


def test_an_item_put_into_a_list_is_one_new_line() -> None:
    diff = argument_diff('{"ids":["p1","p3"]}', '{"ids":["p1","p2","p3"]}')

    assert drawn(diff) == [
        "  {",
        '    "ids": [',
        '      "p1"',
        '+     "p2"',
        '      "p3"',
        "    ]",
        "  }",
    ]


def test_a_long_unchanged_run_is_folded_around_two_lines() -> None:
    was = {"a": 1, **{f"m{place}": 0 for place in range(9)}, "z": 1}
    now = {**was, "a": 2, "z": 2}

    diff = argument_diff(json.dumps(was), json.dumps(now))

    assert drawn(diff) == [
        "  {",
        '\N{MINUS SIGN}   "a": 1',
        '+   "a": 2',
        '    "m0": 0',
        '    "m1": 0',
        "(5 folded)",
        '    "m7": 0',
        '    "m8": 0',
        '\N{MINUS SIGN}   "z": 1',
        '+   "z": 2',
        "  }",
    ]


def test_a_single_far_line_is_not_worth_folding() -> None:
    was = {"a": 1, "b": 0, "c": 0, "d": 0, "e": 0, "f": 0, "z": 1}
    now = {**was, "a": 2, "z": 2}

    diff = argument_diff(json.dumps(was), json.dumps(now))

    assert not any(part.is_folded for part in diff.parts)


def test_an_object_in_the_place_of_a_value_shows_all_of_it() -> None:
    diff = argument_diff('{"to":"a"}', '{"to":{"iban":"DE1"}}')

    assert drawn(diff) == [
        "  {",
        '\N{MINUS SIGN}   "to": "a"',
        '+   "to": {',
        '+     "iban": "DE1"',
        "+   }",
        "  }",
    ]


def test_empty_objects_and_lists_are_one_line() -> None:
    diff = argument_diff("{}", '{"a":[],"b":{}}')

    assert drawn(diff) == [
        "\N{MINUS SIGN} {}",
        "+ {",
        '+   "a": []',
        '+   "b": {}',
        "+ }",
    ]


def test_changed_lines_beyond_those_shown_are_counted() -> None:
    was = json.dumps([f"a{place}" for place in range(10)])
    now = json.dumps([f"b{place}" for place in range(10)])

    diff = argument_diff(was, now, shown_most=4)

    assert (diff.gone, diff.new, diff.left_out) == (10, 10, 16)
    assert len(drawn(diff)) == 5


def test_what_is_too_long_to_align_counts_as_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.display.argument_diff.ALIGNED_MOST", 3)

    diff = argument_diff("[1,2,3,4]", "[9,2,3,8]")

    assert (diff.gone, diff.new) == (4, 4)


def test_text_that_is_not_json_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        argument_diff("nonsense", "{}")
