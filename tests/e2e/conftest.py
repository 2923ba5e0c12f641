from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from examples.langgraph.graph import graph_build
from examples.langgraph.shop import Shop
from tests.browser import chromium_running
from tests.e2e.desk import Desk, sign_in
from tests.e2e.errand import ErrandRun
from tests.e2e.stack import Stack, stack_running

SIZE: ViewportSize = {"width": 1440, "height": 900}
# Whoever has it is told how every part does.
WATCHED = {"METRICS_TOKEN": "watcher-" + "w" * 24}
NUMBERS = itertools.count(1)
# A whole stack answers late on a busy machine. What must be there sooner says so itself; a page
# whose socket is open helps itself no sooner than in 15 s.
PATIENCE_MS, USUAL_MS = 10_000, 5_000


# Not for the session: idle it takes 0.06 of a processor, to the end of all other tests.
@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack_running(tmp_path_factory.mktemp("stack"), WATCHED) as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def patient() -> Iterator[None]:
    """Wait longer for what a page shows than elsewhere."""
    expect.set_options(timeout=PATIENCE_MS)
    yield
    expect.set_options(timeout=USUAL_MS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_running() as browser:
        yield browser


@pytest.fixture
def desk(chromium: Browser, stack: Stack) -> Iterator[Callable[[str], Desk]]:
    """Give a person a browser of their own, signed in; no script of it may fail."""
    contexts: list[BrowserContext] = []
    failures: list[str] = []

    def seated(username: str) -> Desk:
        context = chromium.new_context(base_url=stack.url, viewport=SIZE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        sign_in(page, username, stack.passwords[username])
        return Desk(page)

    yield seated
    for context in contexts:
        context.close()
    assert failures == []


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path / "shop.sqlite3")
    shop.prepare()
    return shop


@pytest.fixture
def order(shop: Shop) -> int:
    """Return an order over 700 USD; no other test of the run has one of the same number.

    Tickets are named after orders, and one that was settled just now is still on the page.
    """
    today = datetime.now(UTC).date()
    customer = shop.customer_add(name="Hana", email="hana@mail.example", last_order_on=today)
    amount, wanted = Decimal("700.00"), next(NUMBERS)
    while (number := shop.order_add(customer_id=customer, amount=amount, placed_on=today)) < wanted:
        pass
    return number


@pytest.fixture
def errand(stack: Stack, shop: Shop) -> ErrandRun:
    return ErrandRun(stack.gate, graph_build(stack.gate, shop, checkpointer=InMemorySaver()))
