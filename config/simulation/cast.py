"""Who is in the story: agents with owner, mandate and past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

LEAD, SCOUT, WRITER = "research-lead", "research-scout", "research-writer"
TRIAGE, DEPLOYER = "triage-desk", "release-deployer"
STEWARD, PRICING = "data-steward", "pricing-analyst"
CLERK = "payments-clerk"
BUYER, BROKER = "ad-buyer", "media-broker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One agent: who it is, what it is meant to do, and how it worked before the story begins.

    ``environments`` are those of its keys, its own first. ``per_day`` outcomes a day for ``days``
    and the ``failure_share`` of them earn its tier: with half a day it is new and has earned none.
    ``easy`` is the tool it rehearses with on probation. The ``past_`` fields are what its tasks
    were like, so that the work of the story looks as usual as it is.
    """

    agent: str
    name: str
    owner: str
    template: str
    model: str
    tools: tuple[str, ...]
    environments: tuple[str, ...]
    level: str
    budget_usd: str
    easy: str
    per_day: int
    failure_share: float
    days: float = 30.0
    past_level: str = "LOW"
    past_type: str = "stateless"
    past_budget_usd: str = "0.02"
    past_work_s: tuple[float, float] = (1.0, 2.4)

    def body(self) -> dict[str, Any]:
        """Return what ``PUT agents/{external_id}`` takes."""
        return {
            "name": self.name,
            "owner": self.owner,
            "template": self.template,
            "model": self.model,
            "mandate": {
                "tools": list(self.tools),
                "environments": list(self.environments),
                "level": self.level,
            },
            "budget_usd": self.budget_usd,
        }


# Buyer and broker are alike in all but name and owner, as two who trade favours are.
_BUYER = Member(
    agent=BUYER,
    name="Ad buyer",
    owner="petra",
    template="media",
    model="large-3",
    tools=("media.*",),
    environments=("production",),
    level="MEDIUM",
    budget_usd="6000",
    easy="media.read",
    per_day=5,
    failure_share=0.17,
    past_level="MEDIUM",
    past_budget_usd="0.05",
    past_work_s=(0.8, 1.6),
)

CAST: tuple[Member, ...] = (
    Member(
        agent=TRIAGE,
        name="Support triage",
        owner="petra",
        template="desk",
        model="small-2",
        tools=("cases.*",),
        environments=("production",),
        level="MEDIUM",
        budget_usd="2000",
        easy="cases.sort",
        per_day=14,
        failure_share=0.02,
        past_level="MEDIUM",
    ),
    Member(
        agent=LEAD,
        name="Research coordinator",
        owner="sami",
        template="research",
        model="large-3",
        tools=("brief.plan",),
        environments=("sandbox",),
        level="MEDIUM",
        budget_usd="1500",
        easy="brief.plan",
        per_day=6,
        failure_share=0.03,
        past_type="coordination",
        past_budget_usd="0.06",
        past_work_s=(0.5, 1.0),
    ),
    Member(
        agent=SCOUT,
        name="Web scout",
        owner="sami",
        template="research",
        model="small-2",
        tools=("web.read",),
        environments=("sandbox",),
        level="LOW",
        budget_usd="900",
        easy="web.read",
        per_day=12,
        failure_share=0.04,
        past_type="pipeline",
        past_work_s=(0.6, 1.4),
    ),
    Member(
        agent=WRITER,
        name="Brief writer",
        owner="sami",
        template="research",
        model="large-3",
        tools=("brief.write",),
        environments=("sandbox",),
        level="LOW",
        budget_usd="900",
        easy="brief.write",
        per_day=8,
        failure_share=0.03,
        past_type="pipeline",
        past_budget_usd="0.03",
        past_work_s=(0.6, 2.0),
    ),
    Member(
        agent=DEPLOYER,
        name="Release deployer",
        owner="petra",
        template="delivery",
        model="large-3",
        tools=("deploy.*",),
        environments=("staging", "production"),
        level="HIGH",
        budget_usd="1200",
        easy="deploy.preview",
        per_day=8,
        failure_share=0.02,
        past_level="MEDIUM",
        past_budget_usd="0.05",
        past_work_s=(2.0, 6.0),
    ),
    Member(
        agent=STEWARD,
        name="Data steward",
        owner="sami",
        template="records",
        model="small-1",
        tools=("records.*",),
        environments=("staging", "production"),
        level="MEDIUM",
        budget_usd="700",
        easy="records.profile",
        per_day=18,
        failure_share=0.12,
        days=0.5,
        past_work_s=(1.0, 2.0),
    ),
    Member(
        agent=PRICING,
        name="Pricing analyst",
        owner="sami",
        template="pricing",
        model="large-3",
        tools=("prices.*",),
        environments=("production",),
        level="MEDIUM",
        budget_usd="2500",
        easy="prices.read",
        per_day=10,
        failure_share=0.02,
        past_work_s=(0.8, 1.6),
    ),
    Member(
        agent=CLERK,
        name="Payments clerk",
        owner="nadia",
        template="payments",
        model="large-3",
        tools=("invoices.read", "invoices.pay"),
        environments=("production",),
        level="MEDIUM",
        budget_usd="9000",
        easy="invoices.read",
        per_day=6,
        failure_share=0.02,
        past_level="MEDIUM",
        past_budget_usd="10",
    ),
    _BUYER,
    replace(_BUYER, agent=BROKER, name="Media broker", owner="sami"),
)

MEMBERS: Mapping[str, Member] = {member.agent: member for member in CAST}
