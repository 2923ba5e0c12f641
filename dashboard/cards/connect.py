"""Connecting an agent: what to paste, and what the gate answered to its first ask."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Something to paste: `says` is what to do with it."""

    name: str
    label: str
    says: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedMetric:
    """What the snippets state of one metric, and what could be stated instead."""

    name: str
    letter: str
    meaning: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCard:
    """The gate's answer to the first ask; `queue_url` is empty where nobody was asked.

    `unstated` says what counted as worst for want of words, and is empty where nothing did.
    """

    title: str
    agent_name: str
    agent_url: str
    verdict: Mark
    sentence: str
    level: str
    reasons: tuple[str, ...]
    queue_url: str
    unstated: str
    tools_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectCard:
    """Everything for one agent. `key` stands in the snippets and is empty where nobody gave one.

    `asked` is None while nothing has come; `undecided` is what happens while nobody is on duty.
    """

    fleet_name: str
    url: str
    parts_url: str
    keys_url: str
    client_url: str
    key: str
    key_words: str
    snippets: tuple[Snippet, ...]
    stated: tuple[StatedMetric, ...]
    tools_url: str
    asked: AskedCard | None
    undecided: tuple[str, ...]
    problem: str = ""
