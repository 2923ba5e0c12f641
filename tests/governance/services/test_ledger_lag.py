from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from governance.models import AgentBucket, Event, LedgerEntry
from governance.selectors.ledger import booked_until
from governance.services import auditor
from governance.services.auditor import governance_audit
from governance.services.batches import outcomes_load
from governance.services.ledger import ledger_book
from governance.services.schemas import OutcomeItem
from tests.clock import NOON

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

# The ledger reads what other transactions have committed: these tests really commit.
pytestmark = pytest.mark.django_db(transaction=True)


def worked(shop: Orchestrator, *task_ids: str) -> None:
    plain = {
        "agent": "shop-bot",
        "finished_at": NOON.isoformat(),
        "result": "success",
        "value_usd": "3",
        "requested_by": "job:import",
    }
    items = [msgspec.convert({**plain, "task_id": each}, OutcomeItem) for each in task_ids]
    outcomes_load(key=shop.key, items=items)


def said() -> list[str]:
    mended = Event.objects.filter(name="auditor.mended").order_by("seq")
    return [event.payload["sentence"] for event in mended]


def test_a_ledger_is_booked_until_now_where_nothing_waits(shop: Orchestrator, clock: Clock) -> None:
    worked(shop, "t-1")
    ledger_book(fleet_id=shop.fleet.pk)
    clock.forward(minutes=5)

    assert booked_until(fleet_id=shop.fleet.pk, now=clock()) == clock()


def test_a_ledger_is_booked_until_the_first_report_that_waits(
    shop: Orchestrator, clock: Clock
) -> None:
    worked(shop, "t-1")
    ledger_book(fleet_id=shop.fleet.pk)
    clock.forward(minutes=1)
    worked(shop, "t-2")
    waits = clock()
    clock.forward(minutes=5)
    worked(shop, "t-3")

    assert booked_until(fleet_id=shop.fleet.pk, now=clock()) == waits


def test_the_auditor_books_and_rolls_up_what_nobody_did_and_says_how_late(
    shop: Orchestrator, clock: Clock
) -> None:
    worked(shop, "t-1")
    clock.forward(seconds=145)

    found = governance_audit()

    assert found == 2
    assert said() == [
        "What agents earned and spent was booked up to 145 s after it was reported.",
        "What charts show was rolled up to 145 s after it was reported.",
    ]
    assert LedgerEntry.objects.exists()
    assert AgentBucket.objects.exists()


def test_what_is_not_late_is_left_to_its_worker(shop: Orchestrator, clock: Clock) -> None:
    worked(shop, "t-1")
    clock.forward(seconds=120)

    assert governance_audit() == 0
    assert said() == []


def test_the_auditor_claims_nothing_where_it_could_do_nothing(
    shop: Orchestrator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditor, "ledger_book", lambda **_: 0)
    monkeypatch.setattr(auditor, "fleet_roll_up", lambda **_: 0)
    worked(shop, "t-1")
    clock.forward(seconds=145)

    assert governance_audit() == 0
    assert said() == []
    assert booked_until(fleet_id=shop.fleet.pk, now=clock()) == clock() - timedelta(seconds=145)
