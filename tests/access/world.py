"""The fleet `shop` with one of everything an address can name, and who asks about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db import transaction

from escalations.domain.notifying import ChannelKind
from escalations.services.channels import channel_add
from governance.domain.first_run import Step
from governance.domain.policy.paths import plain_at
from governance.domain.types import Role
from governance.models import ApiKey, FirstRun, Tool, WebhookDelivery
from governance.selectors.clock import clock_now
from governance.selectors.policies import general_in_force
from governance.services.invitations import invitation_create
from governance.services.policy_drafts import draft_change, draft_publish
from governance.services.schemas import BlastBody, ToolBody
from governance.services.teams import team_declare
from governance.services.tokens import token_create
from governance.services.tools import tool_confirm, tool_put
from governance.services.webhook_sending import webhooks_fan_out
from governance.services.webhooks import webhook_create, webhook_test
from tests.access.callers import callers_of
from tests.access.rows import Kind
from tests.access.sending import FORM, SENT
from tests.access.walking import routes
from tests.dashboard.incident import fleet_incident_new, incident_new
from tests.dashboard.people import people_of_shop
from tests.dashboard.rings import ring_new
from tests.dashboard.shop import AGENT, NEWCOMER, shop_of
from tests.dashboard.tried import backtest_new, trial_new
from tests.escalations.holders import claim
from tests.escalations.noticing import CHAT
from tests.escalations.preapproving import rule_made
from tests.factories import AgentFactory
from tests.governance.services.far import URL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.http import HttpResponseBase

    from escalations.models import Ticket
    from tests.access.callers import Caller
    from tests.access.rows import Row
    from tests.dashboard.people import People
    from tests.dashboard.shop import Shop

# A tool whose use is Medium.
NOTE = ToolBody(write="M", reversibility="A", reach="N", data="I")


@dataclass(frozen=True)
class World:
    """Everybody by name, and what stands for each part of an address."""

    people: People
    callers: Mapping[str, Caller]
    parts: Mapping[str, Any]

    def url(self, row: Row, **instead: Any) -> str:
        """Return the address of a row about the fleet `shop`; calls name the fleet they mean."""
        values = {**self.parts, **{part: self.of(value) for part, value in row.at.items()}}
        url = routes()[row.name].url({**values, **instead})
        fleet = instead.get("fleet", "shop")
        return f"{url}?fleet={fleet}" if row.kind is Kind.CALL else url

    def of(self, value: Any) -> Any:
        """Return what a value of a row stands for: one of the parts, or itself."""
        return self.parts.get(value, value) if isinstance(value, str) else value

    def ask(
        self,
        caller: Caller,
        row: Row,
        method: str,
        *,
        also: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        enforce_csrf_checks: bool = False,
        **instead: Any,
    ) -> HttpResponseBase:
        """Return the answer to a caller; whatever it did is undone.

        Args:
            also: what the address and the form carry besides.
            headers: of the request.
            enforce_csrf_checks: whether the caller is a browser whose forms need a CSRF token.
            instead: what stands in the address instead of the world's own parts.
        """
        use = row.uses.get(method)
        more = dict(also or {})
        sends = {name: self.of(value) for name, value in ((use and use.sends) or {}).items()} | more
        fields: dict[str, Any] = {"headers": headers or {}}
        if row.kind is Kind.CALL:
            fields |= {"data": json.dumps(sends), "content_type": "application/json"}
        elif method == "POST":
            fields["data"] = {**FORM, **sends}
        if method in {"GET", "HEAD", "OPTIONS"}:
            fields.pop("data", None)
            fields.pop("content_type", None)
        with transaction.atomic():
            client = caller.client(
                raise_request_exception=False, enforce_csrf_checks=enforce_csrf_checks
            )
            url = self.url(row, **instead)
            if more:
                url += f"{'&' if '?' in url else '?'}{urlencode(more)}"
            response: HttpResponseBase = getattr(client, method.lower())(url, **fields)
            if response.streaming:
                b"".join(response)
            transaction.set_rollback(True)
        return response


def world_new() -> World:
    """Make everything; only to be called where it is undone in the end."""
    people = people_of_shop()
    shop = shop_of(people)
    ticket = shop.refund()
    cascade, incident, ring = incident_new(), fleet_incident_new(), ring_new()
    held = claim(shop.refund(), people.rita)
    callers = callers_of(people)
    parts: dict[str, Any] = {
        "fleet": "shop",
        "number": ticket.number,
        "seq": 1,
        "level": 1,
        "move": "begin",
        "key": SENT,
        "external_id": AGENT,
        "name": "shop.refund",
        "rest": "nothing/here",
        "ticket_id": ticket.pk,
        "ticket_task": ticket.task_id,
        "agent_id": ticket.agent_id,
        "cascade_id": cascade.cascade.pk,
        "task_id": cascade.draft.pk,
        "incident_id": incident.pk,
        "ring_id": ring.pk,
        **_more(people, shop),
    }
    _general_policy()
    world = World(people, callers, parts)
    _sent_by_rita(world, shop.refund(), shop.refund(), held)
    return world


def _more(people: People, shop: Shop) -> dict[str, Any]:
    """Return what admins have set up."""
    fleet, adam = people.fleet, people.adam
    webhook, _ = webhook_create(fleet=fleet, user=adam, name="SIEM", url=URL, events=[])
    webhook_test(fleet=fleet, user=adam, webhook_id=webhook.pk)
    webhooks_fan_out()
    rule = rule_made(fleet, people.rita, agent=AGENT, tool="shop.refund", operation="refund.issue")
    own, fleets = (
        channel_add(user=adam, fleet=owner, kind=ChannelKind.CHAT, address=CHAT)
        for owner in (None, fleet)
    )
    backtest = backtest_new(people)
    invited, token = invitation_create(
        fleet=fleet, user=adam, email="ines@example.test", role=Role.REVIEWER
    )
    FirstRun.objects.create(user=adam, fleet=fleet, step=Step.AGENT, started_at=clock_now())
    return {
        "webhook_id": webhook.pk,
        "delivery_id": WebhookDelivery.objects.filter(endpoint=webhook).latest("id").pk,
        "tool_id": Tool.objects.get(fleet=fleet, name="shop.refund").pk,
        "key_id": ApiKey.objects.get(fleet=fleet, name="orchestrator").pk,
        "token_id": token_create(user=adam, name="desk", expires_at=_next_month())[0].pk,
        "invitation_id": invited.pk,
        "token": token,
        "uidb64": "MQ",
        "rule": rule.number,
        "note_ticket": _note(people, shop).number,
        "channel_id": own.pk,
        "fleet_channel": fleets.pk,
        "backtest_id": backtest.pk,
        "trial_id": trial_new(people).pk,
        **_pair(people),
    }


def _next_month() -> datetime:
    return clock_now() + timedelta(days=30)


def _note(people: People, shop: Shop) -> Ticket:
    """Return a ticket from which a rule can be made: it is about something Medium."""
    tool, _ = tool_put(key=shop.key, name="shop.note", body=NOTE)
    tool_confirm(fleet=people.fleet, user=people.adam, name=tool.name, sha256=tool.proposed_sha256)
    return shop.ask(
        "shop.note",
        agent=NEWCOMER,
        operation="note.add",
        blast=BlastBody(U="T"),
        budget_usd=Decimal(1),
    )


def _general_policy() -> None:
    """Let amy, who runs every fleet, publish a policy of all of them."""
    amy = User.objects.get(username="amy")
    path = "trust.half_life_days"
    before = plain_at(general_in_force()[1], path)
    made = draft_change(fleet=None, user=amy, values={path: before + 1}, seen={path: before})
    draft_publish(fleet=None, user=amy, version=made.version, reason="For all.")


def _pair(people: People) -> dict[str, Any]:
    """Return a declared team of two agents, and two more whom nothing joins."""
    pairs = [AgentFactory(fleet=people.fleet, name=f"Pair {n}") for n in range(4)]
    team = team_declare(
        fleet=people.fleet,
        user=people.adam,
        name="Pairs",
        members=[each.external_id for each in pairs[:2]],
        reason="They hand work on.",
        until=clock_now() + timedelta(days=7),
    )
    return {
        "team_id": team.pk,
        "pair_ids": ",".join(str(each.pk) for each in pairs[2:]),
        "pair_names": [each.external_id for each in pairs[2:]],
        "next_week": f"{clock_now() + timedelta(days=7):%Y-%m-%d}",
    }


def _sent_by_rita(world: World, *tickets: Ticket) -> None:
    """Let rita send the forms at whose results only she may look."""
    rita = world.callers["rita"]
    names = [f"shop/{each.number}/{each.version}" for each in tickets]
    denial = {
        "choice": "deny",
        "reason_code": "arguments_wrong",
        "reason_text": "Checked.",
        "confirmed": "yes",
        "idempotency_key": SENT,
    }
    for url, name in zip(("/queue/together/", "/f/shop/queue/together/"), names, strict=False):
        sent = rita.client().post(url, {"tickets": name, "counted_deny": name, **denial})
        assert sent.status_code == 302, sent.content
    hand = {"tickets": names[2], "to": "mona", "note": "You know it.", "idempotency_key": SENT}
    sent = rita.client().post("/shift/", hand)
    assert sent.status_code == 302, sent.content
