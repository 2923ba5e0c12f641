"""Builders of the rows tests start from: each gives a valid row, a test names what matters to it.

Times come from the one clock, so a frozen clock freezes these rows too. Secrets are not made
here: a test that signs in with a key or a token creates it through the service.
"""

# mypy: allow-subclassing-any, allow-untyped-decorators

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import factory
from django.contrib.auth.hashers import get_hasher, make_password
from django.contrib.auth.models import User

from governance.domain.canonical import canonical_json
from governance.domain.digest import action_digest
from governance.domain.engine import agent_state_new, state_to_plain
from governance.domain.ids import id_new
from governance.domain.policy import policy_default, policy_to_plain
from governance.domain.policy.presets import PresetsPolicy
from governance.domain.rollup import BucketSize
from governance.domain.types import (
    BlastLevel,
    BreakerState,
    Enforcement,
    Environment,
    Hold,
    HoldOrigin,
    Preset,
    Role,
    Scope,
    TaskState,
    TaskType,
    Tier,
    Verdict,
)
from governance.models import (
    Agent,
    AgentBucket,
    ApiKey,
    CellHour,
    Decision,
    Fleet,
    FleetBucket,
    Membership,
    PolicyVersion,
    Refresh,
    Standing,
    Task,
)
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from governance.domain.policy import Policy

PASSWORD = "correct horse battery staple"


def _password_hash() -> str:
    """Return the stored form of ``PASSWORD`` as the settings of the running test make it."""
    return _hashed(get_hasher().algorithm)


@cache
def _hashed(algorithm: str) -> str:
    """Return it as one algorithm makes it, made once: hashing is slow on purpose."""
    return make_password(PASSWORD, hasher=algorithm)


def _digest(task: Any) -> str:
    """Return the digest the gate would give the task."""
    arguments: Mapping[str, Any] = json.loads(task.arguments)
    return action_digest(
        fleet=task.fleet.slug,
        environment=Environment(task.environment),
        agent=task.agent.external_id,
        operation=task.operation,
        tool=task.tool,
        target=task.target,
        arguments=arguments,
        spend_cap=None,
        envelope_level=BlastLevel(task.level),
    )


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person who can sign in with ``PASSWORD``."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person-{n}")
    first_name = factory.LazyAttribute(lambda person: person.username.capitalize())
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.test")
    password = factory.LazyFunction(_password_hash)


class FleetFactory(factory.django.DjangoModelFactory[Fleet]):
    """A fleet with policy version 1 (the defaults) and the empty refresh 0."""

    class Meta:
        model = Fleet
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"fleet-{n}")
    name = factory.LazyAttribute(lambda fleet: fleet.slug.capitalize())
    created_at = factory.LazyFunction(clock_now)

    @factory.post_generation
    def first_versions(self: Fleet, create: bool, *_: Any) -> None:
        """Give the fleet what a gate needs before it can answer."""
        if not create:
            return
        self.policy = PolicyVersionFactory(fleet=self)
        self.refresh = Refresh.objects.create(
            fleet=self, number=0, totals={}, sources_30d=0, watermark=0, created_at=self.created_at
        )
        self.save(update_fields=["policy", "refresh"])


def policy_without_chance() -> Policy:
    """Return the default policy, but that no task is drawn for an audit by chance.

    Each tier has a threshold of the breaker of its own, so that a test shows which of them counted.
    """
    policy = policy_default()
    presets = {
        preset.value: replace(policy.presets.limits(preset), audit_probability=0.0)
        for preset in Preset
    }
    breaker = replace(policy.breaker, suspicion_low=6.9, suspicion_high=9.2)
    return replace(policy, presets=PresetsPolicy(**presets), breaker=breaker)


