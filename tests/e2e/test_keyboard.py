"""A mixed queue of 25 cleared without a pointer, and by what a screen reader is told alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.hands import ANSWERS, READY, Hands, watched
from tests.e2e.mixture import PASSWORD, Mix, Mixture, mixtures_opened
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

MIX = Mix(
    low=2, medium=3, high=2, critical=2, alike=(4,),
    incidents=3, audits=4, drifts=1, releases=2, cascades=1, rings=1,
)  # fmt: skip
# Keys of moves that decide nothing: claim, escalate, next, snooze, queue, undo.
MOVES = "cenoqz"
LETTERS = [letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in MOVES]
REASONS = {
    "Approve": "The arguments are right",
    "Release": "The cause is found and mended",
    "Acknowledge": "Rightly blocked, nothing more to do",
    "Re-baseline": "The work became harder; this is normal now",
    "Pass": "The work is good",
    "Resume": "What it builds on is right",
    "Dismiss": "They belong together, and this is how they work",
}
SETTLED = "Approved|Released|Acknowledged|Re-baselined|Passed|Settled|Dismissed"


@pytest.fixture(scope="module")
def queues(stack: Stack) -> list[Mixture]:
    return mixtures_opened(stack, MIX, "quay", "jetty")


@pytest.fixture
def page(chromium: Browser, stack: Stack) -> Iterator[Page]:
    """A tab of a person who wants no motion; no script of it may fail."""
    context = chromium.new_context(base_url=stack.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    context.close()
    assert failures == []


def changed_user(page: Page) -> None:
    """Let somebody else sit down at the browser."""
    page.context.clear_cookies()
    page.evaluate("sessionStorage.clear()")


def no_single_key_decides(hands: Hands, queue: Mixture) -> None:
    """Press every key that is no other move, each from outside of the form."""
    sent: list[str] = []
    hands.page.on("request", lambda request: sent.append(request.method))
    before = queue.untouched()
    hands.press("Enter", "Space", "Control+Enter")
    for letter in LETTERS:
        hands.press(letter, "Shift+Tab")
    hands.page.reload()
    hands.wait(READY)
    assert "POST" not in sent
    assert queue.untouched() == before


def test_a_mixed_queue_of_25_is_cleared_by_keyboard(page: Page, queues: list[Mixture]) -> None:
    queue = queues[0]
    rita = Hands(page, PASSWORD, after=watched)
    rita.sign_in(queue.user("rita"))
    rita.begin()
    no_single_key_decides(rita, queue)

    rita.strokes = 0
    answers = [rita.decide("Checked.")]
    while rita.go_on():
        answers.append(rita.decide("Checked."))
    # What is critical waits for a second pair of eyes, the ring for a manager.
    assert (len(answers), queue.waiting()) == (24, 3)
    assert rita.strokes / len(answers) < 20

    changed_user(page)
    mona = Hands(page, PASSWORD, after=watched)
    mona.sign_in(queue.user("mona"))
    mona.begin()
    answers.append(mona.decide("Checked."))
    while mona.go_on():
        answers.append(mona.decide("Checked."))

    expect(page.get_by_text("Nothing waiting.")).to_be_visible()
    assert set(answers) == set(ANSWERS)
    assert queue.waiting() == 0


def decide_by_name(page: Page) -> str:
    """Decide what the page says, found by role and name alone; return what was said of it."""
    decision = page.get_by_role("complementary", name="Decision")
    answer = next(
        each
        for each in ANSWERS
        if decision.get_by_role("button", name=each, exact=True, disabled=False).count()
    )
    for box in decision.get_by_role("checkbox").all():
        box.check()
    decision.get_by_role("combobox", name="Reason").select_option(label=REASONS[answer])
    decision.get_by_role("textbox", name="In your words").fill("Checked.")
    password = decision.get_by_label(re.compile("^Your password"))
    if password.is_visible():
        password.fill(PASSWORD)
    decision.get_by_role("button", name=answer, exact=True).press("Enter")
    yes = page.get_by_role("button", name=f"Yes, {answer.lower()}")
    question = decision.get_by_role("group", name=re.compile(r"\?$")).filter(has=yes)
    expect(question).to_be_focused()
    yes.press("Enter")
    said = page.get_by_role("status").filter(has_text=re.compile(r"^Recorded \d\d:\d\d:\d\d\."))
    expect(said).to_have_text(
        re.compile(rf"This ticket (is settled: ({SETTLED}) by you|waits in version \d+: .*1 of 2)")
    )
    expect(page.get_by_role("link", name="Next ticket")).to_be_focused()
    return str(said.text_content())


def cleared_by_name(page: Page, username: str) -> list[str]:
    page.goto("/sign-in/")
    page.get_by_role("textbox", name="User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").press("Enter")
    tickets = page.get_by_role("region", name="Tickets").get_by_role("heading", level=2)
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")
    page.wait_for_load_state()
    # Until its scripts run a page of a ticket asks no question.
    with page.expect_navigation():
        tickets.first.get_by_role("link").first.press("Enter")
    said = []
    while True:
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Queue")
        said.append(decide_by_name(page))
        with page.expect_navigation():
            page.get_by_role("link", name="Next ticket").press("Enter")
        if page.get_by_role("heading", level=1, name="Queue").count():
            return said


def test_a_mixed_queue_of_25_is_cleared_by_what_a_screen_reader_says(
    page: Page, queues: list[Mixture]
) -> None:
    queue = queues[1]

    said = cleared_by_name(page, queue.user("rita"))
    changed_user(page)
    said += cleared_by_name(page, queue.user("mona"))

    expect(page.get_by_text("Nothing waiting.")).to_be_visible()
    assert queue.waiting() == 0
    # 25 settled, and one half of the four eyes for each of the two that are critical.
    assert len(said) == 27
    assert sum("is settled" in each for each in said) == 25
