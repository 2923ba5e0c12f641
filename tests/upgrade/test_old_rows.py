"""A database in use since the first release, brought up to date.

`rows_0001.json` holds what governance 0001 and escalations 0001 stored when their own code ran a
small shop: 68 outcomes, a trip, five tickets with a vote that still waits for a second one, and
an interaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from escalations.domain.escalation import ESCALATION_DEFAULT
from escalations.models import Ticket
from escalations.selectors.escalation import escalation_of
from escalations.selectors.tickets import tickets_waiting
from governance.domain.types import Environment, Result, Scope
from governance.models import Agent, AgentAccount, ApiKey, Fleet, Standing, StateSnapshot
from governance.selectors.access import KeyPrincipal
from governance.services.batches import outcomes_load
from governance.services.ledger import ledger_book
from governance.services.schemas import OutcomeItem
from tests.clock import Clock
from tests.upgrade.upgrading import brought_up_from, schema_lines

pytestmark = pytest.mark.django_db

FIRST = [("governance", "0001_initial"), ("escalations", "0001_initial")]
ROWS: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("rows_0001.json").read_text("utf-8")
)


@pytest.fixture(scope="module", autouse=True)
def schema_of_new(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """Bring the old database up to date; the schema is that of a new one beside it."""
    with django_db_blocker.unblock():
        of_new = schema_lines()
    with brought_up_from(FIRST, rows_insert, django_db_blocker):
        yield of_new


def rows_insert() -> None:
    insert = "INSERT INTO {0} SELECT * FROM json_populate_recordset(NULL::{0}, %s::json)"
    # Keys that point to rows not yet there are looked at when the transaction ends.
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in ROWS.items():
            cursor.execute(sql.SQL(insert).format(sql.Identifier(table)), [json.dumps(rows)])


def stored(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        query = sql.SQL("SELECT row_to_json(kept)::text FROM {} AS kept")
        cursor.execute(query.format(sql.Identifier(table)))
        return [json.loads(row) for (row,) in cursor.fetchall()]


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def browser(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def test_its_tables_are_those_of_a_new_installation(schema_of_new: list[str]) -> None:
    assert schema_lines() == schema_of_new


@pytest.mark.parametrize("table", sorted(ROWS))
def test_every_row_is_still_there_as_it_was(table: str) -> None:
    columns = ROWS[table][0].keys()

    kept = [{name: row[name] for name in columns} for row in stored(table)]

    assert in_order(kept) == in_order(ROWS[table])


def test_each_fleet_draws_its_audits_with_a_secret_of_its_own() -> None:
    secrets = set(Fleet.objects.values_list("audit_secret", flat=True))

    assert len(secrets) == 2


def test_a_refold_of_an_old_agent_starts_where_it_stood() -> None:
    snapshot = StateSnapshot.objects.get(agent__external_id="refund-bot")
    standing = Standing.objects.get(agent__external_id="refund-bot")

    assert (snapshot.fact, snapshot.state) == (standing.facts, standing.state)


def test_what_happened_before_the_ledger_was_kept_is_booked() -> None:
    booked = ledger_book(fleet_id=Fleet.objects.get(slug="shop").pk)

    # 60 outcomes cost a cent each; of the 5 dollars passed on, a tenth is taxed at tier low.
    balances = dict(AgentAccount.objects.values_list("agent__external_id", "balance"))
    assert booked == 69
    assert balances == {"refund-bot": Decimal("-5.6"), "new-bot": Decimal("4.5")}


@pytest.mark.parametrize("external_id", ["refund-bot", "new-bot"])
def test_the_page_of_an_old_agent_opens(external_id: str, clock: Clock) -> None:
    agent = Agent.objects.get(external_id=external_id)

    assert browser("rita").get(f"/f/shop/agents/{agent.pk}/").status_code == 200


def test_the_queue_holds_what_waited_before(clock: Clock) -> None:
    waiting = tickets_waiting(now=clock.now)

    # Ticket 2 was decided.
    assert {ticket.number for ticket in waiting} == {1, 3, 4, 5}


def test_what_waited_before_there_were_policies_has_one_and_is_looked_at(clock: Clock) -> None:
    waiting = Ticket.objects.filter(state="PENDING")

    policies = [escalation_of(ticket) for ticket in waiting]

    assert policies == [ESCALATION_DEFAULT] * 4
    assert not waiting.filter(escalate_at=None).exists()


def test_the_page_of_the_queue_opens(clock: Clock) -> None:
    assert browser("rita").get("/queue/").status_code == 200


@pytest.mark.parametrize("number", range(1, 6))
def test_each_old_ticket_opens(number: int, clock: Clock) -> None:
    assert browser("adam").get(f"/f/shop/tickets/{number}/").status_code == 200


@pytest.mark.parametrize("external_id", ["refund-bot", "new-bot"])
def test_one_more_outcome_folds_onto_the_old_state(external_id: str, clock: Clock) -> None:
    before = Standing.objects.get(agent__external_id=external_id)
    row = ApiKey.objects.select_related("fleet").get()
    key = KeyPrincipal(
        key_id=row.pk,
        name=row.name,
        fleet=row.fleet,
        environment=Environment(row.environment),
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        agent_ids=frozenset(),
        seen_at=clock.now,
    )
    item = OutcomeItem(
        task_id="one-more",
        agent=external_id,
        finished_at=clock.now,
        result=Result.SUCCESS,
        requested_by="job:0",
    )

    outcomes_load(key=key, items=[item])

    after = Standing.objects.get(agent__external_id=external_id)
    assert (after.facts, after.outcomes) == (before.facts + 1, before.outcomes + 1)
    assert {"drift"} <= after.state.keys() - before.state.keys()
