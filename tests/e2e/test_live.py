"""The live feed against a real stack: idle, shut out, without sockets, and while servers die."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chaos.victims import Victim, alive
from tests.e2e.desk import Desk, sign_in
from tests.e2e.stack import Stack
from tests.e2e.wire import closed_with, heard_until, live_socket, signed_in, without_upgrade

pytestmark = pytest.mark.browser

RECOVERS_MS = 15_000
PEOPLE = """
from django.contrib.auth import get_user_model
from governance.domain.types import Role
from governance.selectors.people import fleet_for_person
from governance.services.fleets import membership_remove, membership_set, user_create
people = get_user_model().objects
fleet, _ = fleet_for_person(user=people.get(username="adam"), slug="shop")
"""
ENTER = """
user = user_create(username="{name}", first_name="Vera", last_name="Holm", password="{password}")
membership_set(fleet=fleet, user=user, role=Role.REVIEWER, actor="adam")
"""
LEAVE = """
import time
membership_remove(fleet=fleet, user=people.get(username="{name}"), actor="adam")
print(time.time())
"""


def in_stack(stack: Stack, code: str) -> str:
    """Run code beside the stack, on its database, and return what it printed."""
    return stack.manage("shell", "-v0", "-c", PEOPLE + code)


def ask(stack: Stack) -> str:
    """Let an agent ask for something that a person decides; return the ticket's title."""
    title = f"Refund {uuid4().hex[:8]}"
    stack.refund_ask(title)
    return title


@contextmanager
def web_stopped(stack: Stack) -> Iterator[None]:
    """Hold the web processes still: they keep their connections and answer nothing."""
    held = alive(Victim.WEB, stack.home)
    for process in held:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in held:
            os.kill(process, signal.SIGCONT)


def test_a_socket_that_was_idle_for_12_s_still_hears(stack: Stack) -> None:
    with (
        signed_in(stack.url, "ravi", stack.passwords["ravi"]) as ravi,
        live_socket(ravi, "/ws/f/shop/") as wire,
    ):
        time.sleep(12)
        ask(stack)

        heard = heard_until(wire, "ticket.opened", within_s=5)

    assert "hello" in heard[0]


def test_a_removed_reviewer_hears_nothing_after_two_seconds_and_finds_nothing(
    stack: Stack,
) -> None:
    name, password = f"vera-{uuid4().hex[:6]}", uuid4().hex
    in_stack(stack, ENTER.format(name=name, password=password))
    with signed_in(stack.url, name, password) as vera:
        assert vera.get("/f/shop/queue/").status_code == 200
        with live_socket(vera, "/ws/f/shop/") as wire:
            wire.recv(timeout=5)
            removed_at = float(in_stack(stack, LEAVE.format(name=name)))
            code = closed_with(wire, within_s=5)
            took_s = time.time() - removed_at
        with live_socket(vera, "/ws/f/shop/") as wire:
            again = closed_with(wire, within_s=5)
        pages = ["queue/", "queue/rows/", "queue/decided/", "agents/", "tickets/1/"]
        statuses = {vera.get(f"/f/shop/{page}").status_code for page in pages}
        feed = vera.get("/api/v1/events?fleet=shop&after=0").status_code

    assert (code, again) == (4401, 4404)
    assert took_s < 2
    assert (statuses, feed) == ({404}, 404)


def test_scripts_carry_their_fingerprint_and_may_be_kept_for_ever(
    desk: Callable[[str], Desk], stack: Stack
) -> None:
    rita = desk("rita")
    fetched: list[tuple[str, str]] = []
    rita.page.on(
        "response", lambda answer: fetched.append((answer.url, answer.headers["cache-control"]))
    )
    rita.watch_queue()

    scripts = [(url, kept) for url, kept in fetched if "/static/js/" in url]

    assert len(scripts) > 10
    assert [url for url, _ in scripts if not re.search(r"\.[0-9a-f]{12}\.js$", url)] == []
    assert {"immutable" in kept for _, kept in scripts} == {True}
    assert rita.page.get_attribute("body", "data-release")


def test_without_sockets_the_page_polls(chromium: Browser, stack: Stack) -> None:
    with without_upgrade(stack.url) as url:
        page = chromium.new_page(base_url=url)
        sign_in(page, "rita", stack.passwords["rita"])
        desk = Desk(page)
        page.goto("/queue/")
        page.evaluate("() => { window.neverReloaded = true }")
        expect(page.locator("[data-live-text]")).to_contain_text("Polling every 10")
        title = ask(stack)

        desk.sees_appear(title, within_s=12)
        page.close()


def test_killed_web_processes_are_missed_for_less_than_15_s(
    desk: Callable[[str], Desk], stack: Stack
) -> None:
    rita = desk("rita")
    rita.watch_queue()
    sockets: list[str] = []
    rita.page.on("websocket", lambda opened: sockets.append(opened.url))

    for process in alive(Victim.WEB, stack.home):
        os.kill(process, signal.SIGKILL)

    expect_back(rita.page, sockets)
    rita.sees_appear(ask(stack))


def expect_back(page: Page, sockets: list[str]) -> None:
    """Wait until the page has another socket and its light is on."""
    deadline = time.monotonic() + RECOVERS_MS / 1000
    while not sockets or not (page.text_content("[data-live-text]") or "").startswith("Live"):
        assert time.monotonic() < deadline, f"not live again after {RECOVERS_MS} ms"
        page.wait_for_timeout(100)


def test_a_server_that_stands_still_leaves_the_page_stale_until_it_goes_on(
    desk: Callable[[str], Desk], stack: Stack
) -> None:
    rita = desk("rita")
    rita.watch_queue()
    light = rita.page.locator("[data-live]")

    with web_stopped(stack):
        expect(light).to_have_class("live stale", timeout=20_000)
        expect(rita.page.locator("[data-live-banner]")).to_contain_text(
            "a decision counts only once you see its recorded time"
        )

    expect(light).to_have_class("live", timeout=RECOVERS_MS)
    expect(rita.page.locator("[data-live-banner]")).to_be_hidden()
    rita.sees_appear(ask(stack))
