from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.collusion.states import ScanSlice
from governance.models import Interaction
from governance.selectors.pairs import pairs_scanned, pairs_strongest
from governance.services.collusion_scans import scan_ask
from tests.factories import AgentFactory, ApiKeyFactory, FleetFactory

if TYPE_CHECKING:
    from governance.models import Agent

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NUMBERS = count()


def worked(one: Agent, other: Agent, *, at: datetime = AT, **said: Any) -> None:
    Interaction.objects.create(
        fleet=one.fleet,
        external_id=f"job-{next(NUMBERS)}",
        body_sha256="0" * 64,
        reporter=ApiKeyFactory(fleet=one.fleet),
        initiator=one,
        counterparty=other,
        occurred_at=at,
        received_at=at,
        **said,
    )


def agents_new(number: int) -> list[Agent]:
    """Return agents of one fleet in the order of their ids."""
    fleet = FleetFactory()
    return sorted((AgentFactory(fleet=fleet) for _ in range(number)), key=lambda agent: agent.pk)


def test_a_pair_is_summed_whoever_began() -> None:
    a, b = agents_new(2)
    worked(a, b, value_usd=Decimal("2.50"), rating=0.9, verified_quality=0.4)
    worked(b, a, value_usd=Decimal("1.50"), rating=0.7)
    worked(b, a)

    (pair,) = pairs_strongest(fleet=a.fleet, since=AT, most=10).sums

    assert (pair.first, pair.second, pair.interactions) == (a.pk, b.pk, 3)
    assert pair.value_usd == Decimal("4.00")
    assert pair.rated == 2
    assert pair.rating == pytest.approx(0.8)
    assert (pair.checked, pair.quality) == (1, 0.4)


def test_where_nothing_was_said_nothing_is_averaged() -> None:
    a, b = agents_new(2)
    worked(a, b)

    (pair,) = pairs_strongest(fleet=a.fleet, since=AT, most=10).sums

    assert pair[3:] == (Decimal(0), 0, None, 0, None)


def test_the_pairs_that_work_together_most_come_first_and_all_are_counted() -> None:
    a, b, c = agents_new(3)
    worked(a, b)
    worked(b, c)
    worked(b, c)
    worked(a, c)

    found = pairs_strongest(fleet=a.fleet, since=AT, most=2)

    assert [pair[:3] for pair in found.sums] == [(b.pk, c.pk, 2), (a.pk, b.pk, 1)]
    assert found.of == 3


def test_only_the_time_asked_for_counts() -> None:
    a, b = agents_new(2)
    worked(a, b, at=AT - HOUR)
    worked(a, b, at=AT)
    worked(a, b, at=AT + HOUR)

    (pair,) = pairs_strongest(fleet=a.fleet, since=AT, until=AT + HOUR, most=10).sums

    assert pair.interactions == 1


def test_pairs_are_narrowed_to_agents_and_to_a_least_number() -> None:
    a, b, c, d = agents_new(4)
    worked(a, b)
    worked(b, c)
    worked(b, c)
    worked(c, d)

    among = pairs_strongest(fleet=a.fleet, since=AT, among=[a.pk, b.pk, c.pk], most=10)
    touching = pairs_strongest(fleet=a.fleet, since=AT, touching=[a.pk, d.pk], most=10)
    often = pairs_strongest(fleet=a.fleet, since=AT, least=2, most=10)

    assert {pair[:2] for pair in among.sums} == {(a.pk, b.pk), (b.pk, c.pk)}
    assert {pair[:2] for pair in touching.sums} == {(a.pk, b.pk), (c.pk, d.pk)}
    assert {pair[:2] for pair in often.sums} == {(b.pk, c.pk)}


def test_the_window_of_a_scan_is_summed_once(django_assert_num_queries: Any) -> None:
    a, b = agents_new(2)
    worked(a, b)
    scan = scan_ask(fleet=a.fleet, part=ScanSlice.FULL, actor="scan")
    scan.since, scan.until = AT, AT + HOUR
    first = pairs_scanned(scan=scan, touching=None, least=1, most=10)

    with django_assert_num_queries(0):
        again = pairs_scanned(scan=scan, touching=None, least=1, most=10)

    assert [pair[:3] for pair in first.sums] == [(a.pk, b.pk, 1)]
    assert again == first
