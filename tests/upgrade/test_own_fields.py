"""Policies from before there was one of all fleets, brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_django.plugin import DjangoDbBlocker

from governance.models import Fleet, PolicyVersion
from governance.selectors.policy_drafts import fields_effective
from tests.upgrade.upgrading import brought_up_from, models_at

pytestmark = pytest.mark.django_db

BEFORE = [("governance", "0025_let_pass"), ("escalations", "0003_collusion")]
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
BODIES = (
    {"breaker": {"rules": {"in_a_row": "shadow", "rate": "shadow"}}},
    {"breaker": {"rules": {"in_a_row": "shadow", "rate": "shadow"}, "latch_trips": 3}},
    {"breaker": {"latch_trips": 3}, "tickets": {"claims_max": 4}},
)


@pytest.fixture(scope="module", autouse=True)
def brought_up_to_date(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with brought_up_from(BEFORE, versions_insert, django_db_blocker):
        yield


def versions_insert() -> None:
    """Store a fleet with three versions; the last leaves out what came after it was written."""
    apps = models_at(BEFORE)
    fleet = apps.get_model("governance", "Fleet").objects.create(
        slug="old", name="Old", created_at=AT
    )
    versions = [
        apps.get_model("governance", "PolicyVersion").objects.create(
            fleet=fleet, number=number, body=body, reason="Old.", published_by="adam", created_at=AT
        )
        for number, body in enumerate(BODIES, 1)
    ]
    fleet.policy = versions[-1]
    fleet.save()


def test_what_differed_from_the_defaults_is_the_fleets_own() -> None:
    versions = PolicyVersion.objects.order_by("number")

    latch, rules = ["breaker.latch_trips"], ["breaker.rules.in_a_row", "breaker.rules.rate"]
    assert [each.own for each in versions] == [
        [],
        latch,
        [*latch, *rules, "tickets.claims_max"],
    ]
    assert [each.changed for each in versions] == [[], latch, [*rules, "tickets.claims_max"]]


def test_each_field_says_who_set_it_and_when() -> None:
    fields = {
        each.path: (each.own, each.in_force, each.changed_in)
        for each in fields_effective(fleet=Fleet.objects.get(slug="old"), draft=None)
    }

    assert fields["breaker.latch_trips"] == (3, 3, 2)
    assert fields["breaker.rules.rate"] == ("off", "off", 3)
    assert fields["breaker.least_failures"] == (None, 3, None)
