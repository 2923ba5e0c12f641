from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from dashboard.display.durations import day_time
from governance.domain.ledger import SourceKind, interaction_lines, outcome_lines
from governance.domain.ledger_words import interaction_words, outcome_words
from governance.domain.tax import TaxRate
from governance.domain.types import Result
from governance.models import Agent, LedgerEntry
from governance.selectors.clock import clock_now
from governance.services.ledger import fine_book, transaction_undo
from governance.services.ledger_entries import Transaction, transactions_write
from tests.factories import AgentFactory

if TYPE_CHECKING:
    from dashboard.cards.account import AccountCard
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

TAX = TaxRate(0.05, "preset balanced, coordination at tier high")


def account_of(client_of: ClientOf, people: People) -> tuple[AccountCard, str]:
    answer = client_of(people.rita).get(f"/f/shop/agents/{bot().pk}/")
    card: AccountCard = answer.context["agent"].account
    return card, answer.content.decode()


def bot() -> Agent:
    return Agent.objects.get(external_id="refund-bot")


def earn(value: str, cost: str, *, at: datetime) -> None:
    lines = outcome_lines(
        bot().pk, result=Result.SUCCESS, value_usd=Decimal(value), cost_usd=Decimal(cost)
    )
    write(SourceKind.OUTCOME, lines, outcome_words("order-1", Result.SUCCESS), at)


def receive(value: str, giver: Agent, *, at: datetime) -> None:
    lines = interaction_lines(
        initiator=giver.pk,
        counterparty=bot().pk,
        value_usd=Decimal(value),
        cost_usd=None,
        tax_share=TAX.share,
    )
    words = interaction_words(
        "x-1",
        initiator=giver.external_id,
        counterparty="refund-bot",
        value_usd=Decimal(value),
        tax=TAX,
    )
    write(SourceKind.INTERACTION, lines, words, at)


def write(kind: SourceKind, lines: object, words: object, at: datetime) -> None:
    booked = Transaction(
        source_kind=kind,
        source_id=uuid4(),
        lines=lines,  # type: ignore[arg-type]
        words=words,  # type: ignore[arg-type]
        occurred_at=at,
    )
    transactions_write(fleet_id=bot().fleet_id, transactions=[booked], now=clock_now())


def test_an_agent_that_moved_nothing_says_so_and_as_of_when(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    card, page = account_of(client_of, people)

    as_of = day_time(clock())
    assert card.summary == f"Nothing was earned, spent or passed on as of {as_of} UTC."
    assert not card.parts
    assert card.summary in page


def test_the_account_is_told_part_by_part_with_its_latest_entries_in_words(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    now = clock_now()
    earn("14.00", "0.50", at=now - timedelta(days=40))
    receive("40.00", AgentFactory(fleet=people.fleet, external_id="<b>ann</b>"), at=now)

    card, page = account_of(client_of, people)

    # 14 - 0.50 + 40 - 2 of tax; 13.50 of it a month ago.
    assert card.summary.startswith("Balance $51.50 as of ")
    assert " UTC, from 4\N{NO-BREAK SPACE}entries since " in card.summary
    assert card.summary.endswith(" UTC. 30 days ago it was $13.50: +$38.00.")
    assert [(part.label, part.value) for part in card.parts] == [
        ("Earned", "$14.00"),
        ("Received", "$40.00"),
        ("Spent", "$0.50"),
        ("Sent", "$0.00"),
        ("Taxed", "$2.00"),
        ("Penalised", "$0.00"),
    ]
    assert [(line.amount, line.kind) for line in card.entries] == [
        ("\N{MINUS SIGN}$2.00", "tax"),
        ("+$40.00", "between agents"),
        ("\N{MINUS SIGN}$0.50", "spent"),
        ("+$14.00", "earned"),
    ]
    told = page.replace("\N{NO-BREAK SPACE}", " ")
    assert "5 % of the $40.00 of interaction x-1, from &lt;b&gt;ann&lt;/b&gt;" in told


def test_a_fine_that_was_undone_stays_on_the_page(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    now = clock_now()
    fine_book(
        fleet=people.fleet,
        agent=bot(),
        amount=Decimal(5),
        source=uuid4(),
        sentence="Fined for ring 3.",
        now=now,
    )
    fined = LedgerEntry.objects.filter(agent=bot())[0].transaction
    transaction_undo(transaction=fined, sentence="Mona Lind dismissed ring 3.", now=now)

    card, _ = account_of(client_of, people)

    assert card.summary.startswith("Balance $0.00 as of ")
    assert [(line.amount, line.kind, line.sentence) for line in card.entries] == [
        ("+$5.00", "fine, undone", "Mona Lind dismissed ring 3."),
        ("\N{MINUS SIGN}$5.00", "fine", "Fined for ring 3."),
    ]
