"""The live list of agents in a real browser: what a person sees when the server speaks."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards.fleet import AgentRow, FilterOption, FleetPage
from tests.dashboard import sample_agents as sample
from tests.dashboard.js.conftest import Socket, until
from tests.dashboard.page_server import Answer, PageServer, Sent, draw

pytestmark = pytest.mark.browser

LIST = f"{sample.URL}rows/"
LATCHED, FROZEN, *_ = sample.ROWS
THAWED = replace(FROZEN, status=sample.PROBATION)


def serve_fleet(pages: PageServer, fleet: FleetPage = sample.FLEET) -> None:
    """Answer the page, and from now on its list, with this fleet."""
    shown: dict[str, Any] = {"shell": sample.LIVE_SHELL, "fleet": fleet, "csrf_token": "token"}
    pages.page(sample.URL, draw("fleet/index.html", **shown))
    pages.page(LIST, draw("fleet/list.html", fleet=fleet))


def now_listed(pages: PageServer, *rows: AgentRow, **fields: object) -> None:
    fleet = replace(sample.FLEET, rows=rows, seq=311, **fields)  # type: ignore[arg-type]
    pages.page(LIST, draw("fleet/list.html", fleet=fleet))


def serve_row(pages: PageServer, row: AgentRow) -> None:
    pages.page(row.row_url, draw("fleet/row_piece.html", row=row))


def serve_controls(pages: PageServer) -> None:
    shown: dict[str, Any] = {
        "name": FROZEN.name,
        "status": FROZEN.status,
        "panel": replace(sample.panel(sample.FREEZE, sample.RELEASE), url="/control/"),
        "csrf_token": "token",
    }
    pages.page(FROZEN.controls_url, draw("agent/panel.html", **shown))


def open_live(tab: Page) -> None:
    tab.goto(sample.URL)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")


def shown_row(tab: Page, row: AgentRow) -> str:
    return f'[data-agent-id="{row.agent_id}"]'


def names(tab: Page) -> list[str]:
    return tab.locator("[data-row] th a").all_inner_texts()


def test_a_row_is_drawn_again_where_it_stands(tab: Page, pages: PageServer, socket: Socket) -> None:
    serve_fleet(pages)
    open_live(tab)
    before = names(tab)
    serve_row(pages, THAWED)
    now_listed(pages, LATCHED, THAWED, *sample.ROWS[2:])

    socket.event(311, "breaker.probation_started", agent=FROZEN.agent_id)

    row = tab.locator(shown_row(tab, FROZEN))
    expect(row).to_contain_text("Probation, 4 of 7")
    assert names(tab) == before


def test_a_new_order_waits_behind_the_button(tab: Page, pages: PageServer, socket: Socket) -> None:
    serve_fleet(pages)
    open_live(tab)
    before = names(tab)
    serve_row(pages, LATCHED)
    now_listed(pages, *sample.ROWS[1:], LATCHED, summary="Another sentence.")

    socket.event(311, "breaker.closed", agent=LATCHED.agent_id)
    tab.clock.run_for(200)

    button = tab.get_by_role("button", name="Show 1 agent in its new place")
    expect(button).to_be_visible()
    expect(tab.locator('[data-part="summary"]')).to_have_text("Another sentence.")
    assert names(tab) == before
    button.click()
    expect(tab.locator("[data-row]").last).to_contain_text("refund-us-03")
    expect(button).to_be_hidden()


def test_a_burst_about_one_agent_asks_for_its_row_once_more_at_most(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_fleet(pages)
    asked: list[str] = []
    is_over = threading.Event()

    def answer(sent: Sent) -> Answer:
        asked.append(sent.path)
        # The rest of the burst arrives meanwhile.
        assert is_over.wait(timeout=30)
        return Answer(draw("fleet/row_piece.html", row=THAWED))

    pages.on("GET", FROZEN.row_url, answer)
    open_live(tab)

    for seq in range(311, 331):
        socket.event(seq, "task.resolved", agent=FROZEN.agent_id)
    until(tab, lambda: bool(asked))
    # Answered once all that was said before is heard.
    tab.evaluate("() => 0")
    is_over.set()

    expect(tab.locator(shown_row(tab, FROZEN))).to_contain_text("Probation")
    until(tab, lambda: len(asked) > 1)
    tab.wait_for_load_state("networkidle")
    assert len(asked) == 2


def test_an_agent_that_is_gone_leaves_the_list(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_fleet(pages)
    open_live(tab)

    socket.event(311, "agent.changed", agent=FROZEN.agent_id)

    expect(tab.locator(shown_row(tab, FROZEN))).to_have_count(0)


def test_a_filter_changes_list_and_address_and_back_undoes_it(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_fleet(pages)
    open_live(tab)
    tab.evaluate("() => { window.neverReloaded = true }")
    now_listed(pages, FROZEN)

    tab.get_by_label("State").select_option("frozen")

    expect(tab.locator("[data-row]")).to_have_count(1)
    assert tab.url.endswith(f"{sample.URL}?state=frozen")
    pages.page(LIST, draw("fleet/list.html", fleet=sample.FLEET))
    tab.go_back()
    expect(tab.locator("[data-row]")).to_have_count(len(sample.ROWS))
    assert tab.evaluate("() => window.neverReloaded")


def test_a_header_sorts_and_keeps_the_focus(tab: Page, pages: PageServer, socket: Socket) -> None:
    serve_fleet(pages)
    open_live(tab)
    now_listed(pages, *sample.ROWS[::-1])

    tab.get_by_role("link", name="Owner").press("Enter")

    expect(tab.locator("[data-row]").first).to_contain_text("newcomer")
    assert tab.url.endswith("?sort=owner")
    expect(tab.get_by_role("link", name="Owner")).to_be_focused()


def test_two_clicks_freeze_an_agent_and_the_effect_is_told(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_fleet(pages)
    serve_controls(pages)
    said = {
        "ok": True,
        "recorded_at": "2026-11-22T12:03:04Z",
        "then": "3 running tasks told to stop.",
        "in_force": True,
    }
    pages.on("POST", "/control/", lambda _: Answer(said, content_type="application/json"))
    open_live(tab)

    tab.locator(shown_row(tab, FROZEN)).get_by_role("link", name="Controls").click()
    tab.get_by_role("button", name="Freeze").click()

    toast = tab.locator(".toast")
    expect(toast).to_contain_text(
        re.compile(r"In force since 12:03:04, \d+\.\d\u00a0s after you asked\.")
    )
    expect(toast).to_contain_text("3 running tasks told to stop.")
    expect(tab.locator("dialog[open]")).to_have_count(0)
    (sent,) = pages.sent
    headers = {name.lower(): value for name, value in sent.headers.items()}
    assert (headers["idempotency-key"], headers["x-csrftoken"]) == ("key-of-the-panel", "token")


def test_a_release_without_a_reason_is_not_sent(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_fleet(pages)
    serve_controls(pages)
    open_live(tab)

    tab.locator(shown_row(tab, FROZEN)).get_by_role("link", name="Controls").click()
    tab.get_by_role("button", name="Release").click()

    expect(tab.get_by_text("To release it, say why.")).to_be_visible()
    expect(tab.get_by_label("Reason")).to_be_focused()
    assert pages.sent == []


def test_who_comes_second_reads_who_was_first(tab: Page, pages: PageServer, socket: Socket) -> None:
    serve_fleet(pages)
    serve_controls(pages)
    first = {"detail": "It is frozen already. Mona Lind froze it at 22 Nov 12:02 UTC: Odd."}
    pages.on("POST", "/control/", lambda _: Answer(first, 409, "application/problem+json"))
    open_live(tab)

    tab.locator(shown_row(tab, FROZEN)).get_by_role("link", name="Controls").click()
    tab.get_by_role("button", name="Freeze").click()

    expect(tab.locator(".toast")).to_contain_text("Mona Lind froze it at 22 Nov 12:02 UTC: Odd.")


def test_silence_is_told_as_not_recorded_and_the_same_press_again_has_the_same_key(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_fleet(pages)
    serve_controls(pages)
    pages.on("POST", "/control/", lambda _: Answer("", 503))
    open_live(tab)
    tab.locator(shown_row(tab, FROZEN)).get_by_role("link", name="Controls").click()

    tab.get_by_role("button", name="Freeze").click()
    expect(tab.locator("dialog [data-problem]")).to_contain_text("the server answered 503")
    tab.get_by_role("button", name="Freeze").click()
    expect(tab.locator("dialog [data-problem]")).to_contain_text("the server answered 503")

    assert {sent.headers["Idempotency-Key"] for sent in pages.sent} == {"key-of-the-panel"}


def test_counts_in_the_filter_follow_and_the_choice_stays(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    def states(paused: int) -> tuple[FilterOption, ...]:
        return (
            FilterOption(value="", label="Any state", is_chosen=True),
            FilterOption(value="paused", label=f"Paused ({paused})", is_chosen=False),
        )

    serve_fleet(pages, replace(sample.FLEET, states=states(0)))
    open_live(tab)
    # Chosen, but not sent: the server's drawing knows nothing of it.
    tab.locator("#filter-state").evaluate("(select) => { select.value = 'paused' }")
    now_listed(pages, *sample.ROWS, states=states(1))

    socket.event(311, "agent.paused")

    expect(tab.locator("#filter-state option").nth(1)).to_have_text("Paused (1)")
    expect(tab.locator("#filter-state")).to_have_value("paused")


def test_an_answer_for_the_list_before_the_filter_is_not_shown(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_fleet(pages)
    is_asked, goes_on = threading.Event(), threading.Event()
    old = replace(sample.FLEET, summary="The old list.")
    new = replace(
        sample.FLEET, rows=(FROZEN,), seq=311, summary="The new list.", list_url=f"{LIST}?q=export"
    )

    def answer(sent: Sent) -> Answer:
        if "q=export" in sent.path:
            return Answer(draw("fleet/list.html", fleet=new))
        is_asked.set()
        assert goes_on.wait(timeout=30)
        return Answer(draw("fleet/list.html", fleet=old))

    pages.on("GET", LIST, answer)
    open_live(tab)
    socket.event(311, "agent.registered")
    tab.clock.run_for(600)
    assert is_asked.wait(timeout=30)

    tab.get_by_label("Search").fill("export")
    tab.get_by_label("Search").press("Enter")
    expect(tab.locator('[data-part="summary"]')).to_have_text("The new list.")
    tab.evaluate(
        """() => {
          window.shown = [];
          const note = () => shown.push(document.querySelector("[data-part=summary]").textContent);
          new MutationObserver(note).observe(document.body, {childList: true, subtree: true});
        }"""
    )
    with tab.expect_response(lambda reply: "q=export" not in reply.url and LIST in reply.url):
        goes_on.set()
    tab.wait_for_load_state("networkidle")
    tab.clock.run_for(1_000)

    assert "The old list." not in tab.evaluate("() => window.shown")
    expect(tab.locator('[data-part="summary"]')).to_have_text("The new list.")
    expect(tab.locator("[data-row]")).to_have_count(1)
