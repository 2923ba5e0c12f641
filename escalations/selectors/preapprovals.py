"""Pre-approval rules: as plain values for the rules about them, and as people read them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db.models import Q

from escalations.domain.bounds import bounds_read
from escalations.domain.preapproval import Rule, RuleScope, RuleState
from escalations.models import PreApproval, Ticket
from governance.domain.types import BlastLevel, Tier
from governance.refusals import MissingError

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import Fleet


NEWEST = 200


def scope_of(row: PreApproval) -> RuleScope:
    """Return what a stored rule lets through."""
    return RuleScope(
        agent=row.agent.external_id,
        tool=row.tool,
        operation=row.operation,
        environment=row.environment,
        targets=frozenset(row.targets),
        arguments=bounds_read(json.loads(row.arguments)),
        spend_most_usd=row.spend_most_usd,
        level_most=BlastLevel(row.level_most),
    )


def rule_of(row: PreApproval) -> Rule:
    """Return a stored rule as its domain sees it; one not yet accepted has the lowest tier."""
    return Rule(
        number=row.number,
        scope=scope_of(row),
        state=RuleState(row.state),
        expires_at=row.expires_at,
        uses=row.uses,
        uses_most=row.uses_most,
        tier=Tier(row.tier) if row.tier else Tier.LOW,
    )


def preapprovals_shown(*, fleet: Fleet) -> QuerySet[PreApproval]:
    """Return the fleet's rules with who and what they are about, the newest first."""
    rules = PreApproval.objects.select_related(
        "fleet", "agent__owner", "proposed_by", "accepted_by", "made_from"
    )
    return rules.filter(fleet=fleet).order_by("-number")


def preapprovals_newest(*, fleet: Fleet) -> QuerySet[PreApproval]:
    """Return the fleet's latest rules, also those that are over."""
    return preapprovals_shown(fleet=fleet)[:NEWEST]


def preapprovals_open(*, fleet: Fleet, now: datetime) -> QuerySet[PreApproval]:
    """Return what counts or waits for a manager at ``now``, the first to end first.

    One that is used up is among them: it can still be seen what it let through.
    """
    alive = [RuleState.ACTIVE.value, RuleState.PROPOSED.value]
    return (
        preapprovals_shown(fleet=fleet)
        .filter(state__in=alive, expires_at__gt=now)
        .order_by("expires_at", "number")
    )


def preapprovals_over(*, fleet: Fleet, now: datetime, most: int = 20) -> QuerySet[PreApproval]:
    """Return what lets nothing through any longer, the newest first."""
    alive = Q(state__in=[RuleState.ACTIVE.value, RuleState.PROPOSED.value], expires_at__gt=now)
    return preapprovals_shown(fleet=fleet).exclude(alive)[:most]


def preapproval_of_fleet(*, fleet: Fleet, number: int) -> PreApproval:
    """Return the fleet's rule with this number.

    Raises:
        MissingError: if the fleet has no such rule.
    """
    row = preapprovals_shown(fleet=fleet).filter(number=number).first()
    if row is None:
        raise MissingError(
            f"Fleet {fleet.slug} has no pre-approval rule #{number}.",
            code="rule_unknown",
            field="rule",
            value=number,
        )
    return row


def preapproved_tickets(*, rule_ids: list[UUID], most: int) -> dict[UUID, list[Ticket]]:
    """Return the tickets that each rule approved, the newest first, at most ``most`` in all."""
    found: dict[UUID, list[Ticket]] = {pk: [] for pk in rule_ids}
    tickets = Ticket.objects.filter(preapproval_id__in=rule_ids).order_by("-opened_at", "-number")
    for ticket in tickets[:most]:
        if ticket.preapproval_id is not None:
            found[ticket.preapproval_id].append(ticket)
    return found
