"""The tool registry: described by callers, counting once an admin has confirmed it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction

from governance.domain.canonical import canonical_json
from governance.domain.permissions import Action
from governance.domain.types import ToolStatus
from governance.events import ToolConfirmed, ToolProposed
from governance.models import Tool
from governance.refusals import ConflictError, MissingError
from governance.selectors.clock import clock_now
from governance.selectors.people import person_require
from governance.services.events import events_publish

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from governance.events import FleetEvent
    from governance.models import Fleet
    from governance.selectors.access import KeyPrincipal
    from governance.services.schemas import ToolBody


@transaction.atomic
def tool_put(*, key: KeyPrincipal, name: str, body: ToolBody) -> tuple[Tool, bool]:
    """Return the tool as described and whether it is new.

    A changed description waits for an admin again. Until then what was confirmed stays in force,
    and what the change would make worse counts already.
    """
    now = clock_now()
    tool, created, events = tool_describe_step(
        fleet=key.fleet, name=name, described=msgspec.to_builtins(body), actor=key.actor, now=now
    )
    events_publish(*events, now=now)
    return tool, created


def tool_describe_step(
    *, fleet: Fleet, name: str, described: dict[str, Any], actor: str, now: datetime
) -> tuple[Tool, bool, tuple[FleetEvent, ...]]:
    """Return the tool as described, whether it is new, and what to publish (a step).

    The description waits for an admin; beside what is in force it can only make the tool stricter.
    """
    digest = hashlib.sha256(canonical_json(described).encode()).hexdigest()
    tool, created = Tool.objects.select_for_update().get_or_create(
        fleet=fleet,
        name=name,
        defaults={
            "proposed": described,
            "proposed_sha256": digest,
            "created_at": now,
            "updated_at": now,
        },
    )
    if not created:
        if tool.proposed_sha256 == digest:
            return tool, False, ()
        tool.proposed, tool.proposed_sha256, tool.updated_at = described, digest, now
        is_known = digest == tool.confirmed_sha256
        tool.status = (ToolStatus.CONFIRMED if is_known else ToolStatus.PENDING).value
        tool.save(update_fields=["proposed", "proposed_sha256", "updated_at", "status"])
    told = ToolProposed(fleet_id=fleet.pk, actor=actor, tool_id=tool.pk, name=name)
    return tool, created, (told,)


def tool_confirm_id(*, fleet: Fleet, user: User, tool_id: UUID, sha256: str) -> Tool:
    """Do `tool_confirm` for a tool by its id, as a page names it; raises the same."""
    tool = Tool.objects.filter(fleet=fleet, pk=tool_id).first()
    if tool is None:
        raise MissingError(f"Fleet {fleet.slug} has no such tool.", field="tool")
    return tool_confirm(fleet=fleet, user=user, name=tool.name, sha256=sha256)


@transaction.atomic
def tool_confirm(*, fleet: Fleet, user: User, name: str, sha256: str) -> Tool:
    """Put a tool's description in force, exactly the one the admin saw (``sha256``).

    Raises:
        ForbiddenError: unless the person may confirm tools.
        MissingError: for an unknown tool.
        ConflictError: if the description changed since the admin read it.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.TOOL_CONFIRM)
    tool = Tool.objects.select_for_update().filter(fleet=fleet, name=name).first()
    if tool is None:
        raise MissingError(f"Fleet {fleet.slug} has no tool {name}.", field="tool", value=name)
    if tool.proposed_sha256 != sha256:
        raise ConflictError(
            f"The description of {name} changed after you read it.",
            code="tool_changed",
            field="sha256",
            value=sha256,
            allowed=tool.proposed_sha256,
        )
    if tool.status != ToolStatus.CONFIRMED:
        tool.confirmed, tool.confirmed_sha256 = tool.proposed, tool.proposed_sha256
        tool.status = ToolStatus.CONFIRMED.value
        tool.confirmed_by, tool.confirmed_at = user.get_username(), now
        tool.save()
        events_publish(
            ToolConfirmed(fleet_id=fleet.pk, actor=user.get_username(), tool_id=tool.pk, name=name),
            now=now,
        )
    return tool
