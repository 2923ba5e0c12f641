from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from governance.domain.agent_state import agent_state_new, state_to_plain
from governance.domain.history import Corrected, Fact, Judged, Reweighed
from governance.domain.refolding import Refolding
from governance.domain.state_difference import differences, state_flat
from governance.domain.types import Result
from tests.governance.domain.test_refolding import folded, history, judged, known

GOOD, BAD = Result.SUCCESS, Result.FAILURE
places = st.sets(st.integers(1, 30), min_size=1)


def inside(facts: list[Fact], outcomes: set[int]) -> list[Fact]:
    """Return the facts as if it had been known at once whose word these outcomes are."""
    return [
        each._replace(fact=each.fact._replace(vouched_inside=each.number in outcomes))
        for each in facts
        if isinstance(each, Judged)
    ]


@given(places)
def test_a_ring_s_word_that_counts_no_longer_is_as_if_it_never_had(outcomes: set[int]) -> None:
    facts = history(*[GOOD] * 30)

    found = folded(facts, Reweighed(31, frozenset(outcomes), True))

    assert found == folded(inside(facts, outcomes))


@given(places)
def test_a_ring_s_word_that_counts_again_is_as_if_it_always_had(outcomes: set[int]) -> None:
    facts = history(*[GOOD] * 30)
    taken, given_back = (
        Reweighed(31, frozenset(outcomes), True),
        Reweighed(32, frozenset(outcomes), False),
    )

    assert folded(facts, taken, given_back) == folded(facts)
    assert folded(inside(facts, outcomes), given_back) == folded(facts)


def test_what_a_person_checked_is_nobody_else_s_word() -> None:
    facts = history(*[GOOD] * 20)
    reweighed, checked = Reweighed(21, frozenset({5, 9}), True), Corrected(22, 9, BAD)
    right = [*inside(facts, {5})[:8], known(facts[8], BAD), *facts[9:]]

    found = folded(facts, reweighed, checked)

    assert not differences(
        state_flat(state_to_plain(folded(right))), state_flat(state_to_plain(found))
    )


def test_what_follows_folds_on_from_what_weighs_now() -> None:
    facts, after = history(*[GOOD] * 20), [judged(22), judged(23)]

    reweighed = Reweighed(21, frozenset({4, 5}), True)

    refolding = Refolding("a", agent_state_new(), corrections=[reweighed])
    for fact in [*facts, reweighed, *after]:
        refolding.fold(fact)

    assert refolding.state == folded([*inside(facts, {4, 5}), *after])


def test_a_history_is_folded_anew_from_the_first_outcome_that_changes() -> None:
    assert Reweighed(31, frozenset({9, 4}), True).outcome == 4
