"""In the fleet `shop`: a cascade with a failed read and two tasks held below it, and a fault that
many agents share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from escalations.models import Ticket
from governance.domain.containment import CascadeOrigin
from governance.domain.policy import policy_default
from governance.events import FleetIncidentRaised
from governance.models import Agent, Cascade, Fleet, FleetIncident, Task
from governance.selectors.clock import clock_now
from governance.services.containment import Found, cascade_contain_step, tasks_reached
from governance.services.events import events_publish
from tests.factories import TaskFactory

if TYPE_CHECKING:
    from django.test import Client

SHARED_FAULT = (
    "12 of 400 agents fail more often than they normally do, all within 24 h; by chance at most 3"
    " would."
)
SPREAD = {
    "children": 4,
    "failures": 3,
    "expected": 0.2,
    "parents": 2,
    "agents": 2,
    "chance": 0.0011485,
    "ratio": 1.5,
    "low": 0.7,
    "high": 2.8,
}


@dataclass(frozen=True)
class Incident:
    """A cascade and its tasks from the top down; the last two are held."""

    cascade: Cascade
    root: Task
    read: Task
    draft: Task
    digest: Task

    @property
    def url(self) -> str:
        return f"/f/shop/cascades/{self.cascade.pk}/"

    def settle_url(self, task: Task) -> str:
        return f"{self.url}tasks/{task.pk}/settle/"


def words(client: Client, url: str) -> str:
    """Return what a page says, without markup and with plain spaces."""
    text = re.sub(r"<[^>]+>", " ", client.get(url).content.decode())
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def typed(
    control: str, reason: str = "Checked.", key: str = "k-1", **fields: Any
) -> dict[str, Any]:
    """Return the form of the incident page, drawn from its latest ticket as it is now."""
    ticket = Ticket.objects.filter(kind="cascade").latest("number")
    return {
        "control": control,
        "reason": reason,
        "idempotency_key": key,
        "ticket": ticket.number,
        "version": ticket.version,
        **fields,
    }


def incident_new(*, told: bool = True) -> Incident:
    """Contain what stands below a failed read; people are asked about it, unless not ``told``."""
    fleet = Fleet.objects.get(slug="shop")
    agent = Agent.objects.get(fleet=fleet, external_id="refund-bot")
    root = _task(agent, "Brief on winter shoes", None, "FINISHED")
    read = _task(agent, "Read pages", root, "FINISHED")
    draft = _task(agent, "Write the draft", read, "READY")
    digest = _task(agent, "File the digest", draft, "READY")
    reach = tasks_reached(tainted=[read.pk], policy=policy_default().cascade, fleet=fleet)
    assert fleet.policy is not None
    now = clock_now()
    cascade, events = cascade_contain_step(
        found=Found(
            origin=CascadeOrigin.LINEAGE,
            fleet=fleet,
            root_id=root.pk,
            agent=agent,
            sentence="3 of 4 tasks below failed parents failed too.",
            evidence={"spread": SPREAD},
            enforced=True,
            policy=fleet.policy,
        ),
        reach=reach,
        cascade=None,
        now=now,
    )
    if told:
        events_publish(*events, now=now)
    return Incident(cascade, root, read, draft, digest)


def _task(agent: Agent, title: str, parent: Task | None, state: str) -> Task:
    fields = {} if parent is None else {"parent": parent, "root_id": parent.root_id}
    depth = 0 if parent is None else parent.depth + 1
    return TaskFactory(agent=agent, title=title, state=state, level="LOW", depth=depth, **fields)


def fleet_incident_new(*, enforced: bool = True, **fields: Any) -> FleetIncident:
    """Raise an incident of the fleet `shop` whose agents share a model; people are asked about it."""
    fleet, now = Fleet.objects.get(slug="shop"), clock_now()
    agents = [str(pk) for pk in Agent.objects.filter(fleet=fleet).values_list("pk", flat=True)]
    shared = {
        "dimension": "model",
        "value": "model-x",
        "alarming": 12,
        "alarms": 12,
        "fleet": 40,
        "agents": 400,
    }
    incident = FleetIncident.objects.create(
        **{
            "fleet": fleet,
            "kind": "drift",
            "sentence": SHARED_FAULT,
            "shared": [shared],
            "agents": agents,
            "raised_at": now,
            **fields,
        }
    )
    event = FleetIncidentRaised(
        fleet_id=fleet.pk,
        actor="detector",
        incident_id=incident.pk,
        sentence=incident.sentence,
        shared=(shared,),
        agents=tuple(agents),
        enforced=enforced,
    )
    with transaction.atomic():
        events_publish(event, now=now)
    return incident
