from __future__ import annotations

import pytest

from governance.domain.blast import blast_level
from governance.domain.policy.blast import BlastPolicy
from governance.domain.types import BlastLevel
from tests.governance.domain.blast.archetypes import ARCHETYPES, Archetype

# docs/evidence.md, Blast radius reports 28 of 30 exact; these two are the ones the vector puts one level higher.
STRICTER = {"Ask 3 agents for a market research summary", "Crawl 10,000 web pages"}
AGREED = [each for each in ARCHETYPES if each.words not in STRICTER]
SCORED = [
    (each, blast_level(each.vector, BlastPolicy()), BlastLevel(each.judged)) for each in ARCHETYPES
]


@pytest.mark.parametrize("task", AGREED, ids=lambda task: task.words)
def test_the_vector_agrees_with_the_person(task: Archetype) -> None:
    assert blast_level(task.vector, BlastPolicy()) == BlastLevel(task.judged)


@pytest.mark.parametrize("words", sorted(STRICTER))
def test_two_tasks_are_scored_one_level_higher(words: str) -> None:
    [task] = [each for each in ARCHETYPES if each.words == words]

    assert blast_level(task.vector, BlastPolicy()) is BlastLevel.HIGH
    assert task.judged == "MEDIUM"


def test_no_dangerous_task_is_scored_lower_than_high() -> None:
    dangerous = [
        (task.words, scored)
        for task, scored, judged in SCORED
        if judged.rank >= BlastLevel.HIGH.rank
    ]
    missed = [words for words, scored in dangerous if scored.rank < BlastLevel.HIGH.rank]

    assert (len(dangerous), missed) == (17, [])


def test_no_harmless_task_is_scored_above_low() -> None:
    harmless = [(task.words, scored) for task, scored, judged in SCORED if judged is BlastLevel.LOW]
    disturbed = [words for words, scored in harmless if scored is not BlastLevel.LOW]

    assert (len(harmless), disturbed) == (5, [])
