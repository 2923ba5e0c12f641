from __future__ import annotations

import hashlib
import random
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from governance.models import Agent, CollusionRing, Interaction
from governance.selectors.clock import clock_now
from governance.selectors.scanned import interactions_load as scanned
from governance.services.interactions import interactions_load
from governance.services.schemas import InteractionItem
from tests.governance.services.colluding import colluding, full_scan

if TYPE_CHECKING:
    from governance.models import Fleet
    from governance.selectors.scanned import Loaded
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator

PLAIN = {"occurred_at": "2026-03-02T12:00:00Z", "initiator": "shop-bot", "counterparty": "partner"}


@pytest.fixture
def shop(shop: Orchestrator) -> Orchestrator:
    shop.agent_new("partner")
    return shop


def report(shop: Orchestrator, name: str, **fields: object) -> list[str]:
    item = msgspec.convert({"id": name, **PLAIN, **fields}, InteractionItem)
    return [each.status for each in interactions_load(key=shop.key, items=[item])]


def load(shop: Orchestrator, clock: Clock) -> Loaded:
    clock.forward(minutes=1)
    now = clock_now()
    return scanned(
        fleet=shop.fleet,
        since=now - timedelta(days=90),
        until=now,
        oldest_left=0,
        told=lambda _: None,
    )


def test_both_payoffs_reach_the_scan_and_one_alone_does_not(
    shop: Orchestrator, clock: Clock
) -> None:
    report(shop, "x-1", payoff_initiator=1.5, payoff_counterparty=-0.5)
    report(shop, "x-2", payoff_initiator=0.0, payoff_counterparty=0.0)
    report(shop, "x-3", payoff_initiator=1.0)

    payoff = load(shop, clock).work.payoff

    assert payoff.tolist()[:2] == [1.0, 0.0]
    assert np.isnan(payoff[2])


def test_a_team_is_everybody_whom_reports_name_in_it(shop: Orchestrator, clock: Clock) -> None:
    shop.agent_new("stranger")
    report(shop, "x-1", team="red")
    report(shop, "x-2", initiator="stranger", counterparty="partner")

    loaded = load(shop, clock)

    members = Agent.objects.filter(external_id__in=["shop-bot", "partner"])
    assert [{loaded.ids[number] for number in team} for team in loaded.teams] == [
        set(members.values_list("pk", flat=True))
    ]


def test_a_report_from_before_payoffs_is_still_the_same_report(shop: Orchestrator) -> None:
    item = msgspec.convert({"id": "x-1", **PLAIN}, InteractionItem)
    told = {
        "id": "x-1",
        "occurred_at": item.occurred_at,
        "initiator": "shop-bot",
        "counterparty": "partner",
        "task_id": None,
        "value_usd": None,
        "cost_usd": None,
        "rating": None,
        "accepted": None,
        "verified_quality": None,
        "verified_by": "",
    }
    report(shop, "x-1")
    # As the item was written down when it had no other fields.
    before = hashlib.sha256(msgspec.json.encode(told)).hexdigest()

    assert Interaction.objects.get().body_sha256 == before
    assert report(shop, "x-1") == ["duplicate"]


def test_two_that_gain_more_together_than_others_are_a_ring(fleet: Fleet, crew: Crew) -> None:
    draw = random.Random(5)
    pair = {agent.pk for agent in colluding(fleet)}
    rows = list(Interaction.objects.order_by("external_id"))
    for row in rows:
        inside = {row.initiator_id, row.counterparty_id} == pair
        row.rating = 0.8
        row.payoff_initiator = draw.gauss(3.0 if inside else 1.0, 0.3)
        row.payoff_counterparty = draw.gauss(3.0 if inside else 1.0, 0.3)
    Interaction.objects.bulk_update(rows, ["rating", "payoff_initiator", "payoff_counterparty"])

    scan = full_scan(fleet)

    kinds = {each["kind"] for each in CollusionRing.objects.get().findings}
    assert "joint_benefit" in kinds
    assert not [gap for gap in scan.gaps if "payoff" in gap.lower()]


def test_a_tie_within_a_named_team_is_not_watched(fleet: Fleet, crew: Crew) -> None:
    pair = {agent.pk for agent in colluding(fleet)}
    # Together as often, and nothing said of it: a tie to watch.
    Interaction.objects.update(rating=None, accepted=None, verified_quality=None, value_usd=None)
    before = full_scan(fleet)
    Interaction.objects.filter(initiator__in=pair, counterparty__in=pair).update(team="media")

    after = full_scan(fleet)

    assert [{*each["agents"]} for each in before.watch] == [{str(pk) for pk in pair}]
    assert after.watch == []
