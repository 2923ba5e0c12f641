from __future__ import annotations

from dataclasses import replace

import pytest

from governance.domain.collusion.findings import Finding, FindingKind
from governance.domain.collusion.scan import STAGES
from governance.domain.collusion.verdicts import Door
from governance.domain.collusion.watch import Watched
from governance.domain.collusion.words import (
    finding_phrase,
    luck_words,
    stage_phrase,
    watched_phrase,
    weightless_phrase,
)

NAMES = ["Ann", "Bob", "Cy"]
TIE = Finding(
    kind=FindingKind.OVER_RATED, agents=(0, 1), interactions=41, expected=3.2, counted=9,
    seen=0.52, usual=0.92, rating=0.94, effect=0.4, chance=2e-8, door=Door.TIE,
)  # fmt: skip
GROUP = replace(TIE, agents=(0, 1, 2), expected=None, door=None)


def test_over_rating_sets_ratings_beside_checks() -> None:
    assert finding_phrase(TIE, NAMES) == (
        "Ann and Bob worked together 41 times; 3 would be usual. They rate each other 0.94 on 9"
        " results that checks from outside put at 0.52; such ratings of them usually mean 0.92. By"
        " luck alone: less than 1 in 10 million."
    )


def test_one_result_is_one() -> None:
    assert "on 1 result that checks" in finding_phrase(replace(TIE, counted=1), NAMES)


def test_over_rating_one_way_names_whose_ratings_those_are() -> None:
    assert (
        "Bob rates Ann 0.94 on 9 results that checks from outside put at 0.52; such ratings of Ann"
        " usually mean 0.92."
    ) in finding_phrase(replace(TIE, begun_by=1), NAMES)


def test_favour_names_who_rates_whom_and_what_others_would_give() -> None:
    one_way = replace(
        TIE, kind=FindingKind.FAVOURED, seen=0.94, usual=0.67, begun_by=1, expected=0.4
    )

    assert finding_phrase(one_way, NAMES) == (
        "Ann and Bob worked together 41 times; fewer than 1 would be usual. Bob rates Ann 0.94 on"
        " average; unrelated agents would give the same work 0.67 (9 ratings). By luck alone: less"
        " than 1 in 10 million."
    )


def test_poor_work_waved_through_is_counted() -> None:
    waved = replace(TIE, kind=FindingKind.WAVED_THROUGH, counted=20, seen=0.95, usual=0.15)

    assert "They accepted 19 of 20 poor results of each other; 3 would be usual." in (
        finding_phrase(waved, NAMES)
    )
    assert "Bob accepted 19 of 20 poor results of Ann; 3 would be usual." in finding_phrase(
        replace(waved, begun_by=1), NAMES
    )


def test_joint_benefit_sets_the_gain_beside_the_usual_one() -> None:
    gain = replace(TIE, kind=FindingKind.JOINT_BENEFIT, seen=1.4, usual=0.9)

    assert (
        "In 9 accepted jobs they gained 1.40 together on average; work of such quality usually"
        " brings 0.90."
    ) in finding_phrase(gain, NAMES)


@pytest.mark.parametrize(("usual", "side"), [(0.7, "0.20 above"), (1.1, "0.20 below")])
def test_a_group_in_step_is_told_by_what_it_says(usual: float, side: str) -> None:
    step = replace(GROUP, kind=FindingKind.LOCKSTEP, seen=0.9, usual=usual, targets=(4, 5))

    assert finding_phrase(step, NAMES).startswith(
        "Ann, Bob and Cy call on the same 2 agents at the same moments. The 9 ratings they gave then"
        f" average 0.90, {side} what outsiders and checks say."
    )


@pytest.mark.parametrize(("usual", "words"), [(0.2, "fewer than 1"), (10.4, "10")])
def test_a_circle_is_told_by_what_came_back(usual: float, words: str) -> None:
    circle = replace(GROUP, kind=FindingKind.CIRCULAR, seen=152.0, usual=usual, effect=0.985)

    assert finding_phrase(circle, NAMES).startswith(
        "Among Ann, Bob and Cy what one received went on within hours, in the same amount, 152"
        f" times; {words} would be usual. 98.5 % of the value that moved came back."
    )


def test_who_is_watched_is_told_by_counts_alone() -> None:
    tie = Watched(agents=(0, 2), interactions=41, expected=3.2, chance=1e-9, checked=0)
    in_step = replace(tie, agents=(0, 1, 2), interactions=12, expected=None, chance=None)

    assert watched_phrase(tie, NAMES) == "Ann and Cy worked together 41 times; 3 would be usual."
    assert watched_phrase(in_step, NAMES) == (
        "Ann, Bob and Cy call on the same agents at the same moments, in 12 jobs."
    )


@pytest.mark.parametrize("stage", ["waiting", "reading", *STAGES])
def test_every_stage_of_a_scan_is_told_in_words(stage: str) -> None:
    assert stage_phrase(stage) not in {stage, ""}


@pytest.mark.parametrize(
    ("door", "words"),
    [
        (Door.TRIANGLE, "By luck alone, together with their work with agents that both know: "),
        (Door.STAR, "By luck alone, together with others that give much of their work to the same"),
        (Door.OPEN, "By luck alone: "),
    ],
)
def test_what_was_taken_together_is_said(door: Door, words: str) -> None:
    assert words in finding_phrase(replace(TIE, door=door), NAMES)


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.02, "2 %"),
        (0.0004, "less than 1 in 1,000"),
        (3e-7, "less than 1 in 1 million"),
        (1e-40, "less than 1 in 1 billion"),
        (0.0, "less than 1 in 1 billion"),
    ],
)
def test_small_chances_are_said_as_people_do(chance: float, words: str) -> None:
    assert luck_words(chance) == words


@pytest.mark.parametrize(
    ("outcomes", "words"), [(0, "no outcome"), (1, "1 outcome"), (1_200, "1,200 outcomes")]
)
def test_a_ring_s_word_counts_for_nothing_with_its_number(outcomes: int, words: str) -> None:
    assert weightless_phrase(outcomes) == (
        f"Their word for each other counts for nothing in trust: {words} so far."
    )
