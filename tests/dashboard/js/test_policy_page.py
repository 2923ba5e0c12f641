"""The policy editor as a browser runs it: what it says at once, and what others do beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.cards.shell import FleetMode
from tests.dashboard import sample_cards
from tests.dashboard.js.conftest import Socket, until
from tests.dashboard.page_server import Answer, PageServer, Sent, draw
from tests.dashboard.sample_agents import LIVE_SHELL
from tests.dashboard.sample_cards import SHELL
from tests.dashboard.sample_policy import (
    BREAKER,
    PLACE,
    POLICY_STATES,
    PROPOSED,
    REFUSED,
    editor,
)

if TYPE_CHECKING:
    from dashboard.cards.policy_editor import PolicyEditor

pytestmark = pytest.mark.browser

FIRST, CAP = "breaker.freeze_first_min", "breaker.frozen_share_cap"
# What a reader calls the control that has the focus.
NAME = """() => {
  const at = document.activeElement;
  return (at.labels?.[0] ?? at).textContent.replace(/\\s+/g, " ").trim();
}"""
NOTICE = "Ben Ortiz changed “Freeze, at most” 1 min ago; what you typed stays."


def shown(card: PolicyEditor, template: str = "policy/index.html") -> str:
    return draw(template, editor=card, shell=LIVE_SHELL, csrf_token="token")


def checked(pages: PageServer, problems: dict[str, str]) -> None:
    """Let the server's check answer with these problems."""
    pages.on("POST", f"{PLACE}check/", lambda _: Answer({"problems": problems}))


@pytest.fixture
def at_breaker(tab: Page, pages: PageServer) -> Page:
    """An open section whose socket has greeted it."""
    pages.page("/", shown(BREAKER))
    checked(pages, {})
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    return tab


def test_a_value_out_of_range_is_said_once_the_field_is_left(at_breaker: Page) -> None:
    typed = at_breaker.locator(f'[name="value.{FIRST}"]')

    typed.fill("0")
    expect(at_breaker.get_by_text("got 0.")).to_have_count(0)
    at_breaker.keyboard.press("Tab")

    expect(at_breaker.get_by_text("Must be from 1 to 1440 minutes, got 0.")).to_be_visible()
    expect(typed).to_have_attribute("aria-invalid", "true")

    typed.fill("5")
    expect(typed).not_to_have_attribute("aria-invalid", "true")


def test_a_contradiction_is_the_servers_to_say(at_breaker: Page, pages: PageServer) -> None:
    checked(pages, {CAP: "Must be at least 40 %, because of “Frozen share that is an incident”."})

    at_breaker.locator(f'[name="value.{CAP}"]').fill("35")
    at_breaker.keyboard.press("Tab")

    expect(at_breaker.get_by_text("Must be at least 40 %, because of")).to_be_visible()


def test_an_older_answer_of_the_check_says_nothing_of_a_newer_value(
    at_breaker: Page, pages: PageServer
) -> None:
    held, asked = Event(), []

    def answer(sent: Sent) -> Answer:
        asked.append(sent)
        if len(asked) == 1:
            held.wait()
            return Answer({"problems": {CAP: "An old problem."}})
        return Answer({"problems": {CAP: "A new problem."}})

    pages.on("POST", f"{PLACE}check/", answer)
    cap = at_breaker.locator(f'[name="value.{CAP}"]')
    cap.fill("35")
    at_breaker.keyboard.press("Tab")
    until(at_breaker, lambda: len(asked) == 1)
    cap.fill("36")
    at_breaker.keyboard.press("Tab")
    expect(at_breaker.get_by_text("A new problem.")).to_be_visible()

    with at_breaker.expect_response(f"**{PLACE}check/"):
        held.set()

    expect(at_breaker.get_by_text("A new problem.")).to_be_visible()
    expect(at_breaker.get_by_text("An old problem.")).to_have_count(0)


def test_what_is_typed_and_not_sent_is_counted(at_breaker: Page) -> None:
    at_breaker.locator(f'[name="value.{FIRST}"]').fill("20")
    expect(at_breaker.get_by_text("1 field typed, not in the draft yet.")).to_be_visible()

    at_breaker.locator(f'[name="value.{FIRST}"]').fill("15.0")

    expect(
        at_breaker.get_by_text("Nothing is in force before the draft is published.")
    ).to_be_visible()


