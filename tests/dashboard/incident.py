"""One contained cascade in the fleet `shop`: a failed read, and two tasks held below it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from escalations.models import Ticket
from governance.domain.containment import CascadeOrigin
from governance.domain.policy import policy_default
from governance.models import Agent, Cascade, Fleet, Task
from governance.selectors.clock import clock_now
from governance.services.containment import Found, cascade_contain_step, tasks_reached
from governance.services.events import events_publish
from tests.factories import TaskFactory

if TYPE_CHECKING:
    from django.test import Client

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
