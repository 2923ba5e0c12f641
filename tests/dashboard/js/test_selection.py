"""What is selected in the queue changes by the person's hand alone; and answering it together."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.cards.together import TogetherPage
from tests.dashboard import sample_cards as sample
from tests.dashboard import sample_together as together
from tests.dashboard.js.conftest import Socket
from tests.dashboard.js.test_queue_page import serve_queue
from tests.dashboard.page_server import Answer, PageServer, Sent, draw, page_server

pytestmark = pytest.mark.browser

STEPS = """async ([steps, rows]) => {
  const model = await import("/static/js/lib/selection.js");
  let selection = model.NOTHING;
  for (const [name, ...given] of steps) {
    selection = model[name](selection, ...given.map((each) => rows[each] ?? each));
  }
  return {
    count: model.countOf(selection), text: model.barText(selection, 3),
    fields: model.fieldsOf(selection), gone: model.goneTexts(selection),
  };
}"""
ROWS: dict[str, Any] = {
    "one": {"ticket": "shop/1", "group": "shop/task.a", "pick": "shop/1", "name": "tickets",
            "value": "shop/1/1", "size": 1, "said": "#1: Not claimed."},
    "two": {"ticket": "shop/2", "group": "shop/task.a", "pick": "shop/2", "name": "tickets",
            "value": "shop/2/1", "size": 1, "said": "#2: Not claimed."},
    "group": {"ticket": "shop/3", "group": "shop/task.b", "pick": "shop/task.b", "name": "groups",
              "value": "shop/task.b", "size": 14, "said": "#3: Not claimed."},
    "bare": {"ticket": "shop/4", "group": "", "pick": "shop/4", "name": "tickets",
             "value": "shop/4/1", "size": 1, "said": "#4: Not claimed."},
}  # fmt: skip
ROWS["one again"] = {**ROWS["one"], "value": "shop/1/2"}
ROWS["one decided"] = {**ROWS["one"], "pick": "", "said": "#1: Denied by Ravi."}
ROWS["one of the group left"] = {
    **ROWS["group"], "pick": "shop/3", "name": "tickets", "value": "shop/3/1", "size": 1
}  # fmt: skip
ROWS["joined"] = [
    {**ROWS["one"], "pick": "shop/task.a", "name": "groups", "value": "shop/task.a", "size": 2}
]
ROWS["shrunk"] = [ROWS["one of the group left"]]
ROWS["all"] = [ROWS["one"], ROWS["two"], ROWS["group"], ROWS["bare"]]
ROWS["fresh"] = [ROWS["one again"], ROWS["bare"]]
ROWS["late"] = [ROWS["one decided"], ROWS["bare"]]


@pytest.fixture(scope="module")
def modules(chromium: Browser) -> Iterator[Page]:
    with page_server() as server:
        server.page("/", "<!doctype html><title>modules</title>")
        page = chromium.new_page(base_url=server.url)
        page.goto("/")
        yield page
        page.close()


@pytest.mark.parametrize(
    ("steps", "text", "values"),
    [
        ([], "None selected", []),
        ([["toggled", "one"]], "1 selected", ["shop/1/1"]),
        ([["toggled", "one"], ["toggled", "one"]], "None selected", []),
        (
            [["toggled", "group"]],
            "14 selected; at most 3 are answered together",
            ["shop/task.b"],
        ),
        ([["groupToggled", "one", "all"]], "2 selected", ["shop/1/1", "shop/2/1"]),
        (
            [["toggled", "two"], ["groupToggled", "one", "all"]],
            "2 selected",
            ["shop/2/1", "shop/1/1"],
        ),
        ([["groupToggled", "one", "all"]] * 2, "None selected", []),
        ([["groupToggled", "bare", "all"]], "1 selected", ["shop/4/1"]),
        ([["toggled", "one"], ["redrawn", "fresh"]], "1 selected", ["shop/1/2"]),
        ([["toggled", "one"], ["redrawn", "late"]], "None selected", []),
        ([["toggled", "group"], ["toggled", "one of the group left"]], "None selected", []),
        ([["toggled", "one"], ["redrawn", "joined"]], "2 selected", ["shop/task.a"]),
        ([["toggled", "group"], ["redrawn", "shrunk"]], "1 selected", ["shop/3/1"]),
    ],
)
def test_the_selection_follows_the_hand(
    modules: Page, steps: list[Any], text: str, values: list[str]
) -> None:
    found = modules.evaluate(STEPS, [steps, ROWS])

    assert (found["text"], [value for _, value in found["fields"]]) == (text, values)


def test_what_was_decided_meanwhile_is_told(modules: Page) -> None:
    steps = [["toggled", "one"], ["toggled", "bare"], ["redrawn", "late"]]

    found = modules.evaluate(STEPS, [steps, ROWS])

    assert (found["count"], found["gone"]) == (1, ["#1: Denied by Ravi."])


def test_a_selected_row_stays_selected_until_somebody_decides_it(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    row = replace(sample.RELEASE_ROW, why_no_claim="")
    serve_queue(pages, replace(sample.QUEUE, rows=(sample.PUSH_ROW, row, sample.COPY_ROW)))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    tab.keyboard.press("j")
    tab.keyboard.press("x")
    tab.keyboard.press("j")
    tab.keyboard.press("x")
    bar = tab.locator("[data-together-bar]")
    expect(bar).to_contain_text("2 selected")

    row = replace(row, version=9, approvals_needed=2)
    pages.page(row.row_url, draw("queue/row.html", row=row))
    # The list says the same as the row, whichever of them is taken last.
    serve_queue(pages, replace(sample.QUEUE, rows=(sample.PUSH_ROW, row, sample.COPY_ROW)))
    socket.event(311, "ticket.claimed", ticket=row.ticket_id)
    expect(tab.get_by_text("0 of 2 approvals", exact=True)).to_be_visible()
    expect(bar).to_contain_text("2 selected")
    denied = replace(sample.DENIED_ROW, ticket_id=sample.PUSH_ROW.ticket_id, number=4826)
    pages.page(sample.PUSH_ROW.row_url, draw("queue/row.html", row=denied))
    serve_queue(pages, replace(sample.QUEUE, rows=(row, sample.COPY_ROW), decided=(denied,)))
    socket.event(312, "ticket.resolved", ticket=denied.ticket_id)

    expect(bar).to_contain_text("1 selected")
    expect(bar).to_contain_text("#4826: Denied by Ana Ruiz.")
    expect(tab.get_by_label("Select #4818")).to_be_checked()
    pages.page("/queue/together/", "<title>together</title>")
    tab.keyboard.press("t")
    expect(tab).to_have_title("together")
    assert tab.url.endswith("/queue/together/?tickets=payments-prod%2F4818%2F9")


def test_a_key_selects_all_identical_ones_and_clear_lets_go(tab: Page, pages: PageServer) -> None:
    serve_queue(pages, replace(sample.QUEUE, rows=(sample.COPY_ROW,)))
    tab.goto("/")
    bar = tab.locator("[data-together-bar]")
    tab.keyboard.press("j")

    tab.keyboard.press("Shift+X")
    expect(bar).to_contain_text("14 selected")
    bar.get_by_role("button", name="Clear").click()

    expect(bar).to_be_hidden()
    expect(tab.get_by_role("link", name="Copy orders_2026")).to_be_focused()
    expect(tab.get_by_label("Select all 14 of the same action as #4803")).not_to_be_checked()


def serve_together(pages: PageServer) -> None:
    shown: dict[str, Any] = {"shell": sample.SHELL, "together": together.PAGE, "csrf_token": "t"}
    pages.page("/", draw("together/index.html", **shown))
    pages.page("/again/", draw("together/page.html", together=together.PAGE, csrf_token="t"))


def test_the_first_press_counts_and_the_second_sends(tab: Page, pages: PageServer) -> None:
    serve_together(pages)
    done = {"ok": True, "recorded_at": "2026-11-22T12:02:53Z", "url": "/queue/together/key-1/"}
    pages.on("POST", "/queue/together/", lambda _: Answer(done, content_type="application/json"))
    pages.page("/queue/together/key-1/", "<title>results</title>")
    tab.goto("/")
    tab.get_by_label("Reason", exact=True).select_option("arguments_checked")
    tab.get_by_label("In your words").fill("Checked each.")

    tab.get_by_role("button", name="Approve 2", exact=True).click()
    expect(tab.get_by_text("Approve 2 tickets: 1 × s3.copy_object, 1 × git")).to_be_visible()
    assert pages.sent == []
    tab.get_by_role("button", name="Yes, approve 2").click()

    tab.wait_for_url("**/queue/together/key-1/")
    (sent,) = pages.sent
    assert sent.headers["Idempotency-Key"] == "key-1"
    assert sent.body.count('name="tickets"') == 3


def test_a_retry_for_other_tickets_has_a_key_of_its_own(tab: Page, pages: PageServer) -> None:
    serve_together(pages)
    pages.on("POST", "/queue/together/", lambda _: Answer("away", status=503))
    tab.goto("/")
    tab.get_by_label("Reason", exact=True).select_option("arguments_checked")
    tab.get_by_label("In your words").fill("Checked each.")

    for leave_out in ("shop/none", "payments-prod/4803/2"):
        tab.evaluate("(name) => document.querySelector(`[value='${name}']`)?.remove()", leave_out)
        tab.get_by_role("button", name="Approve 2", exact=True).click()
        tab.get_by_role("button", name="Yes, approve 2").click()
        expect(tab.get_by_role("button", name="Try again")).to_be_visible()

    first, second = (each.headers["Idempotency-Key"] for each in pages.sent)
    assert first != second


def test_leaving_one_out_keeps_what_was_typed(tab: Page, pages: PageServer) -> None:
    serve_together(pages)
    rest = replace(together.PAGE, lines=together.PAGE.lines[1:])
    shown: dict[str, Any] = {"shell": sample.SHELL, "together": rest, "csrf_token": "t"}
    pages.page("/queue/together/", draw("together/index.html", **shown))
    tab.goto("/")
    tab.get_by_label("In your words").fill("Checked each.")

    tab.get_by_role("link", name="Leave out ticket 4803").click()

    expect(tab.get_by_role("heading", name="Answer 3 tickets together")).to_be_focused()
    expect(tab.get_by_label("In your words")).to_have_value("Checked each.")


def test_the_focus_goes_to_the_heading_where_its_place_is_gone(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_together(pages)
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    tab.get_by_role("link", name="Leave out ticket 4803").focus()
    rest = replace(together.PAGE, lines=together.PAGE.lines[1:])
    pages.page("/again/", draw("together/page.html", together=rest, csrf_token="t"))

    socket.event(311, "ticket.resolved", ticket=together.PAGE.lines[0].row.ticket_id)

    expect(tab.get_by_role("heading", name="Answer 3 tickets together")).to_be_focused()


def test_a_lost_connection_turns_approving_many_off_and_leaves_denying(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_together(pages)
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    pages.on("GET", "/again/", lambda _: Answer("away", status=503))
    tab.get_by_label("Reason", exact=True).select_option("arguments_checked")
    tab.get_by_label("In your words").fill("Checked each.")
    tab.get_by_role("button", name="Approve 2", exact=True).click()

    # A socket that came back would make the page fresh for a while.
    socket.refuses = True
    tab.clock.run_for(40_000)

    approve = tab.get_by_role("button", name="Approve 2", exact=True)
    expect(approve).to_have_attribute("aria-disabled", "true")
    expect(approve).to_have_accessible_description(
        "Approve is off: this page has shown nothing new for more than 15\u00a0s. Deny works."
    )
    expect(tab.locator("[data-confirm]")).to_be_hidden()
    expect(tab.get_by_role("button", name="Deny 3")).to_be_enabled()
    tab.get_by_label("In your words").press("Control+Enter")
    expect(tab.locator("#decide [data-progress]")).to_contain_text("Approve is off: this page has")


def _again_slowly(
    pages: PageServer, first: TogetherPage, then: TogetherPage
) -> tuple[threading.Event, threading.Event]:
    """Hold the first answer back; return what is set once it is asked for, and what lets it go."""
    is_asked, goes_on = threading.Event(), threading.Event()

    def answer(_: Sent) -> Answer:
        if is_asked.is_set():
            return Answer(draw("together/page.html", together=then, csrf_token="t"))
        is_asked.set()
        assert goes_on.wait(timeout=30)
        return Answer(draw("together/page.html", together=first, csrf_token="t"))

    pages.on("GET", "/again/", answer)
    return is_asked, goes_on


def _ask_again(tab: Page) -> None:
    tab.evaluate("() => document.dispatchEvent(new Event('countdown-over'))")
    tab.clock.run_for(1_000)


def test_an_older_answer_does_not_take_the_place_of_a_newer_one(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_together(pages)
    rest = replace(together.PAGE, lines=together.PAGE.lines[1:], seqs={"payments-prod": 312})
    older = replace(together.PAGE, lines=together.PAGE.lines[:1], seqs={"payments-prod": 311})
    is_asked, goes_on = _again_slowly(pages, older, rest)
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    _ask_again(tab)
    assert is_asked.wait(timeout=30)

    _ask_again(tab)
    gone = tab.get_by_role("link", name="Leave out ticket 4803")
    expect(gone).to_have_count(0)
    seen = tab.evaluate_handle(
        """() => {
          const shown = [];
          const look = () => shown.push(document.querySelector("[data-together]").dataset.seqs);
          new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
          return shown;
        }"""
    )
    with tab.expect_response("**/again/"):
        goes_on.set()
    tab.wait_for_load_state("networkidle")
    tab.clock.run_for(1_000)

    expect(gone).to_have_count(0)
    assert not [seqs for seqs in seen.json_value() if "311" in seqs]


def test_an_answer_for_what_was_left_out_meanwhile_does_not_bring_it_back(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_together(pages)
    rest = replace(together.PAGE, lines=together.PAGE.lines[1:], again_url="/again/rest/")
    shown: dict[str, Any] = {"shell": sample.SHELL, "together": rest, "csrf_token": "t"}
    pages.page("/queue/together/", draw("together/index.html", **shown))
    pages.page("/again/rest/", draw("together/page.html", together=rest, csrf_token="t"))
    # Its own sign differs from both, as that of a page on which something moved would.
    newer = replace(together.PAGE, lines=together.PAGE.lines[:2], seqs={"payments-prod": 311})
    is_asked, goes_on = _again_slowly(pages, newer, newer)
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    _ask_again(tab)
    assert is_asked.wait(timeout=30)
    tab.get_by_role("link", name="Leave out ticket 4803").click()
    gone = tab.get_by_role("link", name="Leave out ticket 4803")
    expect(gone).to_have_count(0)

    with tab.expect_response("**/again/rest/"):
        goes_on.set()
    tab.wait_for_load_state("networkidle")

    expect(gone).to_have_count(0)
