from __future__ import annotations

import json

import pytest

from governance.domain.mcp_hints import (
    MOST_TOOLS,
    McpListError,
    hint_letters,
    hint_words,
    hints_doubted,
    mcp_tools,
)


@pytest.mark.parametrize(
    ("annotations", "letters"),
    [
        ({}, "DIO"),
        ({"readOnlyHint": True}, "NAO"),
        ({"readOnlyHint": True, "destructiveHint": True, "openWorldHint": False}, "NAN"),
        ({"destructiveHint": False}, "AEO"),
        ({"destructiveHint": False, "idempotentHint": True}, "AAO"),
        ({"destructiveHint": True, "idempotentHint": True}, "DIO"),
        ({"readOnlyHint": "yes"}, "DIO"),
    ],
)
def test_hints_mean_letters_and_missing_ones_the_worst(
    annotations: dict[str, object], letters: str
) -> None:
    assert "".join(hint_letters(annotations).values()) == letters


def test_only_hints_that_are_given_are_worded() -> None:
    assert hint_words({"readOnlyHint": True, "openWorldHint": False, "title": "Read"}) == (
        "readOnlyHint: only reads",
        "openWorldHint: stays inside",
    )


def test_a_description_milder_than_a_given_hint_is_doubted() -> None:
    described = {
        "write": "A",
        "reach": "N",
        "annotations": {"destructiveHint": True, "openWorldHint": True},
    }

    assert hints_doubted(described) == (
        "Write: described as “adds”, hinted as “deletes”.",
        "Reach: described as “stays inside”, hinted as “reaches the open world”.",
    )


def test_a_description_as_strict_as_its_hints_is_not_doubted() -> None:
    assert hints_doubted({"write": "P", "annotations": {"destructiveHint": True}}) == ()
    assert hints_doubted({"write": "N", "annotations": {"readOnlyHint": True}}) == ()
    assert hints_doubted({"write": "N"}) == ()
    assert hints_doubted({"annotations": {"openWorldHint": True}}) == ()


@pytest.mark.parametrize(
    "around",
    [
        lambda tools: tools,
        lambda tools: {"tools": tools},
        lambda tools: {"result": {"tools": tools}},
    ],
    ids=["list", "result", "answer"],
)
def test_a_list_is_read_in_each_of_its_forms(around: object) -> None:
    text = json.dumps(around([{"name": "files.read"}]))  # type: ignore[operator]

    tools, problems = mcp_tools(text)

    assert [(tool.name, tool.annotations) for tool in tools] == [("files.read", {})]
    assert problems == ()


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (7, "is no object"),
        ({}, "has no name"),
        ({"name": "  "}, "has no name"),
        ({"name": "x" * 121}, "has a name that is not 1 to 120 printable characters"),
        ({"name": "a\nb"}, "has a name that is not 1 to 120 printable characters"),
        ({"name": "b", "annotations": []}, "has annotations that are no object"),
        ({"name": "b", "annotations": {"readOnlyHint": 1}}, "has a readOnlyHint that is not true"),
        ({"name": "a"}, "comes twice"),
    ],
)
def test_a_bad_item_is_listed_and_the_others_are_read(item: object, why: str) -> None:
    tools, problems = mcp_tools(json.dumps([{"name": "a"}, item, {"name": "z"}]))

    assert [tool.name for tool in tools] == ["a", "z"]
    assert [problem.place for problem in problems] == [2]
    assert problems[0].sentence.startswith(f"Item 2 {why}")


@pytest.mark.parametrize("text", ["", "{", "{}", "7", '{"tools": {}}', "[" * 100_000])
def test_a_text_that_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(McpListError):
        mcp_tools(text)


def test_too_many_tools_are_refused_at_once() -> None:
    with pytest.raises(McpListError, match="At most 1,000 tools at once, got 1,001"):
        mcp_tools(json.dumps([{"name": "a"}] * (MOST_TOOLS + 1)))
