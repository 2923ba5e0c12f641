"""A fleet whose queue holds findings of every kind; runs beside the stack, in a Django shell.

Nothing is made up: agents work and report through the services, and the rules ask people.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from escalations.models import Ticket
from escalations.services.asking import release_ask
from governance.domain.policy.approvals import ApprovalPolicy, ApprovalRow
from governance.domain.policy.presets import PresetsPolicy
from governance.domain.types import Approval, Environment, Role, Scope
from governance.refusals import ConflictError
from governance.services.batches import outcomes_load
from governance.services.breakers import agent_freeze
from governance.services.fleets import fleet_create, membership_set, user_create
from governance.services.keys import key_create
from tests.e2e.mixture import PASSWORD, TOOLS, Mix, worker
from tests.e2e.stack import until
from tests.escalations.finding import cascade, drifting
from tests.escalations.people import Crew
from tests.factories import AgentFactory, ApiKeyFactory, UserFactory, policy_without_chance
from tests.governance.services.auditing import vars_of
from tests.governance.services.colluding import colluding, full_scan
from tests.governance.services.orchestrator import Orchestrator
from tests.publishing import policy_publish

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.domain.policy import Policy
    from governance.models import Fleet

ROLES = {"rita": Role.REVIEWER, "ravi": Role.REVIEWER, "mona": Role.MANAGER}


def fleet_fill(slug: str, mix: Mix) -> None:
    """Make a fleet of its own, let all of the mix happen but its requests; print its agents' key."""
    crew = _crew(slug)
    fleet = fleet_create(slug=slug, name=slug.capitalize(), admin=crew.adam)
    for name, role in ROLES.items():
        membership_set(fleet=fleet, user=getattr(crew, name), role=role, actor="adam")
    membership_set(fleet=fleet, user=crew.lena, role=Role.REVIEWER, actor="adam")
    _publish(fleet, crew, _policy())
    site = Orchestrator(fleet, crew)
    for name, letters in TOOLS.items():
        site.tool_new(name, letters)
    if mix.cascades:
        cascade(site)
    if mix.rings:
        # Another process may have made some of theirs in this database.
        for factory in (ApiKeyFactory, UserFactory, AgentFactory):
            factory.reset_sequence(get_user_model().objects.count() * 100)
        colluding(fleet)
        until(lambda: _ring_asked(fleet), within_s=120)
    _worked(site, mix)
    _publish(fleet, crew, _policy(asks_always=True))
    for name in map(worker, range(mix.workers)):
        site.agent_new(name)
        site.load(["success"] * 100, agent=name)
    site.agent_new("newcomer")
    scopes = [Scope.GATE, Scope.REPORT, Scope.READ]
    _, token = key_create(
        fleet=fleet,
        name="requests",
        environment=Environment.PRODUCTION,
        scopes=scopes,
        created_by="adam",
    )
    print(json.dumps({"fleet": str(fleet.pk), "key": token}))


def _ring_asked(fleet: Fleet) -> bool:
    """Scan unless the stack's own scan is at it; return whether people are asked about a ring."""
    with suppress(ConflictError):
        full_scan(fleet)
    return Ticket.objects.filter(fleet=fleet, kind="collusion").exists()


def _worked(site: Orchestrator, mix: Mix) -> None:
    """Let agents work: some of it is drawn for people, some drifts, some are frozen by hand."""
    _publish(site.fleet, site.crew, _policy(audited=1.0))
    site.agent_new("clerk")
    site.load(["success"] * 100, agent="clerk")
    for number in range(mix.audits):
        task = site.ask(agent="clerk", title=f"Read order {number}", arguments={"order": number})
        site.report(task.task)
    _publish(site.fleet, site.crew, _policy())
    for name in (f"drifter-{number}" for number in range(mix.drifts)):
        site.agent_new(name)
        outcomes_load(key=site.key, items=drifting(name))
    for name in (f"frozen-{number}" for number in range(mix.releases)):
        site.agent_new(name)
        agent_freeze(fleet=site.fleet, agent_external_id=name, actor="mona", reason="Looks odd.")
        release_ask(fleet=site.fleet, agent_external_id=name, user=site.crew.mona)


def _crew(slug: str) -> Crew:
    """Return people of this fleet alone; only the owner of its agents is the demo's."""

    def person(name: str) -> User:
        return user_create(
            username=f"{name}-{slug}",
            first_name=name.capitalize(),
            last_name=slug.capitalize(),
            password=PASSWORD,
        )

    lena = get_user_model().objects.get(username="lena")
    return Crew(**{name: person(name) for name in (*ROLES, "adam", "otto")}, lena=lena)


def _policy(*, audited: float = 0.0, asks_always: bool = False) -> Policy:
    """Return a policy that draws a share of what is finished, and may ask about all that is begun."""
    policy = policy_without_chance()
    limits = vars_of(policy.presets)
    presets = {name: replace(each, audit_probability=audited) for name, each in limits.items()}
    # Whether three failures are a cascade must not hang on how often facts are refreshed meanwhile.
    spreads = replace(policy.cascade, act_below=0.05, watch_below=0.1)
    policy = replace(policy, presets=PresetsPolicy(**presets), cascade=spreads)
    if not asks_always:
        return policy
    row = ApprovalRow(low=Approval.ONE, medium=Approval.ONE)
    strict = replace(policy.approvals.conservative, low=Approval.ONE)
    return replace(
        policy, approvals=ApprovalPolicy(aggressive=row, balanced=row, conservative=strict)
    )


def _publish(fleet: Fleet, crew: Crew, policy: Policy) -> None:
    policy_publish(fleet=fleet, policy=policy, user=crew.adam, reason="Of a test's fleet.")
    fleet.refresh_from_db()
