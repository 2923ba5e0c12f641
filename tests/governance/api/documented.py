"""What must be there before a documented example can be called: each is a real call itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from governance.api.reference.registry import OWN_CALLS
from governance.domain.types import Role
from governance.models import (
    Agent,
    Backtest,
    Decision,
    Event,
    PolicyTrial,
    WebhookDelivery,
    WebhookEndpoint,
)
from governance.selectors.clock import clock_now
from governance.services.modes import bypass_ask
from governance.services.policy_putting import policy_put
from governance.services.tools import tool_confirm
from tests.factories import MembershipFactory, UserFactory
from tests.governance.api.http import Api, key_api, person_api
from tests.governance.services.trying import drafted

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test.client import _MonkeyPatchedWSGIResponse as Reply

    from governance.api.reference.calls import Call
    from governance.models import Fleet
    from tests.escalations.people import Crew

CALLS = {call.name: call for call in OWN_CALLS}
ORDER_TOOL = {"write": "N", "reversibility": "A", "reach": "N", "data": "I"}


class Site:
    """A fleet with its people, a key with every scope, and mona with a personal token."""

    def __init__(self, fleet: Fleet, crew: Crew) -> None:
        self.fleet, self.crew = fleet, crew
        self.key, self.mona = key_api(fleet), person_api(crew.mona)
        self.adam = person_api(crew.adam)

    def send(self, call: Call) -> Reply:
        """Send a documented example as a key if a key may, else as mona."""
        example = call.example
        api: Api = self.key if call.scopes else self.person(call)
        return api.send(call.method, example["path"].removeprefix("/"), example.get("request"))

    def person(self, call: Call) -> Api:
        """Return mona, or adam for what only admins may do."""
        return self.adam if call.person == "a member from admin on" else self.mona

    def prepare(self, name: str) -> None:
        """Do what comes before the example of a call."""
        for step in BEFORE.get(name, ()):
            step(self)


def example(name: str) -> Callable[[Site], Any]:
    """Return the step that sends another call's example."""

    def step(site: Site) -> None:
        answered = site.send(CALLS[name])
        assert answered.status_code in {200, 201}, answered.content

    return step


def tool_confirmed(site: Site) -> None:
    example("tool_put")(site)
    confirm(site, "payments.refund")
    site.key.put("tools/orders.read", ORDER_TOOL)
    confirm(site, "orders.read")


def confirm(site: Site, name: str) -> None:
    tool = site.key.put(f"tools/{name}", ORDER_TOOL if name == "orders.read" else refund_tool())
    assert tool.status_code == 200
    stored = site.fleet.tools.get(name=name)
    tool_confirm(fleet=site.fleet, user=site.crew.adam, name=name, sha256=stored.proposed_sha256)


def refund_tool() -> Any:
    return CALLS["tool_put"].example["request"]


def refund_asked(site: Site, amount_usd: str = "180.00") -> None:
    body = {
        **CALLS["task_submit"].example["request"],
        "external_id": "refund-1001",
        "title": "Refund order 1001",
        "operation": "refund.issue",
        "tool": "payments.refund",
        "target": "order/1001",
        "arguments": {"amount_usd": amount_usd, "order": 1001},
        "budget_usd": amount_usd,
    }
    assert site.key.post("tasks", body).json()["state"] == "PENDING"


def second_agent(site: Site) -> None:
    site.key.put("agents/billing", {"name": "Billing", "owner": "lena"})


def bypass_asked(site: Site) -> None:
    """Let ada, another admin, ask for what adam's example agrees to."""
    ada = UserFactory(username="ada")
    MembershipFactory(user=ada, fleet=site.fleet, role=Role.ADMIN.value)
    bypass_ask(fleet=site.fleet, agent_external_id="support", user=ada, reason="The sale.")


def policy_proposed(site: Site) -> None:
    """Let ada, another admin, propose what adam's example agrees to or declines."""
    ada = UserFactory(username="ada")
    MembershipFactory(user=ada, fleet=site.fleet, role=Role.ADMIN.value)
    policy_put(
        fleet=site.fleet,
        user=ada,
        plain={"breaker": {"latch_trips": 5}},
        reason="Too many people are called.",
        replaces=1,
    )


