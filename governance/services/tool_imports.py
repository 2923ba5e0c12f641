"""Importing what an MCP server lists: each tool waits for an admin, with the server's hints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.mcp_hints import McpListError, hint_letters, mcp_tools
from governance.domain.permissions import Action
from governance.models import Tool
from governance.refusals import InvalidFieldError
from governance.selectors.clock import clock_now
from governance.selectors.people import person_require
from governance.services.events import events_publish
from governance.services.tools import tool_describe_step

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.domain.mcp_hints import McpProblem
    from governance.events import FleetEvent
    from governance.models import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did: names that are new, changed or as they were, and items not read."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    problems: tuple[McpProblem, ...] = ()


@transaction.atomic
def tools_import(*, fleet: Fleet, user: User, text: str) -> Imported:
    """Describe every tool of an MCP ``tools/list`` answer by its hints; none is confirmed.

    A tool the fleet knows keeps its letters: only its annotations are brought up to date, because
    the server's hints say less than a person did.

    Raises:
        ForbiddenError: unless the person may confirm tools.
        InvalidFieldError: for a text that is no such list.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.TOOL_CONFIRM)
    try:
        tools, problems = mcp_tools(text)
    except McpListError as error:
        allowed = "the answer of an MCP server to tools/list, as JSON"
        raise InvalidFieldError(str(error), field="tools", allowed=allowed) from error
    known = {
        tool.name: tool
        for tool in Tool.objects.filter(fleet=fleet, name__in=[each.name for each in tools])
    }
    told: list[FleetEvent] = []
    names: dict[str, list[str]] = {"new": [], "changed": [], "unchanged": []}
    # By name, so that two imports at once lock the tools in one order.
    for each in sorted(tools, key=lambda tool: tool.name):
        before = known.get(each.name)
        described = {
            **(before.proposed if before else {"data": None, **hint_letters(each.annotations)}),
            "annotations": dict(each.annotations),
        }
        _, created, events = tool_describe_step(
            fleet=fleet, name=each.name, described=described, actor=user.get_username(), now=now
        )
        told.extend(events)
        names["new" if created else "changed" if events else "unchanged"].append(each.name)
    events_publish(*told, now=now)
    return Imported(
        new=tuple(names["new"]),
        changed=tuple(names["changed"]),
        unchanged=tuple(names["unchanged"]),
        problems=problems,
    )
