from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, repeat
from math import isnan, nan

import numpy as np
import pytest

from governance.domain.collusion.verdicts import Door, Judged, excess_judged, open_judged
from governance.domain.policy.collusion import CollusionPolicy
from tests.governance.domain.collusion.evidences import evidence_like
from tests.governance.domain.collusion.fleets import Job, tied, work_of

POLICY = CollusionPolicy()
# Much other work of everybody, so that nobody serves anybody; the last agent takes it all.
ELSEWHERE = [Job(agent, 11) for agent in range(11) for _ in range(40)]

Tie = tuple[int, int]


def _judged(
    shown: Mapping[Tie, Sequence[float]],
    *,
    elsewhere: Sequence[Job] = ELSEWHERE,
    is_open: bool = False,
    policy: CollusionPolicy = POLICY,
) -> Judged:
    """Return the judgement of ties that show this excess job by job, or of pairs that are none."""
    jobs = [Job(*ends) for ends, excess in shown.items() for _ in excess]
    excess = [each for of_tie in shown.values() for each in of_tie]
    work = work_of(*jobs, *elsewhere, agents=12)
    ties = tied(work, *(() if is_open else shown))
    evidence = evidence_like(
        *excess,
        *repeat(0.0, len(elsewhere)),
        counts=[*(not isnan(each) for each in excess), *repeat(False, len(elsewhere))],
        least=4,
    )
    if is_open:
        return open_judged(ties, [evidence], policy)
    return excess_judged(work, ties, [evidence], POLICY)


def _doors(judged: Judged) -> list[Door]:
    return [judged.door_of(place) for place in np.flatnonzero(judged.is_accused).tolist()]


def test_a_tie_that_shows_much_is_accused_by_itself() -> None:
    found = _judged({(0, 1): [0.4] * 8, (2, 3): [-0.05] * 8})

    assert found.is_accused.tolist() == [True, False]
    assert _doors(found) == [Door.TIE]
    assert found.chance[1] == 1.0


def test_three_jobs_are_too_few_where_four_are_asked_for() -> None:
    assert not _judged({(0, 1): [0.9] * 3}).is_accused.any()


def test_ties_of_a_triangle_speak_for_each_other() -> None:
    # Each shows an eighth of a scale five times: not enough alone, enough together.
    alone = _judged({(0, 1): [0.13] * 5})
    together = _judged(dict.fromkeys(combinations(range(4), 2), [0.13] * 5))

    assert not alone.is_accused.any()
    assert _doors(together) == [Door.TRIANGLE] * 6


def test_a_triangle_does_not_speak_for_a_tie_that_contradicts_it() -> None:
    shown = dict.fromkeys(combinations(range(4), 2), [0.3] * 8)

    found = _judged({**shown, (2, 3): [-0.1] * 8})

    assert found.is_accused.tolist() == [True] * 5 + [False]


def test_a_triangle_speaks_for_a_tie_with_too_little_that_leans_its_way() -> None:
    shown = dict.fromkeys(combinations(range(4), 2), [0.3] * 8)

    leaning = _judged({**shown, (2, 3): [0.3] * 2})
    silent = _judged({**shown, (2, 3): [nan] * 8})

    assert leaning.is_accused.tolist() == [True] * 6
    assert silent.is_accused.tolist() == [True] * 5 + [False]


def test_a_second_door_doubles_the_chance() -> None:
    shown = {(0, 1): [0.2] * 6}
    others = dict.fromkeys(combinations(range(4, 7), 2), [-0.05] * 5)

    by_one, by_two = _judged(shown), _judged({**shown, **others})

    assert by_two.chance[0] == pytest.approx(2.0 * by_one.chance[0])


def test_ties_without_a_triangle_do_not_speak_for_each_other() -> None:
    row = {(each, each + 1): [0.13] * 5 for each in range(6)}

    assert not _judged(row).is_accused.any()


def test_agents_that_serve_one_are_a_star() -> None:
    # Agents 0 to 5 do little else than work for 6.
    shown = {(each, 6): [0.13] * 5 for each in range(6)}

    star = _judged(shown, elsewhere=[Job(each, 11) for each in range(6)])

    assert _doors(star) == [Door.STAR] * 6
    # With 40 jobs elsewhere, five are no tenth of their work.
    assert not _judged(shown).is_accused.any()


def test_a_star_holds_whichever_side_has_the_higher_number() -> None:
    shown = {(each, 0): [0.13] * 5 for each in range(3, 9)}
    by_pair = {(0, each): excess for (each, _), excess in shown.items()}
    jobs = [Job(*ends) for ends, excess in shown.items() for _ in excess]
    work = work_of(*jobs, agents=12)

    found = excess_judged(work, tied(work, *by_pair), [evidence_like(*[0.13] * 30)], POLICY)

    assert _doors(found) == [Door.STAR] * 6


def test_two_make_no_star() -> None:
    shown = {(each, 6): [0.2] * 5 for each in range(2)}

    found = _judged(shown, elsewhere=[Job(each, 11) for each in range(2)])

    assert Door.STAR not in _doors(found)


def test_who_praises_nobody_is_not_accused_for_the_star_it_serves() -> None:
    shown = {(each, 6): [0.3] * 8 for each in range(6)}

    found = _judged({**shown, (5, 6): [-0.1] * 8}, elsewhere=[Job(each, 11) for each in range(6)])

    assert found.is_accused.tolist() == [True] * 5 + [False]


def test_pairs_that_are_no_excess_ties_are_judged_at_the_open_door() -> None:
    found = _judged({(0, 1): [0.5] * 8, (2, 3): [0.5] * 3, (4, 5): [0.01] * 8}, is_open=True)
    shown = found.pair[found.chance < 1.0]

    assert _doors(found) == [Door.OPEN]
    assert found.is_accused.tolist().index(True) == 0
    # Three meetings are not looked at; the pairs with agent 11 show nothing.
    assert (len(found.pair), len(shown)) == (2 + 11, 2)


def test_the_open_door_has_a_rate_of_its_own() -> None:
    wide = CollusionPolicy(alarm_rate=0.0001, open_rate=0.05)
    narrow = CollusionPolicy(alarm_rate=0.1, open_rate=0.00001)
    shown = {(0, 1): [0.2] * 5}

    assert _judged(shown, is_open=True, policy=wide).is_accused.sum() == 1
    assert _judged(shown, is_open=True, policy=narrow).is_accused.sum() == 0


def test_without_evidence_nobody_is_accused() -> None:
    work = work_of(*repeat(Job(0, 1), 9), *repeat(Job(2, 3), 9), agents=4)
    ties = tied(work, (0, 1))

    own, other = excess_judged(work, ties, [], POLICY), open_judged(ties, [], POLICY)

    assert (own.pair.tolist(), own.chance.tolist(), own.is_accused.tolist()) == (
        [0],
        [1.0],
        [False],
    )
    assert (other.pair.tolist(), other.chance.tolist()) == ([1], [1.0])
    assert own.chances.shape == (0, 1)


def test_without_pairs_there_is_nothing_to_judge() -> None:
    work = work_of(Job(0, 1), agents=2)
    ties, evidence = tied(work), [evidence_like(0.9)]

    assert len(excess_judged(work, ties, evidence, POLICY).pair) == 0
    assert len(open_judged(ties, evidence, POLICY).pair) == 0
