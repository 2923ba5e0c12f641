"""Rings from when what a confirmation imposed stood with their agents, brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from pytest_django.plugin import DjangoDbBlocker

from governance.models import CollusionRing
from tests.upgrade.upgrading import brought_up_from, models_at

pytestmark = pytest.mark.django_db

BEFORE = [("governance", "0012_teams"), ("escalations", "0003_collusion")]
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
UNTIL = AT + timedelta(days=14)
FINE = UUID(int=7)


@pytest.fixture(scope="module", autouse=True)
def brought_up_to_date(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with brought_up_from(BEFORE, rings_insert, django_db_blocker):
        yield


def rings_insert() -> None:
    """Store a ring that was fined, one in which nothing moved, a suspected one, one in shadow."""
    apps = models_at(BEFORE)
    owner = apps.get_model("auth", "User").objects.create(username="lena")
    fleet = apps.get_model("governance", "Fleet").objects.create(
        slug="old", name="Old", created_at=AT
    )
    policy = apps.get_model("governance", "PolicyVersion").objects.create(
        fleet=fleet, number=1, body={}, published_by="adam",
        reason="First.", created_at=AT,
    )  # fmt: skip
    scan = apps.get_model("governance", "CollusionScan").objects.create(
        fleet=fleet, slice="full", since=AT - timedelta(days=2), until=AT, asked_by="scan",
        policy=policy, started_at=AT, heard_at=AT,
    )  # fmt: skip

    def ring(kind: str, **fields: Any) -> Any:
        return apps.get_model("governance", "CollusionRing").objects.create(
            fleet=fleet, kind=kind, sentence="They trade favours.", chance=1e-9, value_usd=10,
            severity_usd=5, findings=[], figures={}, first_scan=scan, last_scan=scan, opened_at=AT,
            found_at=AT, **fields,
        )  # fmt: skip

    def members(ring: Any, *names: str, **fields: Any) -> list[Any]:
        return [
            ring.agents.create(
                fleet=fleet, external_id=name, name=name, owner=owner, created_at=AT, **fields
            )
            for name in names
        ]

    judged = {"state": "CONFIRMED", "settled_at": AT, "settled_by": "mona"}
    penal = {"penal_until": UNTIL, "penal_budget_share": 0.5}
    fined = ring("fined", fines=[str(FINE)], **judged)
    (first, _) = members(fined, "a", "b", **penal)
    members(fined, "joined-later")
    apps.get_model("governance", "LedgerEntry").objects.create(
        fleet=fleet, transaction=FINE, kind="fine", agent=first, amount=-4, source_kind="penalty",
        source_id=FINE, sentence="Fined.", occurred_at=AT, booked_at=AT,
    )  # fmt: skip
    unfined = ring("unfined", **judged)
    members(unfined, "c", **penal)
    members(unfined, "d", **{**penal, "penal_until": UNTIL + timedelta(days=1)})
    members(ring("suspected"), "e", "f")
    members(ring("shadow", enforced=False), "g", "h")


def ring_of(kind: str) -> tuple[CollusionRing, dict[str, str]]:
    """Return a ring, and its members' names by id."""
    ring = CollusionRing.objects.get(kind=kind)
    return ring, {str(agent.pk): agent.name for agent in ring.agents.all()}


def circles(kind: str) -> list[tuple[str, str]]:
    ring, names = ring_of(kind)
    return [
        (" ".join(sorted(names[pk] for pk in each["agents"])), each["since"])
        for each in ring.circles
    ]


def test_a_fine_keeps_its_dollars_and_says_nothing_of_who_is_at_tier_low() -> None:
    ring, names = ring_of("fined")

    fine, imposed = ring.penalties
    assert sorted(names[pk] for pk in fine["agents"]) == ["a", "b", "joined-later"]
    assert Decimal(fine["usd"]) == Decimal(4)
    assert (fine["until"], fine["reported"]) == (AT.isoformat(), AT.isoformat())
    assert (fine["since"], fine["transactions"]) == (
        (AT - timedelta(days=2)).isoformat(),
        [str(FINE)],
    )
    assert sorted(names[pk] for pk in imposed["agents"]) == ["a", "b"]


def test_who_is_at_tier_low_for_another_time_has_a_record_of_its_own() -> None:
    ring, names = ring_of("unfined")

    imposed = {
        (each["until"], each["budget_share"]): [names[pk] for pk in each["agents"]]
        for each in ring.penalties
    }
    assert imposed == {
        (UNTIL.isoformat(), 0.5): ["c"],
        ((UNTIL + timedelta(days=1)).isoformat(), 0.5): ["d"],
    }
    assert {(each["usd"], *each["transactions"]) for each in ring.penalties} == {("0",)}


def test_words_weigh_nothing_from_when_they_did() -> None:
    looked_back = (AT - timedelta(days=28)).isoformat()

    assert circles("fined") == [("a b joined-later", AT.isoformat()), ("a b", looked_back)]
    assert circles("suspected") == [("e f", AT.isoformat())]
    assert (circles("shadow"), ring_of("suspected")[0].penalties) == ([], [])
