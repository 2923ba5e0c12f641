"""The tool registry: described by callers, counting once an admin has confirmed it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

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
    from django.contrib.auth.models import User

    from governance.models import Fleet
    from governance.selectors.access import KeyPrincipal
    from governance.services.schemas import ToolBody


@transaction.atomic
def tool_put(*, key: KeyPrincipal, name: str, body: ToolBody) -> tuple[Tool, bool]:
    """Return the tool as described and whether it is new.

    A changed description waits for an admin again; what was confirmed stays in force until then.
    """
    now = clock_now()
    described = msgspec.to_builtins(body)
    digest = hashlib.sha256(canonical_json(described).encode()).hexdigest()
    tool, created = Tool.objects.select_for_update().get_or_create(
        fleet=key.fleet,
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
            return tool, False
        tool.proposed, tool.proposed_sha256, tool.updated_at = described, digest, now
        is_known = digest == tool.confirmed_sha256
        tool.status = (ToolStatus.CONFIRMED if is_known else ToolStatus.PENDING).value
        tool.save(update_fields=["proposed", "proposed_sha256", "updated_at", "status"])
    events_publish(
        ToolProposed(fleet_id=key.fleet.pk, actor=key.actor, tool_id=tool.pk, name=name), now=now
    )
    return tool, created


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
