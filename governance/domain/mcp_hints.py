"""What a tool says of itself in MCP: four hints, and the letters they would mean.

A hint comes from the tool's own server, so it decides nothing: an admin reads it beside the
description and confirms what is true. A hint that is not given counts as MCP's default, which is
the worst.

Source: Model Context Protocol, revision 2025-06-18, ToolAnnotations; the letters are an own choice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from governance.domain.blast.scale import BlastMetric, blast_place, blast_step

LONGEST_NAME = 120
MOST_TOOLS = 1_000

# Each hint with its default and what it says either way.
_HINTS: Mapping[str, tuple[bool, str, str]] = {
    "readOnlyHint": (False, "only reads", "may change things"),
    "destructiveHint": (True, "may destroy what is there", "only adds"),
    "idempotentHint": (False, "twice is as once", "twice is not as once"),
    "openWorldHint": (True, "reaches the open world", "stays inside"),
}


class McpTool(NamedTuple):
    """One tool of an MCP list: its name and the annotations as they came."""

    name: str
    annotations: Mapping[str, Any]


class McpProblem(NamedTuple):
    """One item that could not be read: its place from 1, and why."""

    place: int
    sentence: str


class McpListError(ValueError):
    """A text that is no list of MCP tools at all."""


def hint_letters(annotations: Mapping[str, Any]) -> dict[str, str]:
    """Return write effect, reversibility and reach as the hints would have them.

    Nothing in MCP speaks of data. A destructive tool counts as one that cannot be undone, whether
    idempotent or not: deleting twice is deleting.
    """
    hints = {name: _flag(annotations, name) for name in _HINTS}
    if hints["readOnlyHint"]:
        write, undo = "N", "A"
    elif hints["destructiveHint"]:
        write, undo = "D", "I"
    else:
        write, undo = "A", "A" if hints["idempotentHint"] else "E"
    reach = "O" if hints["openWorldHint"] else "N"
    return {"write": write, "reversibility": undo, "reach": reach}


def hint_words(annotations: Mapping[str, Any]) -> tuple[str, ...]:
    """Return each hint the tool gives, in words; what it does not give is left out."""
    return tuple(
        f"{name}: {yes if annotations[name] else no}"
        for name, (_, yes, no) in _HINTS.items()
        if isinstance(annotations.get(name), bool)
    )


def hints_doubted(described: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where a description is milder than the tool's own hints, as sentences.

    Only hints that are given are held against the description.
    """
    annotations = described.get("annotations") or {}
    return tuple(
        f"{field.capitalize()}: described as {_meaning(metric, described[field])},"
        f" hinted as {_meaning(metric, hinted)}."
        for metric, field, hinted in _given(annotations)
        if described.get(field)
        and blast_place(metric, described[field]) < blast_place(metric, hinted)
    )


def mcp_tools(text: str) -> tuple[tuple[McpTool, ...], tuple[McpProblem, ...]]:
    """Return the tools of a ``tools/list`` answer, and the items that could not be read.

    Takes the result itself, the JSON-RPC answer around it, or a bare list.

    Raises:
        McpListError: if the text is no such list, saying what is wrong with it.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise McpListError("The text is not JSON.") from error
    items = _items(found)
    tools: dict[str, McpTool] = {}
    problems: list[McpProblem] = []
    for place, item in enumerate(items, start=1):
        problem = _problem(item) or ("comes twice" if item["name"] in tools else "")
        if problem:
            problems.append(McpProblem(place, f"Item {place} {problem}."))
        else:
            tools[item["name"]] = McpTool(item["name"], item.get("annotations") or {})
    return tuple(tools.values()), tuple(problems)


def _given(annotations: Mapping[str, Any]) -> Iterator[tuple[BlastMetric, str, str]]:
    letters = hint_letters(annotations)
    if isinstance(annotations.get("destructiveHint"), bool) or annotations.get("readOnlyHint"):
        yield BlastMetric.WRITE, "write", letters["write"]
    if isinstance(annotations.get("openWorldHint"), bool):
        yield BlastMetric.REACH, "reach", letters["reach"]


def _meaning(metric: BlastMetric, letter: str) -> str:
    meaning = blast_step(metric, letter).meaning
    return f"\N{LEFT DOUBLE QUOTATION MARK}{meaning}\N{RIGHT DOUBLE QUOTATION MARK}"


def _flag(annotations: Mapping[str, Any], name: str) -> bool:
    value = annotations.get(name)
    return value if isinstance(value, bool) else _HINTS[name][0]


def _items(found: Any) -> Sequence[Any]:
    if isinstance(found, dict) and isinstance(found.get("result"), dict):
        found = found["result"]
    items = found.get("tools") if isinstance(found, dict) else found
    if not isinstance(items, list):
        raise McpListError('The JSON has no list "tools".')
    if len(items) > MOST_TOOLS:
        raise McpListError(f"At most {MOST_TOOLS:,} tools at once, got {len(items):,}.")
    return items


def _problem(item: Any) -> str:
    """Return what is wrong with one item, as the end of a sentence; empty where nothing is."""
    if not isinstance(item, dict):
        return "is no object"
    name = item.get("name")
    if not isinstance(name, str) or not name.strip():
        return "has no name"
    if len(name) > LONGEST_NAME or not name.isprintable():
        return f"has a name that is not 1 to {LONGEST_NAME} printable characters"
    annotations = item.get("annotations")
    if annotations is not None and not isinstance(annotations, dict):
        return "has annotations that are no object"
    wrong = [hint for hint in _HINTS if not isinstance((annotations or {}).get(hint, True), bool)]
    return f"has a {wrong[0]} that is not true or false" if wrong else ""
