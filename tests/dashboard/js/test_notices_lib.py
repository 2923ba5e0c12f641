"""The rules of what a person who looks elsewhere is told of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Call = Callable[..., Any]
ROOT = Path(__file__).parents[3]


def ticket(number: int) -> dict[str, str]:
    return {
        "id": str(number),
        "url": f"/f/shop/tickets/{number}/",
        "title": f"ticket #{number}",
        "body": "refund.issue.",
    }


def test_only_what_the_page_has_not_seen_is_new(call: Call) -> None:
    fresh = call("notices", "news", ["1", "2"], [ticket(2), ticket(1)], [ticket(3), ticket(2)])

    assert fresh == [ticket(3)]


def test_what_comes_up_from_below_a_full_answer_is_not_new(call: Call) -> None:
    full = [ticket(number) for number in range(60, 10, -1)]
    known = [each["id"] for each in full]
    answered, came_up, opened = full[2:], [ticket(10), ticket(9)], ticket(61)

    fresh = call("notices", "news", known, full, [opened, *answered, *came_up])

    assert fresh == [opened]


def test_what_somebody_answered_is_told_no_longer_and_the_rest_in_the_words_of_now(
    call: Call,
) -> None:
    raised = {**ticket(2), "body": "refund.issue. With level 2."}

    left = call("notices", "standing", [ticket(1), ticket(2)], [raised, ticket(3)])

    assert left == [raised]


def test_up_to_three_are_told_one_by_one(call: Call) -> None:
    told = call("notices", "notices", [ticket(each) for each in (1, 2, 3)], "/queue/")

    assert [each["tag"] for each in told] == ["countersign-1", "countersign-2", "countersign-3"]
    assert (told[0]["title"], told[0]["url"]) == ("ticket #1", "/f/shop/tickets/1/")


@pytest.mark.parametrize(
    ("count", "title"),
    [(4, "4 new tickets"), (49, "49 new tickets"), (50, "50 or more new tickets")],
)
def test_more_are_told_as_one(call: Call, count: int, title: str) -> None:
    told = call("notices", "notices", [ticket(each) for each in range(count)], "/queue/")

    assert [(each["tag"], each["title"], each["url"]) for each in told] == [
        ("countersign-many", title, "/queue/")
    ]


def test_the_documentation_says_how_many_are_told_one_by_one() -> None:
    rules = (ROOT / "static/js/lib/notices.js").read_text()
    docs = " ".join((ROOT / "docs/running.md").read_text().split())

    assert "export const ALONE_MOST = 3;" in rules
    assert "more than 3 at once are one notice" in docs


def test_a_flood_takes_the_place_of_what_was_told_one_by_one(call: Call) -> None:
    few = call("notices", "notices", [ticket(1)], "/queue/")
    many = call("notices", "notices", [ticket(each) for each in range(5)], "/queue/")

    step = call("notices", "changes", few, many)

    assert (step["close"], step["show"]) == (["countersign-1"], many)


def test_what_is_in_sight_already_is_not_shown_again(call: Call) -> None:
    told = call("notices", "notices", [ticket(1), ticket(2)], "/queue/")
    raised = [{**told[0], "body": "With level 2."}, told[1]]

    assert call("notices", "changes", told, told) == {"close": [], "show": []}
    assert call("notices", "changes", told, raised) == {"close": [], "show": [raised[0]]}


@pytest.mark.parametrize(
    ("title", "waiting", "shown"),
    [
        ("Queue · Countersign", 3, "(3) Queue · Countersign"),
        ("(3) Queue · Countersign", 12, "(12) Queue · Countersign"),
        ("(12) Queue · Countersign", 0, "Queue · Countersign"),
        ("(12) Queue · Countersign", None, "(?) Queue · Countersign"),
        ("(?) Queue · Countersign", 1, "(1) Queue · Countersign"),
        ("#812 (urgent)", 2, "(2) #812 (urgent)"),
    ],
)
def test_the_title_counts_what_waits(
    call: Call, title: str, waiting: int | None, shown: str
) -> None:
    assert call("notices", "counted", title, waiting) == shown


@pytest.mark.parametrize(
    ("permission", "can_ask", "can_try", "says"),
    [
        ("default", True, False, "has not been asked yet"),
        ("granted", False, True, "shows notices"),
        ("denied", False, False, "choose Notifications, then Allow"),
        ("unsupported", False, False, "the title still counts"),
    ],
)
def test_the_page_says_what_the_browser_allows_and_what_to_do(
    call: Call, permission: str, can_ask: bool, can_try: bool, says: str
) -> None:
    note = call("notices", "permissionNote", permission)

    assert (note["canAsk"], note["canTry"]) == (can_ask, can_try)
    assert says in note["words"]