def mandate_lowered(site: Site) -> None:
    agent = Agent.objects.get(fleet=site.fleet, external_id="support")
    agent.mandate_ceiling = "LOW"
    agent.save(update_fields=["mandate_ceiling"])


def webhook_there(site: Site) -> None:
    """Add the webhook that the examples name, with the message they name."""
    replayed = CALLS["delivery_replay"].example
    webhook_id, delivery_id = replayed["path"].split("/")[2:5:2]
    event = Event.objects.filter(fleet=site.fleet).latest("seq")
    now = clock_now()
    shown = CALLS["webhook_read"].example["reply"]
    endpoint = WebhookEndpoint.objects.create(
        id=webhook_id,
        fleet=site.fleet,
        name=shown["name"],
        url=shown["url"],
        events=shown["events"],
        secret="whsec_1",
        after_seq=event.seq,
        created_by="adam",
        created_at=now,
    )
    WebhookDelivery.objects.create(
        id=delivery_id,
        endpoint=endpoint,
        event=event,
        state="delivered",
        attempts=1,
        log=replayed["reply"]["log"],
        queued_at=now,
        ended_at=now,
    )


def drafted_history(site: Site) -> None:
    """Let the agent have asked an hour ago, and open the draft that the examples try."""
    example("task_submit")(site)
    Decision.objects.update(created_at=clock_now() - timedelta(hours=1))
    drafted(site.fleet, site.crew.adam)


def backtest_there(site: Site) -> None:
    """Ask for the backtest, and give it the id that the examples name."""
    example("backtest_ask")(site)
    Backtest.objects.update(id=UUID(CALLS["backtest_read"].example["path"].split("/")[3]))


def trial_there(site: Site) -> None:
    """Start the trial an hour ago, and give it the id that the examples name."""
    example("trial_start")(site)
    trial_id = UUID(CALLS["trial_read"].example["path"].split("/")[3])
    PolicyTrial.objects.update(id=trial_id, started_at=clock_now() - timedelta(hours=2))


REGISTERED = (example("agent_put"), tool_confirmed)
ASKED = (*REGISTERED, example("task_submit"))
STARTED = (*ASKED, example("task_start"))
TRYING = (*REGISTERED, drafted_history)
BEFORE: dict[str, tuple[Callable[[Site], Any], ...]] = {
    "agent_read": REGISTERED,
    "task_submit": REGISTERED,
    "task_read": (*REGISTERED, refund_asked),
    "task_start": ASKED,
    "task_heartbeat": STARTED,
    "task_outcome": STARTED,
    "task_cancel": ASKED,
    "outcomes_load": REGISTERED,
    "interactions_load": (*REGISTERED, second_agent),
    "agent_freeze": REGISTERED,
    "agent_release": (*REGISTERED, example("agent_freeze")),
    "tools_read": (example("tool_put"), lambda site: confirm(site, "payments.refund")),
    "tool_confirm": (example("tool_put"),),
    "agent_mode": REGISTERED,
    "agent_bypass": REGISTERED,
    "agent_bypass_agree": (*REGISTERED, bypass_asked),
    "agent_mandate_restore": (*REGISTERED, mandate_lowered),
    "agent_pause": REGISTERED,
    "agent_resume": (*REGISTERED, example("agent_pause")),
    "fleet_resume": (example("fleet_halt"),),
    "outbound_read": (example("outbound_set"),),
    "events_read": REGISTERED,
    "policy_read": (example("policy_change"),),
    "policy_versions": (example("policy_change"),),
    "policy_rollback": (example("policy_change"),),
    "policy_agree": (policy_proposed,),
    "policy_decline": (policy_proposed,),
    "backtest_ask": TRYING,
    **dict.fromkeys(
        ("backtests_read", "backtest_read", "backtest_cancel"), (*TRYING, backtest_there)
    ),
    "trial_start": TRYING,
    **dict.fromkeys(
        ("trials_read", "trial_read", "trial_compare", "trial_end"), (*TRYING, trial_there)
    ),
    **{
        name: (example("agent_put"), webhook_there)
        for name, call in CALLS.items()
        if call.path.startswith("/webhooks") and name != "webhook_add"
    },
}
