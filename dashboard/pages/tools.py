"""The tool registry's page: in force, waiting, and what the hints would mean."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.tools import ImportCard, MetricLine, PendingTool, ToolRow, ToolsPage
from dashboard.display.figures import plural
from dashboard.pages.files import file_links
from dashboard.pages.names import actor_words, names_of
from governance.domain.blast.scale import SCALE, BlastMetric, blast_place, blast_step
from governance.domain.mcp_hints import hint_letters, hint_words, hints_doubted
from governance.domain.permissions import Action, why_not
from governance.domain.types import ToolStatus
from governance.selectors.known_work import LETTERS
from governance.selectors.tools import tools_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from governance.domain.types import Role
    from governance.models import Fleet, Tool

PIN_SHOWN = 12


def tools_page(
    fleet: Fleet, role: Role, *, importing: ImportCard | None = None, problem: str = ""
) -> ToolsPage:
    """Return every tool of the fleet as one person may see and confirm it.

    Args:
        fleet: whose tools.
        role: the person's.
        importing: what came of an import; a fresh form where there was none.
        problem: why a confirmation was not recorded.
    """
    tools = tools_of(fleet=fleet)
    names = names_of(tool.confirmed_by for tool in tools if tool.confirmed_by)
    off = why_not(role, Action.TOOL_CONFIRM)
    pending = [tool for tool in tools if tool.status == ToolStatus.PENDING]
    confirmed = [tool for tool in tools if tool.confirmed is not None]
    return ToolsPage(
        fleet_name=fleet.name,
        summary=_summary(len(tools), len(confirmed), len(pending)),
        pending=tuple(_pending(tool, fleet, off) for tool in pending),
        tools=tuple(_row(tool, names) for tool in confirmed),
        importing=importing or import_card(fleet, role),
        problem=problem,
        files=file_links("fleet-tools", "tools, those that wait too", fleet=fleet.slug),
    )


def import_card(fleet: Fleet, role: Role, **found: Any) -> ImportCard:
    """Return the import's form, with what ``found`` says of the one before."""
    return ImportCard(
        url=reverse("fleet-tools-import", kwargs={"fleet": fleet.slug}),
        idempotency_key=uuid4().hex,
        why_off=why_not(role, Action.TOOL_CONFIRM),
        **found,
    )


def _summary(known: int, confirmed: int, pending: int) -> str:
    if not known:
        return "No tool is registered: each counts as worst in whatever nobody states of it."
    waits = f", {pending} wait for an admin" if pending else ", none waits"
    return (
        f"{plural(known, 'tool')}: {confirmed} in force{waits}. An agent cannot talk a confirmed"
        " tool down; a tool nobody confirmed counts as worst."
    )


def _pending(tool: Tool, fleet: Fleet, off: str) -> PendingTool:
    annotations = tool.proposed.get("annotations") or {}
    return PendingTool(
        name=tool.name,
        at=tool.updated_at,
        says=(
            "Nothing is in force yet: what nobody states of it counts as worst."
            if tool.confirmed is None
            else "Until then the stricter of both counts, line by line."
        ),
        sha256=tool.proposed_sha256,
        pin=tool.proposed_sha256[:PIN_SHOWN],
        lines=tuple(_line(field, tool, annotations) for field in LETTERS),
        hints=hint_words(annotations),
        doubts=hints_doubted(tool.proposed),
        confirm_url=reverse("fleet-tool-confirm", kwargs={"fleet": fleet.slug, "tool_id": tool.pk}),
        idempotency_key=uuid4().hex,
        why_off=off,
    )


def _line(field: str, tool: Tool, annotations: Mapping[str, Any]) -> MetricLine:
    metric = BlastMetric(LETTERS[field])
    then, now = tool.proposed.get(field), (tool.confirmed or {}).get(field)
    hinted = hint_letters(annotations).get(field) if annotations else None
    return MetricLine(
        label=SCALE[metric].name.capitalize(),
        letter=then or "",
        then=_meaning(metric, then),
        now="" if tool.confirmed is None else _meaning(metric, now),
        hint=_meaning(metric, hinted) if hinted else "",
        change=_change(metric, now, then) if tool.confirmed is not None else "",
    )


def _change(metric: BlastMetric, now: str | None, then: str | None) -> str:
    if now == then:
        return ""
    # What nobody states counts as worst.
    worst = SCALE[metric].worst
    before, after = blast_place(metric, now or worst), blast_place(metric, then or worst)
    return "stricter" if after > before else "milder"


def _meaning(metric: BlastMetric, letter: str | None) -> str:
    return "not stated" if letter is None else blast_step(metric, letter).meaning


def _row(tool: Tool, names: Mapping[str, str]) -> ToolRow:
    described = tool.confirmed or {}
    annotations = described.get("annotations") or {}
    return ToolRow(
        name=tool.name,
        meanings=tuple(
            (
                SCALE[BlastMetric(letter)].name.capitalize(),
                described.get(field) or "",
                _meaning(BlastMetric(letter), described.get(field)),
            )
            for field, letter in LETTERS.items()
        ),
        hints=hint_words(annotations),
        doubts=hints_doubted(described),
        pin=tool.confirmed_sha256[:PIN_SHOWN],
        by=actor_words(tool.confirmed_by, names),
        at=tool.confirmed_at,
        waits=tool.status == ToolStatus.PENDING,
    )