def test_as_all_fleets_takes_their_value_and_typing_another_leaves_them(
    at_breaker: Page,
) -> None:
    typed = at_breaker.locator(f'[name="value.{FIRST}"]')
    follow = at_breaker.get_by_role("checkbox", name="As all fleets: 15 minutes, Freeze, first")
    typed.fill("20")

    follow.check()
    expect(typed).to_have_value("15")

    typed.fill("21")
    expect(follow).not_to_be_checked()


def test_what_others_do_is_told_and_nothing_under_the_cursor_moves(
    at_breaker: Page, pages: PageServer, socket: Socket
) -> None:
    typed = at_breaker.locator(f'[name="value.{FIRST}"]')
    at_breaker.get_by_label("Reason", exact=True).fill("Because of")
    typed.fill("20")
    pages.page(
        "/parts/",
        shown(replace(BREAKER, seq=311, notices=(NOTICE,), draft=PROPOSED), "policy/parts.html"),
    )

    socket.event(311, "policy.drafted")

    expect(at_breaker.get_by_text("Proposed by Ben Ortiz")).to_be_visible()
    expect(at_breaker.locator('[data-part="notices"]')).to_contain_text("Ben Ortiz changed")
    expect(typed).to_have_value("20")
    expect(typed).to_be_focused()


def test_a_reason_that_is_being_written_stays_with_its_caret(
    at_breaker: Page, pages: PageServer, socket: Socket
) -> None:
    reason = at_breaker.get_by_label("Reason", exact=True)
    reason.fill("Refunds freeze late.")
    reason.evaluate("(box) => box.setSelectionRange(7, 7)")
    changed = replace(BREAKER.draft, version=8, lines=BREAKER.draft.lines[:1])
    pages.page("/parts/", shown(replace(BREAKER, seq=311, draft=changed), "policy/parts.html"))

    socket.event(311, "policy.drafted")

    expect(at_breaker.locator('[data-part="rail"]')).to_contain_text("1 change")
    expect(reason).to_have_value("Refunds freeze late.")
    expect(reason).to_be_focused()
    assert reason.evaluate("(box) => box.selectionStart") == 7


def test_other_events_leave_the_page_alone(
    at_breaker: Page, pages: PageServer, socket: Socket
) -> None:
    asked: list[Sent] = []

    def parts(sent: Sent) -> Answer:
        asked.append(sent)
        return Answer(shown(replace(BREAKER, seq=312), "policy/parts.html"))

    pages.on("GET", "/parts/", parts)

    socket.event(311, "task.allowed")
    socket.event(312, "policy.published")

    until(at_breaker, lambda: len(asked) == 1)
    assert len(asked) == 1


def test_a_refused_page_leads_to_what_is_wrong(tab: Page, pages: PageServer) -> None:
    pages.page("/", shown(REFUSED))
    tab.goto("/")

    expect(tab.locator("#problems")).to_be_focused()
    tab.get_by_role("link", name="Freeze, first").click()

    expect(tab.locator(f'[name="value.{FIRST}"]')).to_be_focused()


def test_a_choice_of_words_is_counted_and_sent_to_the_check(tab: Page, pages: PageServer) -> None:
    pages.page("/", shown(editor("matrix")))
    checked(pages, {"matrix.stateless_low": "Must be “Conservative” or stricter."})
    tab.goto("/")

    tab.get_by_label("Stateless, low trust").select_option("Aggressive")

    expect(tab.get_by_text("Must be “Conservative” or stricter.")).to_be_visible()
    assert "aggressive" in pages.sent[-1].body
    expect(tab.get_by_text("1 field typed, not in the draft yet.")).to_be_visible()


