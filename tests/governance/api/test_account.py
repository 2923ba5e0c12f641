from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from governance.services.ledger import fine_book, transaction_undo
from tests.clock import NOON

if TYPE_CHECKING:
    from tests.governance.api.http import Api
    from tests.governance.services.orchestrator import Orchestrator

NOTHING_BOOKED = {
    "balance_usd": "0.00",
    "earned_usd": "0.00",
    "received_usd": "0.00",
    "spent_usd": "0.00",
    "sent_usd": "0.00",
    "taxed_usd": "0.00",
    "penalised_usd": "0.00",
    "entries": 0,
    "since": None,
}


def account(api: Api) -> Any:
    return api.get("agents/shop-bot").json()["account"]


def test_an_agent_for_which_nothing_is_booked_has_an_empty_account(
    api: Api, shop: Orchestrator
) -> None:
    assert account(api) == NOTHING_BOOKED


def test_an_agent_is_shown_with_its_account_to_the_millionth_of_a_dollar(
    api: Api, shop: Orchestrator
) -> None:
    fines = [
        fine_book(
            fleet=shop.fleet,
            agent=shop.agent,
            amount=Decimal(amount),
            source=uuid4(),
            sentence="Fined.",
            now=NOON,
        )
        for amount in ("2.000001", "1")
    ]
    transaction_undo(transaction=fines[1], sentence="Dismissed.", now=NOON)

    assert account(api) == {
        **NOTHING_BOOKED,
        "balance_usd": "-2.000001",
        "penalised_usd": "2.000001",
        "entries": 3,
        "since": "2026-03-02T12:00:00Z",
    }
