"""Why did it move: changes of tier, breaker and pause, each in its stored words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.cards import Mark
from dashboard.cards.agent_page import MoveLine
from dashboard.display.wording import move_mark, place_words
from dashboard.pages.event_links import event_url
from dashboard.pages.names import actor_words, names_of, said_by
from dashboard.pages.ring_moves import ring_move
from governance.events import (
    REGISTRY,
    AgentChanged,
    AgentInherited,
    AgentPaused,
    AgentRegistered,
    AgentResumed,
    ApprovalFlooded,
    BreakerMoved,
    BypassAsked,
    BypassWithdrawn,
    CollusionFound,
    CollusionSettled,
    DriftAcknowledged,
    DriftFound,
    DriftHeld,
    FreezeExplained,
    MandateLowered,
    MandateRestored,
    TierChanged,
)
from governance.selectors.records import agent_events, agent_ring_events

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.pages.agent_score import ScoreHistory
    from governance.models import Agent, Event

SHOWN = 20
_MARKS = {
    AgentChanged.wire_name: Mark("Changed", "swap", "line"),
    AgentInherited.wire_name: Mark("Inherited", "tree", "line"),
    AgentPaused.wire_name: Mark("Paused", "pause", "line"),
    AgentRegistered.wire_name: Mark("Registered", "check", "line"),
    AgentResumed.wire_name: Mark("Resumed", "check", "line"),
    ApprovalFlooded.wire_name: Mark("Approval flood", "warn", "amber"),
    BypassAsked.wire_name: Mark("Bypass asked for", "ask", "amber"),
    DriftAcknowledged.wire_name: Mark("Drift looked at", "check", "line"),
    DriftFound.wire_name: Mark("Drift", "sink", "bad"),
    DriftHeld.wire_name: Mark("Drift held", "pause", "line"),
    BypassWithdrawn.wire_name: Mark("Bypass withdrawn", "x", "line"),
    FreezeExplained.wire_name: Mark("Freeze explained", "ask", "line"),
    MandateLowered.wire_name: Mark("Mandate lowered", "sink", "bad"),
    MandateRestored.wire_name: Mark("Mandate restored", "up", "line"),
}
_OF_RINGS = {CollusionFound.wire_name, CollusionSettled.wire_name}
_OF_BREAKERS = {name for name, kind in REGISTRY.items() if issubclass(kind, BreakerMoved)}
_TOLD = {*_MARKS, *_OF_BREAKERS, TierChanged.wire_name}
_RANKS = {"low": 0, "medium": 1, "high": 2}
_NOTE = (
    "Stored with their reasons: changes of tier, of the breaker, of identity and mandate, drift,"
    " collusion, pauses."
)


def move_lines(agent: Agent, scores: ScoreHistory) -> tuple[tuple[MoveLine, ...], str]:
    """Return the latest moves, newest first, and what is on record, in a sentence.

    ``scores`` says what the outcomes before a change of tier did.
    """
    of_rings = agent_ring_events(agent=agent, names=_OF_RINGS, most=SHOWN + 1)
    of_agent = agent_events(agent=agent, names=_TOLD, most=SHOWN + 1)
    told = sorted([*of_agent, *of_rings], key=lambda event: event.seq, reverse=True)
    names = names_of(event.actor for event in told)
    fleet = agent.fleet.slug
    lines = tuple(
        replace(_line(event, names, scores), url=event_url(fleet, event.seq))
        for event in told[:SHOWN]
    )
    return lines, _NOTE if len(told) <= SHOWN else f"The latest {SHOWN} moves. {_NOTE}"


def _line(event: Event, names: Mapping[str, str], scores: ScoreHistory) -> MoveLine:
    if event.name in _OF_BREAKERS:
        return _moved(event, names)
    if event.name == TierChanged.wire_name:
        return _tier(event, names, scores)
    if event.name in _OF_RINGS:
        return ring_move(event, names)
    sentence = event.payload.get("reason") or event.payload.get("sentence", "")
    if event.name == AgentChanged.wire_name:
        changed = ", ".join(event.payload["fields_changed"]).replace("_", " ")
        sentence = f"Changed: {changed}."
    if event.name == DriftAcknowledged.wire_name:
        sentence = (
            "The present is normal now, and learned anew."
            if event.payload["rebaselined"]
            else "It is held to what was normal before."
        )
    return MoveLine(
        at=event.created_at,
        mark=_MARKS[event.name],
        change=_change(event),
        sentence=sentence,
        by=actor_words(event.actor, names),
    )


def _change(event: Event) -> str:
    """Return from which level to which a mandate moved; nothing for what has no levels."""
    told = event.payload
    if "before" not in told:
        return ""
    return f"{told['before'].capitalize()} \N{RIGHTWARDS ARROW} {told['after'].capitalize()}"


def _moved(event: Event, names: Mapping[str, str]) -> MoveLine:
    told = event.payload
    before, after = place_words(told["before"]), place_words(told["after"])
    return MoveLine(
        at=event.created_at,
        mark=move_mark(event.name.removeprefix("breaker.")),
        change="" if before == after else f"{before} \N{RIGHTWARDS ARROW} {after}",
        sentence=said_by(told["sentence"], event.actor, names),
        by=actor_words(event.actor, names),
        note=f"policy v{told['policy_version']}" + ("" if told["enforced"] else ", only recorded"),
    )


def _tier(event: Event, names: Mapping[str, str], scores: ScoreHistory) -> MoveLine:
    before, after = event.payload["before"], event.payload["after"]
    fell = _RANKS[after] < _RANKS[before]
    return MoveLine(
        at=event.created_at,
        mark=Mark("Tier fell", "sink", "bad") if fell else Mark("Tier rose", "up", "good"),
        change=f"{before} \N{RIGHTWARDS ARROW} {after}",
        sentence=" ".join(
            filter(None, (event.payload["sentence"], scores.before_tier(event.created_at)))
        ),
        by=actor_words(event.actor, names),
    )
