"""The reckoning: what the journal says must be there once, against what is there.

A call with a good answer must have left its fact exactly once. One that was refused, or whose
answer never came because a process was killed, may have left it once or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from config.simulation.journal import ANSWERED, ASKED

_ON_TASK = re.compile(r"tasks/([^/]+)/(start|outcome)")
_BATCHES = frozenset({"outcomes", "interactions"})
_VOTE = re.compile(r"tickets/([^/]+)/(?:approve|deny)")


class Kind(StrEnum):
    """What is counted; each is counted by the name that the caller knows it by."""

    TASK = "task"
    DECISION = "decision"
    TICKET = "ticket"
    GRANT = "used grant"
    OUTCOME = "outcome"
    INTERACTION = "interaction"
    VOTE = "vote"


class Fact(NamedTuple):
    """One thing that a call leaves behind.

    Tasks, decisions, tickets, grants and outcomes go by the task's external id, interactions by
    theirs, votes by ``<ticket id> <user name>``.
    """

    kind: Kind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is stored: how often each fact, and the numbers of the fleet's events."""

    counts: Mapping[Fact, int]
    events: Sequence[int] = ()


@dataclass(slots=True)
class Expected:
    """What the journal says: facts that must be there once, and facts that may be."""

    must: set[Fact] = field(default_factory=set)
    may: set[Fact] = field(default_factory=set)


def expected_of(entries: Iterable[Mapping[str, Any]]) -> Expected:
    """Return what a journal leads to expect."""
    asked: dict[str, Mapping[str, Any]] = {}
    answers: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        kept = {ASKED: asked, ANSWERED: answers}[entry["what"]]
        kept[entry["call"]] = entry
    known = _tasks_heard(asked, answers)
    expected = Expected()
    for call, question in asked.items():
        answer = answers.get(call)
        if answer is not None and answer["ok"]:
            expected.must.update(_left(question, answer["answer"], known))
            expected.may.update(_possible(question, answer["answer"]))
        else:
            expected.may.update(_left(question, {}, known))
            expected.may.update(_possible(question, {}))
    # Asked once without an answer and once with one: the answer counts.
    expected.may -= expected.must
    return expected


def differences(expected: Expected, found: Found) -> list[str]:
    """Return a sentence for every fact that is lost or doubled, and for every gap of the events."""
    said = [
        f"lost: the {fact.kind.value} of {fact.name} was answered and is not stored"
        for fact in sorted(expected.must)
        if not found.counts.get(fact)
    ]
    said += [
        f"doubled: the {fact.kind.value} of {fact.name} is stored {found.counts[fact]} times"
        for fact in sorted(expected.must | expected.may)
        if found.counts.get(fact, 0) > 1
    ]
    return [*said, *_gaps(found.events)]


def _gaps(events: Sequence[int]) -> Iterator[str]:
    for place, number in enumerate(sorted(events), start=1):
        if number != place:
            yield f"events: number {place} is missing or given twice, found {number}"
            return


class _Heard(NamedTuple):
    """What answers to ``POST tasks`` told: external ids by id, and which tasks had a ticket."""

    names: Mapping[str, str]
    escalated: frozenset[str]


def _tasks_heard(
    asked: Mapping[str, Mapping[str, Any]], answers: Mapping[str, Mapping[str, Any]]
) -> _Heard:
    heard = [
        answers[call]["answer"]
        for call, question in asked.items()
        if question["path"] == "tasks" and call in answers and answers[call]["ok"]
    ]
    return _Heard(
        names={answer["id"]: answer["external_id"] for answer in heard},
        escalated=frozenset(answer["external_id"] for answer in heard if "ticket" in answer),
    )


def _left(question: Mapping[str, Any], answer: Mapping[str, Any], heard: _Heard) -> Iterator[Fact]:
    """Yield what a call leaves behind if it took effect."""
    path, body = question["path"], question["body"] or {}
    if path == "tasks":
        yield Fact(Kind.TASK, body["external_id"])
        yield Fact(Kind.DECISION, body["external_id"])
        if "ticket" in answer:
            yield Fact(Kind.TICKET, body["external_id"])
    elif path in _BATCHES:
        yield from _batch(question, answer, taken=True)
    elif on_task := _ON_TASK.fullmatch(path):
        name = heard.names.get(on_task[1], on_task[1])
        if on_task[2] == "outcome":
            yield Fact(Kind.OUTCOME, name)
        elif name in heard.escalated:
            yield Fact(Kind.GRANT, name)
    elif vote := _VOTE.fullmatch(path):
        yield Fact(Kind.VOTE, f"{vote[1]} {body['by']}")


def _possible(question: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield what a call may have left beyond that: a ticket, items that were stored before."""
    if question["path"] == "tasks":
        yield Fact(Kind.TICKET, question["body"]["external_id"])
    elif question["path"] in _BATCHES:
        yield from _batch(question, answer, taken=False)


def _batch(
    question: Mapping[str, Any], answer: Mapping[str, Any], *, taken: bool
) -> Iterator[Fact]:
    items = question["body"]["items"]
    fates = answer.get("results", ["stored"] * len(items))
    outcomes = question["path"] == "outcomes"
    for item, fate in zip(items, fates, strict=True):
        if (fate != "rejected") is taken:
            name = item["task_id"] if outcomes else item["id"]
            yield Fact(Kind.OUTCOME if outcomes else Kind.INTERACTION, name)
