"""What a task ticket is about, from its snapshot: the request, its danger, why people are asked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dashboard.cards import (
    BlastCard,
    BlastPart,
    Fact,
    MandateCard,
    ReasonLine,
    RequestCard,
    argument_lines,
)
from dashboard.display.durations import span_text
from dashboard.display.figures import money, plural
from governance.domain.blast import level_of_points
from governance.domain.reasons import ReasonCode
from governance.domain.types import BlastLevel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.cards.editing import EditNote
    from governance.domain.policy.blast import BlastPolicy

    Plain = Mapping[str, Any]

_SOURCES = {
    "key": "API key",
    "registry": "tool registry",
    "accounts": "accounts",
    "observed": "observed while it ran",
    "history": "its own history",
    "channel": "channel of the input",
    "unknown": "nothing said: worst case",
}
_MANDATE_CODES = (
    ReasonCode.OUTSIDE_MANDATE_TOOL,
    ReasonCode.OUTSIDE_MANDATE_ENVIRONMENT,
    ReasonCode.ABOVE_MANDATE_LEVEL,
)


def request_card(
    snapshot: Plain, *, standing: Plain | None = None, edited: EditNote | None = None
) -> RequestCard:
    """Return what will run, exactly as it was hashed.

    Args:
        snapshot: what people are shown of the ticket.
        standing: the request with what people edited of it, where they did.
        edited: who did, when, and what it changed.
    """
    task = standing or snapshot["task"]
    return RequestCard(
        operation=task["operation"],
        environment=task["environment"],
        agent=snapshot["agent"]["external_id"],
        arguments=argument_lines(task["arguments"]),
        canonical_json=task["arguments"],
        action_digest=task["action_digest"],
        tool=task["tool"],
        target=task["target"],
        own_words=task["description"],
        facts=tuple(_facts(snapshot)),
        edited=edited,
    )


def blast_card(decision: Plain, policy: BlastPolicy) -> BlastCard:
    """Return the blast radius with all nine metrics and where each came from.

    Args:
        decision: the gate's first answer, as the snapshot keeps it.
        policy: the one the decision was taken by; gives the points from which levels begin.
    """
    blast = decision["blast"]
    level = blast["level"].capitalize()
    because = blast["headline"].removeprefix(level)
    return BlastCard(
        level=blast["level"],
        points=blast["points"],
        because=f"with {because[2:]}" if because.startswith(": ") else because.strip(),
        vector=blast["vector"],
        parts=tuple(_part(part) for part in blast["parts"]),
        floor_note=_floor_note(blast, policy),
    )


def reason_lines(decision: Plain) -> tuple[ReasonLine, ...]:
    """Return the gate's reasons in its own order, the deciding one first."""
    return tuple(
        ReasonLine(code=reason["code"], sentence=reason["sentence"])
        for reason in decision["reasons"]
    )


def mandate_card(snapshot: Plain) -> MandateCard:
    """Return what the agent is meant to do, and the gate's sentences on where this task stands."""
    mandate = snapshot["agent"]["mandate"]
    outside = [
        reason["sentence"]
        for reason in snapshot["decision"]["reasons"]
        if reason["code"] in _MANDATE_CODES
    ]
    return MandateCard(
        tools=tuple(mandate["tools"]),
        environments=tuple(mandate["environments"]),
        highest_level=mandate["level"],
        verdict=" ".join(outside) or "This task is inside.",
        is_inside=not outside,
    )


def _facts(snapshot: Plain) -> list[Fact]:
    task = snapshot["task"]
    facts = [
        Fact(label="Asked by", value=task["requested_by"], note="barred from deciding"),
        Fact(label="Task type", value=task["task_type"]),
    ]
    if task["spend_cap_usd"] is not None:
        facts.append(Fact(label="Spend cap", value=money(Decimal(task["spend_cap_usd"]))))
    if task["time_limit_s"] is not None:
        facts.append(Fact(label="Time limit", value=span_text(task["time_limit_s"])))
    planned = _plan_words(task["plan"])
    if planned:
        facts.append(Fact(label="Plan", value=planned))
    if task["parent"] is not None:
        facts.append(Fact(label="Part of", value=task["parent"]))
    return facts


def _plan_words(plan: Plain) -> str:
    """Return what the caller said it will take; nothing for what it left open."""
    nouns = {"steps": "step", "agents": "agent", "delegations": "delegation"}
    return ", ".join(plural(plan[name], noun) for name, noun in nouns.items() if plan.get(name))


def _floor_note(blast: Plain, policy: BlastPolicy) -> str:
    """Return which floor raised the level above what the points alone say; empty if none did."""
    by_points = level_of_points(blast["points"], policy)
    if not blast["floors"] or by_points.rank >= BlastLevel(blast["level"]).rank:
        return ""
    return (
        f"The floor decides, whatever the points. {blast['floors'][0]}"
        f" {blast['points']} points alone would be {by_points.value.capitalize()}."
    )


def _part(part: Plain) -> BlastPart:
    return BlastPart(
        metric=part["metric"],
        code=part["value"],
        points=part["points"],
        source=_SOURCES.get(part["source"]) or str(part["source"]),
        meaning=part["meaning"],
    )
