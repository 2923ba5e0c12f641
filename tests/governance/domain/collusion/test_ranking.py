from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from governance.domain.collusion.interactions import Floats
from governance.domain.collusion.ranking import risks
from tests.governance.domain.collusion.evidences import evidence_like
from tests.governance.domain.collusion.fleets import Job, tied, work_of

# Six agents; pairs (0, 1), (0, 2), (0, 3), (4, 5).
JOBS = [Job(0, 1), Job(0, 2), Job(0, 3), Job(4, 5)]


def _risks(
    *,
    proved: Sequence[float] = (1.0,) * 6,
    together: Sequence[float] = (1.0,) * 4,
    excess: Sequence[float] = (),
    jobs: int = 1,
) -> Floats:
    """Return risks where each pair did so many jobs with the given excess before the margin."""
    work = work_of(*[job for job in JOBS for _ in range(jobs)], agents=6)
    ties = replace(tied(work), chance=np.array(together))
    evidence = [evidence_like(*np.repeat(np.array(excess) - 0.1, jobs))] if excess else []
    return risks(work, ties, evidence, np.array(proved))


def test_where_nothing_speaks_against_anybody_all_risks_are_nought() -> None:
    assert _risks().tolist() == [0.0] * 6


def test_each_power_of_ten_of_a_proof_counts_ten() -> None:
    found = _risks(proved=[1e-3, 1.0, 1.0, 1e-5, 1.0, 0.0])

    assert found[:5] == pytest.approx([30.0, 0.0, 0.0, 50.0, 0.0])
    # No chance at all would be infinite: it ends at 300 powers.
    assert found[5] == pytest.approx(3_000.0)


def test_working_together_counts_a_tenth_and_the_second_tie_half_of_it() -> None:
    # Agent 0: the powers 6, 4 and 2 of its three ties count (6 + 4 / 2) / 10; the third does not.
    found = _risks(together=[1e-4, 1e-6, 1e-2, 1.0])

    assert found == pytest.approx([0.8, 0.4, 0.6, 0.2, 0.0, 0.0])


def test_working_together_counts_thirty_powers_at_most() -> None:
    assert _risks(together=[1e-200, 1.0, 1.0, 1.0])[1] == pytest.approx(3.0)


def test_evidence_leans_by_its_excess_before_the_margin() -> None:
    # One job each of .3, -.3, .1, -.1: spread sqrt(.05), and .04 between honest pairs. Agent 1:
    # .3 / sqrt(.05 + .0016) = 1.3207, whose tail is .0933, against the half that nothing has.
    found = _risks(excess=[0.3, -0.3, 0.1, -0.1])

    assert found[1] == pytest.approx(np.log10(0.5 / 0.0933), abs=0.001)
    assert (found[2], found[4], found[5]) == (0.0, 0.0, 0.0)
    # .1 / .2272 = .4402, whose tail is .3299; the second tie counts half.
    assert found[0] == pytest.approx(found[1] + np.log10(0.5 / 0.3299) / 2, abs=0.001)


def test_more_jobs_that_lean_the_same_way_lean_further() -> None:
    few, many = (_risks(excess=[0.3, -0.3, 0.1, -0.1], jobs=jobs)[1] for jobs in (1, 4))

    # 1.2 / sqrt(4 * .05 + .16^2) = 2.5261, whose tail is .00577.
    assert many == pytest.approx(np.log10(0.5 / 0.00577), abs=0.001)
    assert many > few


def test_kinds_of_evidence_add_up() -> None:
    work = work_of(*JOBS, agents=6)
    ties = replace(tied(work), chance=np.ones(4))
    kind = evidence_like(0.2, -0.4, 0.0, -0.2)

    one, two = (risks(work, ties, [kind] * kinds, np.ones(6)) for kinds in (1, 2))

    assert two == pytest.approx(2.0 * one)
    assert one[1] > 0.0


def test_alike_evidence_of_all_has_no_spread_and_still_a_risk() -> None:
    assert np.isfinite(_risks(excess=[0.3] * 4)).all()
