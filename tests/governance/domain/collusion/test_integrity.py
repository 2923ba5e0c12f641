from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from governance.domain.collusion.baselines import Baselines
from governance.domain.collusion.bounds import sum_chance
from governance.domain.collusion.integrity import Evidence, Integrity, evidence_of
from governance.domain.policy.collusion import CollusionPolicy
from tests.governance.domain.collusion.fleets import Job, tied, work_of

POLICY = CollusionPolicy()
PAIR = (0, 1)
# What the agents 2 to 21 do for each other, the same for all.
STRANGERS = [(2 + each % 20, 2 + (each + 7) % 20) for each in range(100)]


def _found(
    *jobs: Job, excess: Sequence[tuple[int, int]] = (PAIR,), kindness: float = 0.0
) -> dict[Integrity, Evidence]:
    """Return evidence where everybody's work is worth .8, and only 0 is kinder than others."""
    work = work_of(*jobs, agents=22)
    ties = tied(work, *excess)
    baselines = Baselines(
        leniency=np.append(kindness, np.zeros(21)),
        leniency_variance=np.zeros(22),
        level=np.full(22, 0.8),
        level_variance=np.full(22, 0.0064),
        middle=0.8,
        offset=0.0,
        unrelated=~ties.is_excess[ties.of_row] & work.is_rated,
    )
    return {each.kind: each for each in evidence_of(work, ties, baselines, POLICY)}


def _rated(rating: float, verified: float, jobs: int = 100) -> list[Job]:
    return [Job(*ends, rating=rating, verified=verified) for ends in STRANGERS[:jobs]]


def _judged(verified: float, accepted: int, jobs: int = 100) -> list[Job]:
    return [
        Job(*ends, verified=verified, accepted=float(place < accepted))
        for place, ends in enumerate(STRANGERS[:jobs])
    ]


