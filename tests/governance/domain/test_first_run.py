"""The steps of the first run, and which may follow which."""

from __future__ import annotations

import pytest

from governance.domain.first_run import Doing, Step, is_reached, slug_of, step_after


@pytest.mark.parametrize(
    ("step", "doing", "after"),
    [
        (Step.FLEET, Doing.MAKE_FLEET, Step.REVIEWER),
        (Step.REVIEWER, Doing.MAKE_FLEET, None),
        (Step.REVIEWER, Doing.INVITE, Step.KEY),
        (Step.REVIEWER, Doing.GO_ON_ALONE, Step.KEY),
        (Step.KEY, Doing.GO_ON_ALONE, None),
        (Step.AGENT, Doing.INVITE, Step.AGENT),
        (Step.FLEET, Doing.MAKE_KEY, None),
        (Step.KEY, Doing.MAKE_KEY, Step.AGENT),
        (Step.AGENT, Doing.MAKE_KEY, Step.AGENT),
        (Step.KEY, Doing.END, None),
        (Step.AGENT, Doing.END, Step.DONE),
        (Step.DONE, Doing.END, None),
    ],
)
def test_each_step_leads_to_the_next(step: Step, doing: Doing, after: Step | None) -> None:
    assert step_after(step, doing) is after


def test_pages_behind_are_open_and_pages_ahead_are_not() -> None:
    opened = [page for page in Step if is_reached(Step.KEY, page)]

    assert opened == [Step.FLEET, Step.REVIEWER, Step.KEY]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Payments", "payments"),
        ("  Shop & Co. ", "shop-co"),
        ("Ünï", "n"),
        ("日本", ""),
        ("a" * 63 + " b", "a" * 63),
    ],
)
def test_a_short_name_is_made_of_letters_and_digits(name: str, slug: str) -> None:
    assert slug_of(name) == slug