class PolicyVersionFactory(factory.django.DjangoModelFactory[PolicyVersion]):
    """A policy as the next version of a fleet; it is in force once the fleet says so."""

    class Meta:
        model = PolicyVersion

    fleet = factory.SubFactory(FleetFactory)
    number = factory.LazyAttribute(lambda version: version.fleet.policies.count() + 1)
    body = factory.LazyFunction(lambda: policy_to_plain(policy_without_chance()))
    reason = "Defaults."
    published_by = "adam"
    created_at = factory.LazyFunction(clock_now)


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    """A person's role in a fleet; reviewer unless told otherwise."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    fleet = factory.SubFactory(FleetFactory)
    role = Role.REVIEWER.value
    created_at = factory.LazyFunction(clock_now)


class ApiKeyFactory(factory.django.DjangoModelFactory[ApiKey]):
    """A production key that asks, reports and reads; its secret is unknown to everybody."""

    class Meta:
        model = ApiKey

    fleet = factory.SubFactory(FleetFactory)
    name = factory.Sequence(lambda n: f"orchestrator-{n}")
    prefix = factory.Sequence(lambda n: f"{n:012x}")
    secret_sha256 = hashlib.sha256(b"nobody knows").hexdigest()
    environment = Environment.PRODUCTION.value
    scopes = factory.LazyFunction(lambda: [Scope.GATE.value, Scope.READ.value, Scope.REPORT.value])
    created_by = "adam"
    created_at = factory.LazyFunction(clock_now)


class AgentFactory(factory.django.DjangoModelFactory[Agent]):
    """A new agent of a fleet with an owner and its standing: tier low, breaker closed.

    ``standing__tier=...`` and the like set columns of the standing.
    """

    class Meta:
        model = Agent
        skip_postgeneration_save = True

    fleet = factory.SubFactory(FleetFactory)
    external_id = factory.Sequence(lambda n: f"agent-{n}")
    name = factory.LazyAttribute(lambda agent: agent.external_id)
    owner = factory.SubFactory(UserFactory)
    mandate_tools = factory.LazyFunction(lambda: ["*"])
    mandate_environments = factory.LazyFunction(lambda: [Environment.PRODUCTION.value])
    mandate_level = BlastLevel.MEDIUM.value
    created_at = factory.LazyFunction(clock_now)
    standing = factory.RelatedFactory(
        "tests.factories.StandingFactory", factory_related_name="agent"
    )


class StandingFactory(factory.django.DjangoModelFactory[Standing]):
    """What a new agent has earned: nothing yet. `AgentFactory` makes one for each agent."""

    class Meta:
        model = Standing

    agent = factory.SubFactory(AgentFactory, standing=None)
    state = factory.LazyFunction(lambda: state_to_plain(agent_state_new()))
    tier = Tier.LOW.value
    updated_at = factory.LazyFunction(clock_now)

    class Params:
        is_latched = factory.Trait(
            breaker_state=BreakerState.OPEN.value,
            breaker_level=4,
            hold=Hold.LATCHED.value,
            hold_origin=HoldOrigin.DETECTOR.value,
        )


class TaskFactory(factory.django.DjangoModelFactory[Task]):
    """A HIGH production task that waits for people; no decision and no ticket belongs to it."""

    class Meta:
        model = Task

    id = factory.LazyFunction(id_new)
    agent = factory.SubFactory(AgentFactory)
    fleet = factory.SelfAttribute("agent.fleet")
    key = factory.LazyAttribute(lambda task: ApiKeyFactory(fleet=task.fleet))
    external_id = factory.Sequence(lambda n: f"task-{n}")
    body_sha256 = hashlib.sha256(b"{}").hexdigest()
    root_id = factory.SelfAttribute("id")
    requested_by = "job:nightly"
    environment = Environment.PRODUCTION.value
    title = "Refund order 4711"
    operation = "refund.issue"
    tool = "payments.refund"
    target = "order/4711"
    arguments = factory.LazyFunction(
        lambda: canonical_json({"amount_usd": "180.00", "order": 4711})
    )
    action_digest = factory.LazyAttribute(_digest)
    plan = factory.LazyFunction(lambda: {"steps": 1, "agents": 1, "delegations": 0})
    state = TaskState.PENDING.value
    task_type = TaskType.STATELESS.value
    level = BlastLevel.HIGH.value
    created_at = factory.LazyFunction(clock_now)


class DecisionFactory(factory.django.DjangoModelFactory[Decision]):
    """The gate's answer to a task at submission: escalated, with one reason."""

    class Meta:
        model = Decision

    task = factory.SubFactory(TaskFactory)
    agent = factory.SelfAttribute("task.agent")
    fleet = factory.SelfAttribute("task.fleet")
    policy = factory.SelfAttribute("fleet.policy")
    moment = "submit"
    verdict = Verdict.ESCALATE.value
    would_be = Verdict.ESCALATE.value
    enforcement = Enforcement.ENFORCE.value
    reasons = factory.LazyFunction(
        lambda: [{"code": "approval_table", "sentence": "High task, low trust: 2 approvals."}]
    )
    tier = Tier.LOW.value
    task_type = factory.SelfAttribute("task.task_type")
    preset = Preset.CONSERVATIVE.value
    level = factory.SelfAttribute("task.level")
    vector = "ABR:1/E:P/W:M/R:H/D:C/X:I/U:I/M:A/F:S/N:O"
    blast = factory.LazyFunction(lambda: {"points": 42, "parts": []})
    limits = factory.LazyFunction(dict)
    inputs = factory.LazyFunction(dict)
    created_at = factory.LazyFunction(clock_now)


class AgentBucketFactory(factory.django.DjangoModelFactory[AgentBucket]):
    """What an agent's outcomes of one hour came to: ten successes that cost a dollar each."""

    class Meta:
        model = AgentBucket

    agent = factory.SubFactory(AgentFactory)
    fleet = factory.SelfAttribute("agent.fleet")
    size = BucketSize.HOUR.value
    starts_at = factory.LazyAttribute(lambda row: BucketSize(row.size).start(clock_now()))
    outcomes = 10
    successes = factory.LazyAttribute(
        lambda row: row.outcomes - row.partials - row.failures - row.neutrals
    )
    partials = 0
    failures = 0
    neutrals = 0
    cost_usd = factory.LazyAttribute(lambda row: Decimal(row.outcomes))
    trust = 0.7
    trust_low = 0.6
    trust_high = 0.8


class FleetBucketFactory(factory.django.DjangoModelFactory[FleetBucket]):
    """How a fleet of ten scored agents stood: most of tier medium, none frozen."""

    class Meta:
        model = FleetBucket

    fleet = factory.SubFactory(FleetFactory)
    size = BucketSize.HOUR.value
    starts_at = factory.LazyAttribute(lambda row: BucketSize(row.size).start(clock_now()))
    taken_at = factory.LazyFunction(clock_now)
    agents = 10
    scored = 10
    high = 2
    medium = factory.LazyAttribute(lambda row: row.agents - row.high - row.low)
    low = 1
    frozen = 0
    probation = 0
    trust_p10 = 0.4
    trust_p25 = 0.5
    trust_p50 = 0.6
    trust_p75 = 0.7
    trust_p90 = 0.8


class CellHourFactory(factory.django.DjangoModelFactory[CellHour]):
    """What the cell of stateless tasks of tier low saw in an hour: nothing yet."""

    class Meta:
        model = CellHour

    fleet = factory.SubFactory(FleetFactory)
    starts_at = factory.LazyFunction(lambda: BucketSize.HOUR.start(clock_now()))
    task_type = TaskType.STATELESS.value
    tier = Tier.LOW.value
