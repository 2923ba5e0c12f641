"""What a fleet has set up, as files: tools, rules, webhooks and what was sent to them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.urls import reverse

from dashboard.display.sheets import Sheet
from dashboard.pages.agent_links import agent_url
from escalations.selectors.preapprovals import preapprovals_shown
from escalations.services.preapprovals import sentence_of
from governance.domain.mcp_hints import hint_words
from governance.selectors.known_work import LETTERS
from governance.selectors.tools import tools_of
from governance.selectors.webhooks import deliveries_batch, deliveries_waiting, webhooks_ever

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from escalations.models import PreApproval
    from governance.models import Fleet, Tool, WebhookDelivery, WebhookEndpoint

# In memory at a time, however many there are in all.
BATCH = 500


def tool_sheet(fleet: Fleet) -> Sheet[Tool]:
    """Return every tool: what is in force of it, and what waits for an admin."""

    def letter(kind: str, field: str) -> Callable[[Tool], Any]:
        return lambda tool: (getattr(tool, kind) or {}).get(field)

    return Sheet(
        name="tools",
        fleet=fleet.slug,
        columns={
            "tool": lambda tool: tool.name,
            "status": lambda tool: tool.status,
            **{field: letter("confirmed", field) for field in LETTERS},
            "sha256": lambda tool: tool.confirmed_sha256 or None,
            "confirmed_by": lambda tool: tool.confirmed_by or None,
            "confirmed_at": lambda tool: tool.confirmed_at,
            **{f"proposed_{field}": letter("proposed", field) for field in LETTERS},
            "proposed_sha256": lambda tool: tool.proposed_sha256,
            "proposed_at": lambda tool: tool.updated_at,
            "hints": lambda tool: hint_words(tool.proposed.get("annotations") or {}),
        },
        rows=tools_of(fleet=fleet),
    )


def rule_sheet(fleet: Fleet) -> Sheet[PreApproval]:
    """Return every pre-approval rule the fleet ever had, the newest first."""
    slug = fleet.slug
    return Sheet(
        name="rules",
        fleet=slug,
        columns={
            "rule": lambda rule: rule.number,
            "state": lambda rule: rule.state,
            "sentence": sentence_of,
            "agent": lambda rule: rule.agent.external_id,
            "agent_path": lambda rule: agent_url("agent", rule.agent_id, fleet=slug),
            "tool": lambda rule: rule.tool,
            "operation": lambda rule: rule.operation,
            "environment": lambda rule: rule.environment,
            "targets": lambda rule: rule.targets,
            "arguments": lambda rule: json.dumps(json.loads(rule.arguments), sort_keys=True),
            "spend_most_usd": lambda rule: rule.spend_most_usd,
            "level_most": lambda rule: rule.level_most,
            "uses": lambda rule: rule.uses,
            "uses_most": lambda rule: rule.uses_most,
            "reason": lambda rule: rule.reason,
            "made_from_ticket": lambda rule: rule.made_from.number if rule.made_from else None,
            "proposed_by": lambda rule: rule.proposed_by.get_username(),
            "proposed_at": lambda rule: rule.proposed_at,
            "accepted_by": lambda rule: (
                rule.accepted_by.get_username() if rule.accepted_by else None
            ),
            "accepted_at": lambda rule: rule.accepted_at,
            "expires_at": lambda rule: rule.expires_at,
            "ended_by": lambda rule: rule.ended_by or None,
            "ended_at": lambda rule: rule.ended_at,
            "end_reason": lambda rule: rule.end_reason or None,
        },
        rows=preapprovals_shown(fleet=fleet),
    )


def webhook_sheet(fleet: Fleet) -> Sheet[WebhookEndpoint]:
    """Return every webhook of the fleet, ended ones too; no secret, and no more than the host."""
    endpoints = webhooks_ever(fleet=fleet)
    waiting = deliveries_waiting(endpoints=endpoints)
    return Sheet(
        name="webhooks",
        fleet=fleet.slug,
        columns={
            "webhook": lambda each: each.name,
            "path": lambda each: reverse(
                "webhook", kwargs={"fleet": fleet.slug, "webhook_id": each.pk}
            ),
            "host": lambda each: each.callback_host or urlsplit(each.url).netloc,
            "is_for_callbacks": lambda each: bool(each.callback_host),
            "events": lambda each: each.events,
            "waiting": lambda each: waiting[each.pk],
            "failures": lambda each: each.failures,
            "failing_since": lambda each: each.failing_since,
            "rests_until": lambda each: each.rests_until,
            "delivered_at": lambda each: each.delivered_at,
            "created_by": lambda each: each.created_by,
            "created_at": lambda each: each.created_at,
            "ended_at": lambda each: each.ended_at,
        },
        rows=endpoints,
    )


def delivery_sheet(fleet: Fleet, endpoint: WebhookEndpoint) -> Sheet[WebhookDelivery]:
    """Return what became of every message of one webhook, the newest event first."""

    def last(name: str) -> Callable[[WebhookDelivery], Any]:
        return lambda each: each.log[-1][name] if each.log else None

    columns: Mapping[str, Callable[[WebhookDelivery], Any]] = {
        "delivery": lambda each: each.pk,
        "event": lambda each: each.event.name,
        "seq": lambda each: each.event.seq,
        "url": lambda each: each.callback_url or None,
        "state": lambda each: each.state,
        "attempts": lambda each: each.attempts,
        "last_attempt_at": last("at"),
        "last_status": last("status"),
        "last_took_ms": last("took_ms"),
        "last_sentence": last("sentence"),
        "queued_at": lambda each: each.queued_at,
        "next_at": lambda each: each.next_at,
        "ended_at": lambda each: each.ended_at,
    }
    return Sheet(name="deliveries", fleet=fleet.slug, columns=columns, rows=_deliveries(endpoint))


def _deliveries(endpoint: WebhookEndpoint) -> Iterator[WebhookDelivery]:
    before = None
    while found := deliveries_batch(endpoint=endpoint, before=before, most=BATCH):
        yield from found
        before = found[-1]
