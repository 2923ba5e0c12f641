"""Deciding in a real browser: nothing is sent by accident, nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.cards import DecisionPanel, TicketPage
from tests.dashboard import sample_cards as sample
from tests.dashboard import sample_states as states
from tests.dashboard.js.conftest import Socket
from tests.dashboard.page_server import Answer, PageServer, Sent, draw

pytestmark = pytest.mark.browser

TICKET = "/f/payments-prod/tickets/4821/"
PANEL = sample.PANEL
RECORDED = {"ok": True, "recorded_at": "2026-11-22T12:03:04Z"}


def serve_ticket(pages: PageServer, ticket: TicketPage) -> None:
    shown: dict[str, Any] = {"shell": sample.SHELL, "ticket": ticket, "csrf_token": "token"}
    pages.page(TICKET, draw("ticket/page.html", **shown))
    serve_panel(pages, ticket.panel)


def serve_panel(pages: PageServer, panel: DecisionPanel) -> None:
    pages.page(PANEL.panel_url, draw("ticket/panel.html", panel=panel, csrf_token="token"))


def give_reason(tab: Page, label: str = "Amount too high", words: str = "Too much.") -> None:
    tab.get_by_label("Reason").select_option(label=label)
    tab.get_by_label("In your words").fill(words)


def sent_field(sent: Sent, name: str) -> str:
    """Return a field of a multipart form that the script posted."""
    part = sent.body.split(f'name="{name}"\r\n\r\n')[1]
    return part.split("\r\n--")[0]


def test_one_click_never_decides(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    tab.goto(TICKET)
    give_reason(tab)

    tab.get_by_role("button", name="Deny", exact=True).click()

    expect(tab.get_by_text("Deny this task, and send your words to the agent?")).to_be_visible()
    assert pages.sent == []


def test_a_double_click_does_not_decide(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    tab.goto(TICKET)
    give_reason(tab)

    tab.get_by_role("button", name="Deny", exact=True).dblclick()

    expect(tab.get_by_role("button", name="Yes, deny")).to_be_visible()
    assert pages.sent == []


def test_a_confirmed_denial_carries_version_key_and_token(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    pages.on("POST", PANEL.decide_url, lambda _: Answer(RECORDED))
    tab.goto(TICKET)
    give_reason(tab)
    serve_panel(pages, states.TICKET_STATES["denied"].panel)

    tab.get_by_role("button", name="Deny", exact=True).click()
    tab.get_by_role("button", name="Yes, deny").click()

    expect(tab.locator("[data-recorded]")).to_have_text("Recorded 12:03:04.")
    [sent] = pages.sent
    names = ("choice", "reason_code", "reason_text", "version", "idempotency_key")
    assert [sent_field(sent, name) for name in names] == [
        "deny", "amount", "Too much.", "3", PANEL.idempotency_key,
    ]  # fmt: skip
    assert (sent.headers["If-Match"], sent.headers["Idempotency-Key"]) == (
        '"3"',
        PANEL.idempotency_key,
    )
    assert sent.headers["X-CSRFToken"] == "token"


def test_without_a_reason_nothing_is_asked(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    tab.goto(TICKET)

    tab.get_by_role("button", name="Approve", exact=True).click()

    expect(tab.locator("[data-confirm]")).to_be_hidden()
    assert pages.sent == []


def test_a_reason_to_deny_does_not_approve(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    tab.goto(TICKET)
    give_reason(tab, label="Amount too high")

    tab.get_by_role("button", name="Approve", exact=True).click()

    expect(tab.locator("#reason-code-error")).to_have_text(
        "This reason does not fit. Choose one under Approve."
    )
    expect(tab.locator("[data-confirm]")).to_be_hidden()


def test_enter_in_the_words_makes_a_new_line(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    tab.goto(TICKET)
    give_reason(tab, words="One.")

    tab.get_by_label("In your words").press("Enter")

    expect(tab.get_by_label("In your words")).to_have_value("One.\n")
    expect(tab.locator("[data-confirm]")).to_be_hidden()


def test_a_held_key_does_not_answer_its_own_question(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    tab.goto(TICKET)
    give_reason(tab)
    tab.get_by_role("button", name="Deny", exact=True).focus()

    tab.keyboard.press("Enter")
    tab.keyboard.press("Enter")

    expect(tab.get_by_role("button", name="Yes, deny")).to_be_visible()
    assert pages.sent == []


def test_no_answer_keeps_the_words_and_the_key(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    answers = iter([Answer("", status=502), Answer(RECORDED)])
    pages.on("POST", PANEL.decide_url, lambda _: next(answers))
    tab.goto(TICKET)
    give_reason(tab)
    tab.get_by_role("button", name="Deny", exact=True).click()
    tab.get_by_role("button", name="Yes, deny").click()
    expect(tab.get_by_text("Not recorded: the server answered 502.")).to_be_visible()
    expect(tab.get_by_label("In your words")).to_have_value("Too much.")
    serve_panel(pages, states.TICKET_STATES["denied"].panel)

    tab.get_by_role("button", name="Try again").click()

    expect(tab.locator("[data-recorded]")).to_be_visible()
    keys = [sent.headers["Idempotency-Key"] for sent in pages.sent]
    assert keys == [PANEL.idempotency_key, PANEL.idempotency_key]


def test_other_words_after_a_failure_are_another_decision(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    pages.on("POST", PANEL.decide_url, lambda _: Answer("", status=502))
    tab.goto(TICKET)
    give_reason(tab)
    tab.get_by_role("button", name="Deny", exact=True).click()
    tab.get_by_role("button", name="Yes, deny").click()
    expect(tab.get_by_text("Not recorded: the server answered 502.")).to_be_visible()

    tab.get_by_label("In your words").fill("Far too much.")
    tab.get_by_role("button", name="Deny", exact=True).click()
    tab.get_by_role("button", name="Yes, deny").click()
    expect(tab.get_by_text("Not recorded: the server answered 502.")).to_be_visible()

    keys = [sent.headers["Idempotency-Key"] for sent in pages.sent]
    assert keys[0] == PANEL.idempotency_key
    assert keys[1] != PANEL.idempotency_key


def test_who_was_slower_reads_who_when_what_and_keeps_the_words(
    tab: Page, pages: PageServer
) -> None:
    serve_ticket(pages, sample.TICKET)
    current = {
        "state": "RESOLVED", "resolution": "denied", "by": "Ana Ruiz", "version": 4,
        "at": "2026-11-22T12:01:40Z", "reason": "wrong\u202e table",
    }  # fmt: skip
    problem = {"detail": "Ana Ruiz decided first.", "current": current}
    pages.on("POST", PANEL.decide_url, lambda _: Answer(problem, status=409))
    tab.goto(TICKET)
    give_reason(tab, label="Checked against source", words="Looks fine, staging only.")
    serve_panel(pages, states.TICKET_STATES["denied"].panel)

    tab.get_by_role("button", name="Approve", exact=True).click()
    tab.get_by_role("button", name="Yes, approve").click()

    dialog = tab.get_by_role("region", name="Ana Ruiz decided first")
    expect(dialog).to_contain_text("Denied at 12:01:40. You had opened version 3; now it is 4.")
    expect(dialog).to_contain_text("“wrongU+202E table”")
    expect(dialog).to_contain_text("Looks fine, staging only.")
    expect(tab.locator("[data-head-mark]")).to_have_text("Denied")


def test_words_stay_in_sight_when_somebody_else_decides(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_ticket(pages, sample.TICKET)
    tab.goto(TICKET)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    give_reason(tab, words="Half a sentence")
    serve_panel(pages, states.TICKET_STATES["denied"].panel)

    socket.event(311, "ticket.resolved", ticket=PANEL.ticket_id)
    tab.clock.run_for(200)

    # Not anywhere: a moment later the same words are read out.
    ruling = tab.locator("[data-ruling]")
    expect(ruling.get_by_text("Denied by Ana Ruiz")).to_be_visible()
    expect(tab.locator("[data-kept]")).to_contain_text("Half a sentence")


def test_the_facts_beside_a_decision_are_told_anew(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_ticket(pages, sample.TICKET)
    tab.goto(TICKET)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    expect(tab.get_by_role("heading", name="Keys")).to_be_visible()
    denied = replace(
        states.TICKET_STATES["denied"],
        agent=sample.LATCHED_AGENT,
        lineage=replace(sample.LINEAGE, state="denied meanwhile"),
    )
    serve_ticket(pages, denied)

    socket.event(311, "ticket.resolved", ticket=PANEL.ticket_id)
    tab.clock.run_for(200)

    expect(tab.get_by_text("denied meanwhile")).to_be_visible()
    expect(tab.get_by_role("heading", name="refund-us-03")).to_be_visible()
    expect(tab.get_by_role("heading", name="Why a person was asked")).to_be_visible()
    expect(tab.get_by_text("to the snooze")).to_be_hidden()


def test_what_becomes_of_an_approved_task_is_told(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    approved = replace(states.APPROVED, panel=replace(states.APPROVED.panel, task_id="0193-task"))
    serve_ticket(pages, approved)
    tab.goto(TICKET)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    serve_ticket(pages, replace(approved, lineage=replace(sample.LINEAGE, state="finished now")))

    socket.event(311, "task.finished", task="0193-task")
    tab.clock.run_for(200)

    expect(tab.get_by_text("finished now")).to_be_visible()


def test_a_second_signature_does_not_disturb_who_is_typing(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_ticket(pages, sample.TICKET)
    tab.goto(TICKET)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    give_reason(tab, words="Checked it")
    tab.get_by_label("In your words").press("Home")
    serve_panel(pages, replace(PANEL, version=4, approvals_needed=3))

    socket.event(311, "ticket.voted", ticket=PANEL.ticket_id)
    tab.clock.run_for(200)
    expect(tab.get_by_text("1 of 3 signatures")).to_be_visible()
    tab.keyboard.type("I ")

    expect(tab.get_by_label("In your words")).to_have_value("I Checked it")


def test_a_change_disarms_the_question(tab: Page, pages: PageServer, socket: Socket) -> None:
    serve_ticket(pages, sample.TICKET)
    tab.goto(TICKET)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    give_reason(tab)
    tab.get_by_role("button", name="Deny", exact=True).click()
    serve_panel(pages, replace(PANEL, version=4))

    socket.event(311, "ticket.voted", ticket=PANEL.ticket_id)
    tab.clock.run_for(200)

    expect(tab.get_by_text("The ticket changed: now version 4. Choose again.")).to_be_visible()
    expect(tab.locator("[data-confirm]")).to_be_hidden()


def test_words_survive_a_reload(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    tab.goto(TICKET)
    give_reason(tab, words="Half a sentence")

    tab.reload()

    expect(tab.get_by_label("In your words")).to_have_value("Half a sentence")


def test_the_password_is_asked_for_where_it_is_needed(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    problem = {"detail": "Approving a critical task takes your password.", "field": "password"}
    pages.on("POST", PANEL.decide_url, lambda _: Answer(problem, status=401))
    tab.goto(TICKET)
    give_reason(tab, label="Expected work")
    tab.get_by_role("button", name="Approve", exact=True).click()

    tab.get_by_role("button", name="Yes, approve").click()

    expect(tab.get_by_label("Your password")).to_be_focused()
    expect(tab.get_by_label("In your words")).to_have_value("Too much.")


def test_an_approval_is_taken_back(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, states.UNDOABLE)
    undo = "/f/payments-prod/tickets/4821/undo/"
    pages.on("POST", undo, lambda _: Answer(RECORDED))
    tab.goto(TICKET)
    serve_panel(pages, replace(PANEL, version=5))

    tab.keyboard.press("z")

    expect(tab.get_by_text("1 of 2 signatures")).to_be_visible()
    assert [sent.path for sent in pages.sent] == [undo]


def test_a_denial_is_taken_back(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, states.REOPENABLE)
    reopen = "/f/payments-prod/tickets/4821/reopen/"
    pages.on("POST", reopen, lambda _: Answer(RECORDED))
    tab.goto(TICKET)
    serve_panel(pages, replace(PANEL, version=5))

    tab.get_by_role("button", name="Reopen").click()

    expect(tab.get_by_role("button", name="Deny", exact=True)).to_be_visible()
    assert [sent.path for sent in pages.sent] == [reopen]


def test_an_expiry_is_shown_when_its_time_comes(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    tab.goto(TICKET)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    serve_panel(pages, states.TICKET_STATES["expired"].panel)

    tab.clock.run_for(255_000)

    expect(tab.locator("[data-ruling]")).to_contain_text("Nobody decided.")


def test_an_open_claim_is_renewed(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    pages.on("POST", PANEL.claim_url, lambda _: Answer({"ok": True}))
    tab.goto(TICKET)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")

    with tab.expect_response(f"**{PANEL.claim_url}"):
        tab.clock.run_for(31_000)

    assert [sent.path for sent in pages.sent] == [PANEL.claim_url]


def test_the_deny_key_only_opens_the_reason(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    tab.goto(TICKET)
    expect(tab.locator("[data-keys-switch]")).to_be_visible()

    tab.keyboard.press("d")

    expect(tab.get_by_label("Reason")).to_be_focused()
    assert pages.sent == []


def test_the_form_decides_without_scripts(chromium: Browser, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    pages.on("POST", PANEL.decide_url, lambda _: Answer("<title>recorded</title>"))
    context = chromium.new_context(base_url=pages.url, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(TICKET)
    give_reason(tab)

    tab.get_by_role("button", name="Deny", exact=True).click()
    tab.wait_for_url(f"**{PANEL.decide_url}#decide")
    context.close()

    form = parse_qs(pages.sent[0].body)
    assert (form["choice"], form["version"], form["reason_text"]) == (
        ["deny"],
        ["3"],
        ["Too much."],
    )
    assert form["csrfmiddlewaretoken"] == ["token"]