def _paid(*payoffs: float, jobs: int) -> list[Job]:
    usual = chain.from_iterable(repeat(payoffs, jobs // len(payoffs)))
    return [
        Job(*ends, verified=0.9, accepted=1.0, payoff=payoff)
        for ends, payoff in zip(STRANGERS, usual, strict=False)
    ]


def test_favour_is_what_a_rating_exceeds_the_usual_and_the_margin_by() -> None:
    # .8 is usual and .05 more from this rater: 1.0 is .15 above, .05 more than is tolerated.
    found = _found(*_rated(0.8, 0.8), Job(*PAIR, rating=1.0), kindness=0.05)[Integrity.FAVOURED]

    assert (found.usual[-1], found.excess[-1]) == pytest.approx((0.85, 0.05))
    assert (found.margin, found.least, found.variance[-1]) == (0.10, 4, 0.0064)
    assert found.counts.all()


def test_over_rating_compares_with_the_quality_that_such_a_rating_usually_has() -> None:
    # .9 usually means .7; checked .4, that is .3 too much, .08 of it tolerated.
    found = _found(*_rated(0.9, 0.7), Job(*PAIR, rating=0.9, verified=0.4))[Integrity.OVER_RATED]

    assert (found.usual[-1], found.excess[-1]) == pytest.approx((0.7, 0.22))
    assert (found.margin, found.least) == (0.08, 3)


def test_a_kind_raters_praise_means_less() -> None:
    # From a rater .1 kinder .9 is as .8 from others, which usually means .6.
    usual = [*_rated(0.9, 0.7), *_rated(0.8, 0.6)]

    found = _found(*usual, Job(*PAIR, rating=0.9, verified=0.4), kindness=0.1)

    assert found[Integrity.OVER_RATED].usual[-1] == pytest.approx(0.6, abs=0.01)


def test_what_everybody_over_rates_an_agent_is_no_favour_of_one() -> None:
    # Five strangers rate 1 like .7 and find .5: the mean of .2 halves, for five are assumed.
    strangers = [Job(2 + each, 1, rating=0.9, verified=0.5) for each in range(5)]
    of_such_ratings = (100 * 0.7 + 5 * 0.5) / 105

    found = _found(*_rated(0.9, 0.7), *strangers, Job(*PAIR, rating=0.9, verified=0.4))

    usual = of_such_ratings - (of_such_ratings - 0.5) * 5 / 10
    assert found[Integrity.OVER_RATED].usual[-1] == pytest.approx(usual)
    assert found[Integrity.OVER_RATED].excess[-1] == pytest.approx(usual - 0.4 - 0.08)


def test_higher_ratings_never_mean_lower_quality() -> None:
    # As many at .9 with .5 as at .7 with .7: both mean .6.
    found = _found(*_rated(0.7, 0.7, 60), *_rated(0.9, 0.5, 60), excess=())

    assert found[Integrity.OVER_RATED].usual == pytest.approx([0.6] * 120)


def test_an_unrated_or_unchecked_job_is_no_over_rating() -> None:
    found = _found(*_rated(0.9, 0.7), Job(*PAIR, rating=1.0), Job(*PAIR, verified=0.1))

    assert found[Integrity.OVER_RATED].counts[-2:].tolist() == [False, False]
    assert found[Integrity.FAVOURED].counts[-2:].tolist() == [True, False]


def test_forty_nine_of_both_are_too_few_to_say_what_a_rating_means() -> None:
    assert set(_found(*_rated(0.9, 0.7, 49))) == {Integrity.FAVOURED}
    assert set(_found(*_rated(0.9, 0.7, 50))) == {Integrity.FAVOURED, Integrity.OVER_RATED}


def test_where_strangers_are_few_the_pair_counts_among_all() -> None:
    # 19 of .7 and 57 of .4 mean .475, .075 too much 57 times, and five more are assumed.
    ring = repeat(Job(*PAIR, rating=0.9, verified=0.4), 57)

    found = _found(*_rated(0.9, 0.7, 19), *ring)[Integrity.OVER_RATED]

    assert (found.usual[0], found.usual[-1]) == pytest.approx((0.475, 0.475 - 57 * 0.075 / 62))


def test_poor_work_that_others_refuse_is_waved_through() -> None:
    # Others accept 95 of 100 at .9, (95 + 1) / 101, and 10 of 100 at .3: nothing lies between, so
    # (10 + 96 / 101) / 101. Of good work nobody asks.
    usual = [*_judged(0.3, 10), *_judged(0.9, 95)]
    pair = [
        Job(*PAIR, verified=0.3, accepted=1.0),
        Job(*PAIR, verified=0.3, accepted=0.0),
        Job(*PAIR, verified=0.9, accepted=1.0),
    ]

    found = _found(*usual, *pair)[Integrity.WAVED_THROUGH]

    assert found.counts[-3:].tolist() == [True, True, False]
    usual_share = (10 + 96 / 101) / 101
    assert found.usual[-3] == pytest.approx(usual_share)
    assert found.excess[-3:-1] == pytest.approx([0.9 - usual_share, -0.1 - usual_share])


def test_one_accepted_job_proves_nothing_where_little_poor_work_was_seen() -> None:
    # Others refused 5 of 5; the pair accepted 1 of 4.
    usual = [*_judged(0.9, 95), *_judged(0.3, 0, 5)]
    pair = [Job(*PAIR, verified=0.3, accepted=accepted) for accepted in (1.0, 0.0, 0.0, 0.0)]

    found = _found(*usual, *pair)[Integrity.WAVED_THROUGH]
    total = found.excess[-4:].sum(keepdims=True)
    counts = csr_matrix(np.bincount(found.bin[-4:], minlength=found.law.bins)[None, :])

    assert sum_chance(counts, found.law, total, np.zeros(1))[0] > 0.01


def test_quality_that_nobody_delivers_speaks_against_none() -> None:
    # All work is of .2 and all of it is accepted: here that is no poor work.
    assert _found(*_judged(0.2, 40, 40), excess=()) == {}


def test_where_all_work_is_among_ties_acceptance_is_compared_with_all_work() -> None:
    ring = [Job(*PAIR, verified=0.9, accepted=1.0)] * 60

    assert _found(*ring) == {}


def test_joint_benefit_is_counted_in_thirds_of_a_spread() -> None:
    # Others gain 1 or 3: mean 2, spread 1. A gain of 4 is 2 / 3 above, one of 9 counts as 3 / 3.
    pair = [Job(*PAIR, verified=0.9, accepted=1.0, payoff=payoff) for payoff in (4.0, 9.0)]

    found = _found(*_paid(1.0, 3.0, jobs=40), *pair)[Integrity.JOINT_BENEFIT]

    assert found.usual[-1] == pytest.approx(2.0)
    assert found.excess[-2:] == pytest.approx([2 / 3 - 0.1, 0.9])
    assert (found.margin, found.least) == (0.10, 4)


def test_refused_or_unchecked_work_has_no_joint_benefit() -> None:
    pair = [
        Job(*PAIR, verified=0.9, accepted=0.0, payoff=9.0),
        Job(*PAIR, accepted=1.0, payoff=9.0),
        Job(*PAIR, verified=0.9, accepted=1.0),
        # Of this quality fewer than 20 strangers say what is usual.
        Job(*PAIR, verified=0.4, accepted=1.0, payoff=9.0),
    ]

    found = _found(*_paid(1.0, 3.0, jobs=40), *pair)[Integrity.JOINT_BENEFIT]

    assert not found.counts[-4:].any()


def test_gains_of_a_pair_without_strangers_are_compared_with_nothing() -> None:
    ring = [Job(*PAIR, verified=0.9, accepted=1.0, payoff=9.0)] * 60

    assert _found(*ring) == {}


def test_without_fields_there_is_no_evidence() -> None:
    assert _found(Job(*PAIR), Job(2, 3, accepted=1.0), Job(2, 3, payoff=1.0)) == {}
