"""Checks that people ask for on a tie: how many jobs, and how that is told."""

from __future__ import annotations

from collections.abc import Sequence

from governance.domain.phrases import count_words, list_words


def checks_wanted(members: int, jobs: int) -> int:
    """Return how many jobs among ``members`` >= 2 agents are checked.

    Args:
        members: who is watched or accused.
        jobs: of the policy, for one tie.

    Source: docs/evidence.md, Collusion: a pair needs about 5 to 7
    verified outcomes. As many ties as it takes
    to join the members, an own choice.
    """
    return jobs * (members - 1)


def checks_phrase(names: Sequence[str], wanted: int, called_on: int = 0) -> str:
    """Return which jobs are checked next.

    Args:
        names: of the members, two or more.
        wanted: how many jobs.
        called_on: how many others the members call on in step, whose work for them it is too.
    """
    between = "between" if len(names) == 2 else "among"
    members = list_words(sorted(names))
    if called_on:
        members = f"{members} and {count_words(called_on, 'agent')} they call on"
    return f"The next {count_words(wanted, 'job')} {between} {members} are checked."


def checks_progress(wanted: int, done: int) -> str:
    """Return how far checks have come."""
    return (
        f"The next {count_words(wanted, 'job')} between them are checked; {done} of {wanted} done."
    )


def job_phrase(left: int) -> str:
    """Return why a job was put before people, with how many jobs follow it."""
    follow = f"{left} more follow" if left else "this is the last"
    return (
        f"Checked because people asked for checks of what these agents do for each other; {follow}."
    )