def test_a_word_against_a_proposal_stays_while_the_draft_is_drawn_anew(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    pages.page("/", shown(editor("pace", draft=PROPOSED)))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    tab.get_by_text("Decline the proposal…").click()
    word = tab.get_by_label("Why not?")
    word.fill("Not before the audit.")
    changed = replace(PROPOSED, version=9, lines=PROPOSED.lines[:1])
    pages.page("/parts/", shown(editor("pace", seq=311, draft=changed), "policy/parts.html"))

    socket.event(311, "policy.drafted")

    expect(tab.locator('[data-part="rail"]')).to_contain_text("1 change")
    expect(word).to_have_value("Not before the audit.")
    expect(word).to_be_focused()


def test_without_script_a_field_is_sent_with_what_was_read(
    chromium: Browser, pages: PageServer
) -> None:
    pages.page("/", shown(BREAKER))
    pages.on("POST", f"{PLACE}change/", lambda _: Answer("kept"))
    context = chromium.new_context(base_url=pages.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")

    page.locator(f'[name="value.{FIRST}"]').fill("20")
    page.get_by_role("button", name="Keep in the draft").click()

    expect(page.get_by_text("kept")).to_be_visible()
    form = parse_qs(pages.sent[-1].body)
    assert (form[f"value.{FIRST}"], form[f"seen.{FIRST}"]) == (["20"], ["15"])
    context.close()


def test_every_control_is_reached_by_the_tab_key_and_none_holds_it(
    tab: Page, pages: PageServer
) -> None:
    pages.page("/", shown(editor("audits")))
    tab.goto("/")
    tab.locator("#policy-words").focus()
    wanted = [
        "Only what differs from the default",
        "Show",
        "Audits waiting, at most, audits",
        "Audits a day, at most, audits a day",
        "Keep in the draft",
        "Reason",
        "Propose policy 43",
    ]

    reached = []
    for _ in range(40):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate(NAME))

    assert [name for name in reached if name in wanted] == wanted
    assert "Discard the draft…" in reached


def test_the_policy_of_all_fleets_is_asked_for_again_by_itself(
    tab: Page, pages: PageServer
) -> None:
    general = POLICY_STATES["general"]
    pages.page("/", draw("policy/index.html", editor=general, shell=SHELL, csrf_token="token"))
    tab.clock.pause_at(sample_cards.NOW + timedelta(hours=1))
    tab.goto("/")
    typed = tab.locator('[name="value.audits.open_most"]')
    typed.fill("30")
    expect(tab.get_by_text("1 field typed, not in the draft yet.")).to_be_visible()
    pages.page("/parts/", shown(replace(general, notices=(NOTICE,)), "policy/parts.html"))

    tab.clock.run_for(15_000)

    expect(tab.locator('[data-part="notices"]')).to_contain_text("Ben Ortiz changed")
    expect(typed).to_have_value("30")


def test_what_came_into_force_dates_the_notes_and_counts_of_an_open_page(
    at_breaker: Page, pages: PageServer, socket: Socket
) -> None:
    typed = at_breaker.locator(f'[name="value.{FIRST}"]')
    typed.fill("20")
    fresh = replace(
        BREAKER,
        seq=311,
        stand="43 ",
        notices=("Policy 43 is in force since 12:04, published by you, agreed to by Ben Ortiz.",),
        sections=tuple(replace(each, changes=0) for each in BREAKER.sections),
    )
    pages.page("/parts/", shown(fresh, "policy/parts.html"))
    expect(at_breaker.locator("[data-tabs] .n")).to_have_count(1)

    socket.event(311, "policy.published")

    expect(at_breaker.locator('[data-part="notices"]')).to_contain_text("Policy 43 is in force")
    expect(at_breaker.locator("[data-tabs] .n")).to_have_count(0)
    notes = at_breaker.locator("[data-moved]")
    for note in notes.all():
        expect(note).to_contain_text("As of 12:00: Draft ")
    expect(typed).to_have_value("20")
    expect(typed).to_be_focused()


def test_the_bar_names_the_policy_that_came_into_force(
    at_breaker: Page, pages: PageServer, socket: Socket
) -> None:
    at = FleetMode(mode="ENFORCE", shadow_url="", policy_version=43)
    pages.page("/halts/", draw("fleet/halts_piece.html", halts=(), at=at, csrf_token="token"))
    pages.page("/parts/", shown(replace(BREAKER, seq=311), "policy/parts.html"))

    socket.event(311, "policy.published")

    expect(at_breaker.locator("[data-mode]")).to_have_text("ENFORCE · policy v43")
