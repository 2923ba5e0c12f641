"""Checks that people asked for when they were counted with each agent, in a database brought up
to date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_django.plugin import DjangoDbBlocker

from governance.models import Agent, TieCheck
from tests.upgrade.upgrading import brought_up_from, models_at

pytestmark = pytest.mark.django_db

BEFORE = [("governance", "0010_ledger"), ("escalations", "0003_collusion")]
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def brought_up_to_date(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with brought_up_from(BEFORE, ring_insert, django_db_blocker):
        yield


def ring_insert() -> None:
    """Store a suspected ring of three, of whose members two still have five checks before them."""
    apps = models_at(BEFORE)
    owner = apps.get_model("auth", "User").objects.create(username="lena")
    fleet = apps.get_model("governance", "Fleet").objects.create(
        slug="old", name="Old", created_at=AT
    )
    policy = apps.get_model("governance", "PolicyVersion").objects.create(
        fleet=fleet, number=1, body={}, published_by="adam", reason="First.", created_at=AT
    )
    scan = apps.get_model("governance", "CollusionScan").objects.create(
        fleet=fleet, slice="full", since=AT, until=AT, asked_by="scan", policy=policy,
        started_at=AT, heard_at=AT,
    )  # fmt: skip
    ring = apps.get_model("governance", "CollusionRing").objects.create(
        fleet=fleet, kind="favoured", sentence="They trade favours.", chance=1e-9, value_usd=10,
        severity_usd=5, findings=[], figures={}, first_scan=scan, last_scan=scan, opened_at=AT,
        found_at=AT,
    )  # fmt: skip
    for number, wanted in enumerate((5, 5, 0)):
        ring.agents.create(
            fleet=fleet, external_id=f"a-{number}", name=f"a-{number}", owner=owner,
            checks_wanted=wanted, created_at=AT,
        )  # fmt: skip


def test_checks_that_people_asked_for_go_on_with_their_ring() -> None:
    check = TieCheck.objects.get()

    # Five jobs on each of the two ties that join three agents.
    assert (check.wanted, check.closed_at) == (10, None)
    assert check.agents.count() == Agent.objects.filter(tie_checked=True).count() == 3
