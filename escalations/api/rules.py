"""``/api/v1/rules``: keys and people read pre-approval rules, only people make and end them."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from escalations.api.bodies_rules import RuleBody, RuleEndBody
from escalations.api.views import TicketApiView
from escalations.domain.preapproval import rule_counts
from escalations.selectors.preapprovals import (
    preapproval_of_fleet,
    preapprovals_newest,
    rule_of,
)
from escalations.services.preapproval_drafts import Draft
from escalations.services.preapprovals import (
    preapproval_accept,
    preapproval_decline,
    preapproval_make,
    preapproval_revoke,
    sentence_of,
)
from governance.api.answers import answer
from governance.api.callers import person_required
from governance.domain.money import usd_text
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse
    from rest_framework.request import Request

    from escalations.models import PreApproval
    from governance.api.callers import Person


class RulesView(TicketApiView):
    """The fleet's rules."""

    def get(self, _request: Request) -> HttpResponse:
        """Return the newest rules, those that are over too."""
        fleet, now = self.fleet_read, clock_now()
        return answer({"rules": [rule_shown(row, now) for row in preapprovals_newest(fleet=fleet)]})

    def post(self, _request: Request) -> HttpResponse:
        """Make a rule, or propose one."""
        person = person_required(self.caller)
        body = self.body(RuleBody)
        draft = Draft(
            agent=body.agent,
            tool=body.tool,
            operation=body.operation,
            environment=body.environment.value,
            targets=body.targets,
            arguments=body.arguments,
            spend_most_usd=body.spend_most_usd,
            level_most=body.level_most,
            hours=body.hours,
            uses_most=body.uses_most,
            ticket=body.ticket,
        )

        def call() -> HttpResponse:
            row = preapproval_make(
                fleet=person.fleet, user=person.user, draft=draft, reason=body.reason
            )
            return answer(rule_shown(row, clock_now()), 201)

        return self.once(call)


class RuleView(TicketApiView):
    """One rule."""

    def get(self, _request: Request, number: int) -> HttpResponse:
        """Return the rule as it is now."""
        row = preapproval_of_fleet(fleet=self.fleet_read, number=number)
        return answer(rule_shown(row, clock_now()))


class RuleMoveView(TicketApiView, ABC):
    """One move of one rule: a person, one service call, one answer."""

    http_method_names = ["post"]

    def post(self, _request: Request, number: int) -> HttpResponse:
        """Make the move, once per Idempotency-Key, and return the rule as it is then."""
        person = person_required(self.caller)
        return self.once(lambda: answer(rule_shown(self.move(person, number), clock_now())))

    @abstractmethod
    def move(self, person: Person, number: int) -> PreApproval:
        """Call the service of this move and return the rule."""


class RuleAcceptView(RuleMoveView):
    """``accept``: a proposal, exactly as it stands."""

    def move(self, person: Person, number: int) -> PreApproval:
        """Accept it."""
        return preapproval_accept(fleet=person.fleet, number=number, user=person.user)


class RuleDeclineView(RuleMoveView):
    """``decline``: a proposal, with a reason."""

    def move(self, person: Person, number: int) -> PreApproval:
        """Decline it."""
        reason = self.body(RuleEndBody).reason
        return preapproval_decline(
            fleet=person.fleet, number=number, user=person.user, reason=reason
        )


class RuleRevokeView(RuleMoveView):
    """``revoke``: a rule that counts, with a reason."""

    def move(self, person: Person, number: int) -> PreApproval:
        """Revoke it."""
        reason = self.body(RuleEndBody).reason
        return preapproval_revoke(
            fleet=person.fleet, number=number, user=person.user, reason=reason
        )


def rule_shown(row: PreApproval, now: datetime) -> dict[str, Any]:
    """Return a rule as the API answers with it."""
    return {
        "id": row.pk,
        "number": row.number,
        "state": row.state,
        "counts": rule_counts(rule_of(row), now=now),
        "sentence": sentence_of(row),
        "agent": row.agent.external_id,
        "tool": row.tool,
        "operation": row.operation,
        "environment": row.environment,
        "targets": row.targets,
        "arguments": json.loads(row.arguments),
        "spend_most_usd": usd_text(row.spend_most_usd),
        "level_most": row.level_most,
        "hours": row.hours,
        "uses": row.uses,
        "uses_most": row.uses_most,
        "reason": row.reason,
        "ticket": row.made_from.number if row.made_from else None,
        "proposed_by": row.proposed_by.get_username(),
        "proposed_at": row.proposed_at,
        "accepted_by": row.accepted_by.get_username() if row.accepted_by else None,
        "accepted_at": row.accepted_at,
        "expires_at": row.expires_at,
        "ended_by": row.ended_by,
        "ended_at": row.ended_at,
        "end_reason": row.end_reason,
    }
