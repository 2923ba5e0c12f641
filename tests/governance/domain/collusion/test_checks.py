from __future__ import annotations

import pytest

from governance.domain.collusion.checks import (
    checks_phrase,
    checks_progress,
    checks_wanted,
    job_phrase,
)


@pytest.mark.parametrize(("members", "jobs"), [(2, 8), (3, 16)])
def test_as_many_jobs_are_checked_as_join_the_members(members: int, jobs: int) -> None:
    assert checks_wanted(members, 8) == jobs


def test_what_is_checked_next_is_named() -> None:
    assert checks_phrase(["Buyer", "Broker"], 8) == (
        "The next 8 jobs between Broker and Buyer are checked."
    )
    assert checks_phrase(["Cy", "Ann", "Bob"], 16, called_on=3) == (
        "The next 16 jobs among Ann, Bob and Cy and 3 agents they call on are checked."
    )


def test_progress_is_told_in_jobs() -> None:
    assert checks_progress(8, 3) == "The next 8 jobs between them are checked; 3 of 8 done."


@pytest.mark.parametrize(("left", "words"), [(2, "2 more follow."), (0, "this is the last.")])
def test_a_job_says_how_many_follow(left: int, words: str) -> None:
    assert job_phrase(left).endswith(f"do for each other; {words}")
