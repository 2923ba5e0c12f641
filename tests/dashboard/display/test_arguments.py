from __future__ import annotations

import pytest

from dashboard.display.arguments import argument_texts


def test_numbers_keep_the_digits_they_were_hashed_with() -> None:
    texts = argument_texts('{"big":9007199254740991,"rate":1e-7,"sum":18420.50}')

    assert texts == (("big", "9007199254740991"), ("rate", "1e-7"), ("sum", "18420.50"))


def test_nested_values_are_written_as_json() -> None:
    texts = argument_texts('{"a":[1,"x",null,true],"b":{"c":"\\"d\\""}}')

    assert texts == (("a", '[1, "x", null, true]'), ("b", '{"c": "\\"d\\""}'))


def test_letters_of_any_script_stay_letters() -> None:
    assert argument_texts('{"name":"Søren 日本"}') == (("name", '"Søren 日本"'),)


def test_arguments_that_are_no_object_have_one_line() -> None:
    assert argument_texts("[1,2]") == (("value", "[1, 2]"),)


def test_text_that_is_not_json_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        argument_texts("nonsense")
