"""Two admins tune one policy at once, each in a browser of their own, against a real stack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.desk import sign_in
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

# A fleet of their own: the policy of the demo's fleet stays as the other tests know it.
FURNISH = """
from governance.domain.types import Role
from governance.services.fleets import fleet_create, membership_set, user_create
ada = user_create(username="{one}", first_name="Ada", last_name="Moe", password="{password}")
ben = user_create(username="{other}", first_name="Ben", last_name="Ortiz", password="{password}")
fleet = fleet_create(slug="{slug}", name="Tuned", admin=ada)
membership_set(fleet=fleet, user=ben, role=Role.ADMIN, actor="{one}")
"""
NUMBERS = count(1)


@dataclass(frozen=True)
class Tuner:
    """An admin in a browser of their own, at the policy of the fleet."""

    page: Page
    url: str

    def open(self, section: str) -> None:
        """Open a section and wait until the page hears what others do."""
        self.page.goto(f"{self.url}?section={section}")
        expect(self.page.locator("[data-live-text]")).to_contain_text("Live")

    def field(self, path: str) -> Locator:
        return self.page.locator(f'[name="value.{path}"]')

    def type(self, path: str, value: str) -> None:
        self.field(path).fill(value)

    def keep(self) -> None:
        """Send the fields; the page that follows is drawn anew."""
        self.page.get_by_role("button", name="Keep in the draft").click()

    def publish(self, reason: str, *, what: str = "Publish") -> None:
        self.page.get_by_label("Reason", exact=True).fill(reason)
        self.page.get_by_role("button", name=re.compile(rf"^{what} policy \d+$")).click()


@pytest.fixture
def tuners(chromium: Browser, stack: Stack) -> Iterator[tuple[Tuner, Tuner]]:
    number, password = next(NUMBERS), uuid4().hex
    names = {"one": f"ada{number}", "other": f"ben{number}", "slug": f"tuned-{number}"}
    stack.manage("shell", "-v0", "-c", FURNISH.format(**names, password=password))
    failures: list[str] = []
    contexts = [chromium.new_context(base_url=stack.url) for _ in range(2)]
    seated: list[Tuner] = []
    for context, name in zip(contexts, (names["one"], names["other"]), strict=True):
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        sign_in(page, name, password)
        seated.append(Tuner(page, f"/f/{names['slug']}/policy/"))
    yield seated[0], seated[1]
    for context in contexts:
        context.close()
    assert failures == []


def test_changes_of_different_fields_are_merged_with_a_note(tuners: tuple[Tuner, Tuner]) -> None:
    ada, ben = tuners
    ada.open("breaker")
    ben.open("breaker")
    ben.type("breaker.freeze_cap_h", "48")
    ben.keep()
    expect(ben.page.get_by_text("1 field is kept in the draft")).to_be_visible()
    # The change of the other is heard, and nothing under the cursor moves.
    expect(ada.page.locator('[data-part="notices"]')).to_contain_text(
        "Ben Ortiz changed “Freeze, at most”"
    )

    ada.type("breaker.freeze_first_min", "20")
    ada.keep()

    rail = ada.page.locator('[data-part="rail"]')
    expect(rail).to_contain_text("2 changes")
    expect(rail).to_contain_text("Freeze, first")
    expect(rail).to_contain_text("Freeze, at most")
    expect(ada.page.locator('[data-part="notices"]')).to_contain_text("Ben Ortiz changed")
    expect(ada.field("breaker.freeze_cap_h")).to_have_value("48")


def test_changes_of_one_field_are_named_with_who_and_when_and_chosen_between(
    tuners: tuple[Tuner, Tuner],
) -> None:
    ada, ben = tuners
    ada.open("breaker")
    ben.open("breaker")
    ada.type("breaker.freeze_first_min", "20")
    ben.type("breaker.freeze_first_min", "30")
    ben.keep()
    expect(ben.page.get_by_text("1 field is kept in the draft")).to_be_visible()

    ada.keep()

    clash = ada.page.get_by_role("group", name="Two changes of Freeze, first")
    expect(clash).to_contain_text(
        re.compile(r"Ben Ortiz changed this (just now|\d+\s.+ ago): 30\s")
    )
    expect(clash).to_contain_text(re.compile(r"you typed 20\sminutes"))
    expect(ada.field("breaker.freeze_first_min")).to_have_value("20")

    clash.get_by_label("Keep mine").check()
    ada.keep()

    rail = ada.page.locator('[data-part="rail"]')
    expect(rail.locator("ins")).to_have_text(re.compile(r"^20\sminutes$"))


def test_what_is_typed_stays_while_the_other_publishes(tuners: tuple[Tuner, Tuner]) -> None:
    ada, ben = tuners
    ben.open("breaker")
    ben.type("breaker.freeze_first_min", "30")
    ben.keep()
    expect(ben.page.locator('[data-part="rail"]')).to_contain_text("1 change")
    ada.open("breaker")
    ada.type("breaker.freeze_cap_h", "48")

    ben.publish("Refunds freeze too late.")

    expect(ben.page.get_by_text("Published: it is in force.")).to_be_visible()
    notices = ada.page.locator('[data-part="notices"]')
    expect(notices).to_contain_text("Policy 2 is in force since")
    expect(notices).to_contain_text("published by Ben Ortiz.")
    expect(ada.page.locator('[data-part="rail"]')).to_contain_text("No draft")
    expect(ada.field("breaker.freeze_cap_h")).to_have_value("48")
    expect(ada.field("breaker.freeze_cap_h")).to_be_focused()

    ada.keep()

    rail = ada.page.locator('[data-part="rail"]')
    expect(rail).to_contain_text("Policy 2 → policy 3")
    expect(rail.locator("ins")).to_have_text(re.compile(r"^48\shours$"))


def test_a_guarded_change_is_proposed_and_another_admin_agrees(
    tuners: tuple[Tuner, Tuner],
) -> None:
    ada, ben = tuners
    ada.open("breaker")
    ben.open("pace")
    ada.type("breaker.frozen_share_cap", "40")
    ada.keep()

    ada.publish("Spring sale.", what="Propose")

    off = ada.page.get_by_role("button", name=re.compile("^Agree and publish"))
    expect(off).to_have_attribute("aria-disabled", "true")
    expect(ada.page.get_by_text("You proposed it; another admin must agree.")).to_be_visible()
    expect(ben.page.locator('[data-part="rail"]')).to_contain_text("Proposed by Ada Moe")
    expect(ben.page.locator('[data-part="rail"]')).to_contain_text("Spring sale.")

    ben.page.get_by_role("button", name=re.compile("^Agree and publish")).click()

    expect(ben.page.get_by_text("Published: it is in force.")).to_be_visible()
    expect(ada.page.locator('[data-part="rail"]')).to_contain_text("No draft")
    expect(ada.page.locator('[data-part="summary"]')).to_contain_text("Policy 2 is in force")
    notices = ada.page.locator('[data-part="notices"]')
    expect(notices).to_contain_text("published by you, agreed to by Ben Ortiz.")
    expect(ada.page.locator("[data-mode]")).to_have_text("ENFORCE · policy v2")
    expect(ada.page.locator("[data-tabs] .n")).to_have_count(0)
    expect(ada.page.locator("[data-moved]")).to_have_text(re.compile(r"^As of \d\d:\d\d: Draft "))


def test_a_refusal_is_said_before_and_after_sending_and_nothing_is_lost(
    tuners: tuple[Tuner, Tuner],
) -> None:
    ada, _ = tuners
    ada.open("breaker")
    ada.type("breaker.freeze_cap_h", "48")
    ada.type("breaker.freeze_first_min", "0")
    ada.page.keyboard.press("Tab")
    said = ada.page.get_by_text("Must be from 1 to 1440 minutes, got 0.", exact=True)
    expect(said).to_be_visible()

    ada.keep()

    summary = ada.page.get_by_role("alert").filter(has_text="Not kept")
    expect(summary).to_contain_text(
        "breaker.freeze_first_min must be from 1 to 1440 minutes, got 0"
    )
    expect(said).to_be_visible()
    expect(ada.field("breaker.freeze_cap_h")).to_have_value("48")
    summary.get_by_role("link", name="Freeze, first").click()
    expect(ada.field("breaker.freeze_first_min")).to_be_focused()


def test_a_contradiction_between_fields_is_said_by_the_server_while_typing(
    tuners: tuple[Tuner, Tuner],
) -> None:
    ada, _ = tuners
    ada.open("breaker")

    ada.type("breaker.alarm_share", "90")
    ada.page.keyboard.press("Tab")

    expect(ada.page.get_by_text("because of “Frozen share, at most”")).to_be_visible()


def test_a_version_is_rolled_back_once_its_difference_was_seen(
    tuners: tuple[Tuner, Tuner],
) -> None:
    ada, ben = tuners
    ada.open("breaker")
    ada.type("breaker.freeze_first_min", "30")
    ada.keep()
    ada.publish("Refunds freeze too late.")
    expect(ada.page.get_by_text("Published: it is in force.")).to_be_visible()
    ben.open("breaker")

    ada.page.get_by_role("main").get_by_role("link", name="Versions").click()
    ada.page.get_by_role("link", name="Roll back to policy 1…").click()
    row = ada.page.get_by_role("row").filter(has_text="Freeze, first")
    expect(row).to_contain_text(re.compile(r"30\sminutes.*15\sminutes"))
    ada.page.get_by_label("Reason").fill("Too slow after all.")
    ada.page.get_by_role("button", name="Propose to roll back to policy 1").click()

    # Shorter freezes are looser: another admin agrees.
    expect(ben.page.locator('[data-part="rail"]')).to_contain_text("Too slow after all.")
    ben.page.get_by_role("button", name=re.compile("^Agree and publish")).click()
    expect(ben.page.locator('[data-part="summary"]')).to_contain_text("Policy 3 is in force")
    expect(ben.field("breaker.freeze_first_min")).to_have_value("15")
