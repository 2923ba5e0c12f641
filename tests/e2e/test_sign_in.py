"""People come in: with an app, after wrong passwords, by mail, through a provider; in real browsers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.axe import EVERY_RULE, violations
from tests.dashboard.identity import RITA, identity_provider
from tests.dashboard.second_factor import App
from tests.e2e.desk import sign_in
from tests.e2e.stack import PROJECT, Stack, stack_running, until

pytestmark = pytest.mark.browser

NEW = "another battery, another staple"
SECURITY = "/account/security/"
WHO = """
from django.contrib.auth.models import User
for name in ("mona", "adam"):
    User.objects.filter(username=name).update(email=f"{name}@shop.example")
User.objects.filter(username="adam").update(email="rita@shop.example")
"""


@dataclass(frozen=True)
class House:
    """A stack of its own, with a mail server and an identity provider beside it."""

    stack: Stack
    mails: Path

    def mailed(self, address: str) -> list[str]:
        """Return what was mailed to an address."""
        lines = self.mails.read_text("utf-8").splitlines() if self.mails.exists() else []
        mails = [json.loads(line) for line in lines]
        return [mail["body"] for mail in mails if address in mail["to"]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    mails = folder / "mails"
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.escalations.mail_server", str(mails)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    with identity_provider() as issuer:
        also = {
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": server.stdout.readline().strip(),
            "EMAIL_USE_TLS": "0",
            "OIDC_ISSUER": issuer,
            "OIDC_CLIENT_ID": "countersign",
            "OIDC_CLIENT_SECRET": "a secret",
            "OIDC_NAME": "Shop ID",
        }
        with stack_running(folder, also) as stack:
            stack.manage("shell", "-v0", "-c", WHO)
            yield House(stack, mails)
    server.terminate()
    server.wait(timeout=30)


@pytest.fixture
def browser_of(chromium: Browser, house: House) -> Iterator[Callable[[], Page]]:
    """Open a browser that nobody has signed in with; no script of it may fail."""
    contexts: list[BrowserContext] = []
    failures: list[str] = []

    def opened() -> Page:
        # Fades are off: half-way colours are no theme.
        context = chromium.new_context(base_url=house.stack.url, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert failures == []


def password_typed(page: Page, username: str, password: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def looked_at(page: Page) -> None:
    """Find nothing wrong with a page, in either theme."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert violations(page, EVERY_RULE) == ""


def queue_is_open(page: Page) -> None:
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def test_an_app_is_set_up_and_asked_for_and_a_recovery_code_stands_in(
    house: House, browser_of: Callable[[], Page]
) -> None:
    password = house.stack.passwords["rita"]
    page = browser_of()
    sign_in(page, "rita", password)
    page.goto(SECURITY)
    page.get_by_role("link", name="Set an app up").click()
    looked_at(page)
    app = App((page.locator("#app-secret").text_content() or "").replace(" ", ""))
    # The picture is drawn: a policy that forbade it would leave it without a size.
    assert page.evaluate("() => document.querySelector('.scan').naturalWidth > 0")

    page.get_by_label("The code that the app shows now").fill(app.code())
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    looked_at(page)
    codes = page.locator(".codes code").all_text_contents()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a file").click()
    kept = Path(saved.value.path()).read_text("utf-8")
    assert len(codes) == 10
    assert all(code in kept for code in codes)

    other = browser_of()
    password_typed(other, "rita", password)
    looked_at(other)
    other.get_by_label("Code").fill("000000")
    other.get_by_role("button", name="Go on").click()
    expect(other.get_by_role("alert")).to_contain_text("not the code of now")
    other.get_by_label("Code").fill(app.code())
    other.get_by_role("button", name="Go on").click()
    queue_is_open(other)

    third = browser_of()
    password_typed(third, "rita", password)
    third.get_by_label("Code").fill(codes[0])
    third.get_by_role("button", name="Go on").click()
    queue_is_open(third)
    third.goto(SECURITY)
    expect(third.locator("#app")).to_contain_text("9 recovery codes left")
    looked_at(third)


def test_after_five_wrong_passwords_none_is_taken_for_a_quarter_of_an_hour(
    house: House, browser_of: Callable[[], Page]
) -> None:
    password = house.stack.passwords["ravi"]
    page = browser_of()
    for _ in range(5):
        password_typed(page, "ravi", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("Nothing is taken until")
    looked_at(page)

    password_typed(page, "ravi", password)
    expect(page.get_by_role("alert")).to_contain_text("not even the right one")
    house.stack.clock_forward(15 * 60 + 1)
    password_typed(page, "ravi", password)

    queue_is_open(page)


def test_a_forgotten_password_is_set_anew_by_mail(
    house: House, browser_of: Callable[[], Page]
) -> None:
    here, page = browser_of(), browser_of()
    sign_in(here, "mona", house.stack.passwords["mona"])
    page.goto("/sign-in/")
    page.get_by_role("link", name="I forgot my password").click()
    looked_at(page)
    page.get_by_label("Mail address").fill("mona@shop.example")
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("status").first).to_contain_text("a link is on its way")

    until(lambda: bool(house.mailed("mona@shop.example")))
    [body] = house.mailed("mona@shop.example")
    found = re.search(rf"{re.escape(house.stack.url)}\S+", body)
    assert found is not None
    page.goto(found[0])
    looked_at(page)
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password confirmation").fill(NEW)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("heading", name="Your password is set")).to_be_visible()

    page.get_by_role("link", name="Sign in").click()
    password_typed(page, "mona", NEW)
    queue_is_open(page)
    # What was open elsewhere is signed out.
    here.goto("/queue/")
    expect(here.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_provider_lets_in_whom_it_knows(house: House, browser_of: Callable[[], Page]) -> None:
    page = browser_of()
    page.goto("/f/shop/events/")
    looked_at(page)
    page.get_by_role("button", name="Sign in with Shop ID").click()
    page.get_by_role("button", name=RITA.sub).click()

    expect(page.get_by_role("heading", name="Events")).to_be_visible()
    page.goto(SECURITY)
    expect(page.locator("#provider")).to_contain_text("You can sign in through it")
    looked_at(page)


def test_a_provider_makes_nobody(house: House, browser_of: Callable[[], Page]) -> None:
    page = browser_of()
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with Shop ID").click()
    page.get_by_role("button", name="s-1").click()

    expect(page.get_by_role("heading", name="Nobody here by that name")).to_be_visible()
    looked_at(page)


def test_signing_out_elsewhere_closes_the_page_that_was_open_there(
    house: House, browser_of: Callable[[], Page]
) -> None:
    here, there = browser_of(), browser_of()
    for page in (here, there):
        sign_in(page, "anna", house.stack.passwords["anna"])
    expect(there.locator("[data-live]")).to_contain_text("Live")

    here.goto(SECURITY)
    here.get_by_role("button", name="Sign out everywhere else").click()

    expect(here.locator("#sessions .lines li")).to_have_count(1)
    expect(there.get_by_role("heading", name="Sign in")).to_be_visible()
    here.goto("/queue/")
    queue_is_open(here)
