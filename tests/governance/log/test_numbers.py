"""A database that was moved to a cluster whose own transaction numbers begin anew."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum
from django.test import Client

from governance.models import AgentBucket, Fleet, LedgerEntry, Outcome, Seal
from governance.selectors.health import seals_read
from governance.selectors.transaction_numbers import number_read, number_stored, numbered
from governance.selectors.watermarks import TransactionsBackError, first_running_transaction
from governance.services.ledger import ledger_book
from governance.services.log_checks import log_check_ask, log_check_run
from governance.services.refresh import fleet_refresh
from governance.services.rollups import fleet_roll_up
from governance.services.transaction_numbers import transaction_numbers_raise
from tests.governance.log.world import checked, seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

# A cluster has given a few hundred numbers before the first test: this is before all of them.
BACK = -1_000_000
READERS: dict[str, Callable[[UUID], object]] = {
    "refresh": lambda pk: fleet_refresh(fleet_id=pk),
    "ledger": lambda pk: ledger_book(fleet_id=pk),
    "roll-ups": lambda pk: fleet_roll_up(fleet_id=pk),
}


@pytest.fixture
def back(shop: Orchestrator) -> Iterator[Orchestrator]:
    """A fleet of which everything is read, in a cluster that counts from far below."""
    read_all(shop)
    offset_set(BACK)
    yield shop
    offset_set(0)


def read_all(shop: Orchestrator) -> None:
    for read in READERS.values():
        read(shop.fleet.pk)
    seal(shop)


def offset_set(offset: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION countersign_transaction_offset() RETURNS bigint"
            f" LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT {offset}::bigint'"
        )


def counts() -> tuple[int, int, int, int]:
    """Return the refresh, and how many outcomes are booked, rolled up and sealed."""
    refresh = Fleet.objects.get().refresh
    assert refresh is not None
    booked = LedgerEntry.objects.filter(source_kind="outcome").values("source_id").distinct()
    rolled_up = AgentBucket.objects.filter(size="day").aggregate(n=Sum("outcomes"))["n"]
    sealed = Seal.objects.filter(kind="outcomes").aggregate(n=Sum("rows"))["n"]
    return refresh.number, booked.count(), rolled_up, sealed


@pytest.mark.parametrize("name", READERS)
def test_no_reader_passes_over_what_is_new(back: Orchestrator, name: str) -> None:
    back.work()

    with pytest.raises(TransactionsBackError, match=r"run: python manage\.py adopt"):
        READERS[name](back.fleet.pk)


def test_the_sealer_does_not_either_and_the_health_page_says_so(
    back: Orchestrator, clock: Clock
) -> None:
    with pytest.raises(TransactionsBackError, match="Transaction numbers went back"):
        seal(back)
    part = seals_read(clock.now)

    assert (part.short, part.said) == (True, "Nothing new is sealed, booked or rolled up.")
    assert "python manage.py adopt" in (part.error or "")


def test_page_and_command_say_that_nothing_new_is_sealed(back: Orchestrator) -> None:
    out = StringIO()
    client = Client()
    client.force_login(back.crew.mona)
    page = client.get(f"/f/{back.fleet.slug}/integrity/").content.decode()

    with pytest.raises(CommandError, match="Nothing new is sealed") as ended:
        call_command("verify_log", stdout=out)

    assert ended.value.returncode == 1
    assert out.getvalue().startswith("Transaction numbers went back: the next is ")
    assert "Nothing new is sealed. Transaction numbers went back" in page
    asked = log_check_ask(fleet=back.fleet, user=back.crew.mona)
    with pytest.raises(TransactionsBackError):
        log_check_run(check_id=asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.found) == ("FAILED", 0)


def test_once_they_are_raised_everything_goes_on_and_old_rows_keep_their_numbers(
    back: Orchestrator, clock: Clock
) -> None:
    before, old = counts(), dict(Outcome.objects.values_list("pk", "transaction"))
    raised = transaction_numbers_raise()
    again = transaction_numbers_raise()
    new = back.report(back.ask().task, "success", cost_usd="0.05")
    new.refresh_from_db()
    read_all(back)

    assert raised > -BACK - 1_000
    assert again == 0
    assert counts() == tuple(each + 1 for each in before)
    assert new.transaction > max(old.values())
    assert dict(Outcome.objects.exclude(pk=new.pk).values_list("pk", "transaction")) == old
    assert checked(back) == []
    assert seals_read(clock.now).error is None


def test_the_next_number_is_the_first_behind_all_that_is_stored_and_read(
    back: Orchestrator,
) -> None:
    last = max(number_read(), number_stored())

    transaction_numbers_raise()

    # Making the offset took one number itself.
    assert last < first_running_transaction() <= last + 2


def test_in_the_cluster_of_its_own_nothing_is_raised(shop: Orchestrator) -> None:
    read_all(shop)

    assert transaction_numbers_raise() == 0


@pytest.mark.django_db
def test_every_column_that_takes_the_number_has_the_offset_and_is_known() -> None:
    known = {
        (model._meta.db_table, name) for model in apps.get_models() for name in numbered(model)
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, column_default FROM information_schema.columns"
            " WHERE column_default LIKE '%%pg_current_xact_id%%'"
        )
        found = cursor.fetchall()

    assert {(table, column) for table, column, _ in found} == known
    assert {table for table, _ in known} == {
        "escalations_vote", "governance_correction", "governance_decision",
        "governance_interaction", "governance_outcome",
    }  # fmt: skip
    assert all("countersign_transaction_offset()" in default for *_, default in found)
