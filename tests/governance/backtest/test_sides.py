"""What parts a draft from the base: dropped work, corrections, people's acts, its own threshold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from governance.backtest.past import Past
from governance.backtest.record import Activity, ActStep, DecisionStep, OutcomeStep
from governance.backtest.run import backtest_run
from governance.backtest.side import FleetUnder, Latest, followed
from governance.domain.agent_state import agent_state_new
from governance.domain.backtest.answers import Side
from governance.domain.history import Acknowledged, Act, Corrected
from governance.domain.policy import Policy, policy_from_plain
from governance.domain.refolding import Refolding
from governance.domain.transitions import BreakerMove
from governance.domain.types import BreakerState, Result, Tier, Verdict
from tests.governance.backtest.lived import Event, Life, Lived
from tests.governance.backtest.noted import Noted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from governance.domain.trust_fold import Trusted

BASE = Policy()
GOOD = [Event(4_000.0, 0, "read")] * 60
BAD = [Event(60.0, 0, "history", Result.FAILURE)] * 7


def lived(script: Sequence[Event]) -> Lived:
    return Life(BASE, agents=1, shadow=False).live(script)


def played(record: Lived, draft: Policy) -> Noted:
    noted = Noted(since_s=record.since_s, until_s=record.until_s)
    backtest_run(record, base=BASE, draft=draft, tally=noted)
    return noted


def under(record: Lived, policy: Policy) -> FleetUnder:
    return FleetUnder(record, Past(record, policy), policy, list(followed(record)), lambda *_: None)


def cancelled(_share: float) -> None:
    raise InterruptedError


def test_work_that_a_draft_denies_earns_nothing_there() -> None:
    draft = policy_from_plain({"approvals": {"conservative": {"low": "deny", "medium": "deny",
                                                               "high": "deny", "critical": "deny"}}})  # fmt: skip

    noted = played(lived(GOOD), draft)

    assert {one.draft.would_be for one in noted.pairs} == {Verdict.DENY}
    assert {one.draft.tier for one in noted.pairs} == {Tier.LOW}
    (base, drafted) = noted.at_end["agent-0"]
    assert base is not Tier.LOW
    assert drafted is Tier.LOW


def test_a_freeze_of_the_draft_alone_keeps_work_from_running() -> None:
    failing = [*GOOD[:20], *[Event(60.0, 0, "read", Result.FAILURE)] * 4, *GOOD[:3]]
    record = lived(failing)
    draft = policy_from_plain({"breaker": {"suspicion_low": 3.0, "suspicion_medium": 3.0}})

    noted = played(record, draft)

    assert noted.frozen(Side.BASE) == []
    assert len(noted.frozen(Side.DRAFT)) == 1
    assert any(one.draft.would_be is Verdict.DENY for one in noted.pairs)


def test_probes_are_leased_and_end_probation_on_both_sides_alike() -> None:
    record = lived([*GOOD[:20], *BAD, *GOOD[:14]])
    probes = [step for step in record.done if isinstance(step, DecisionStep)]
    looser = policy_from_plain({"approvals": {"balanced": {"high": "two_approvals"}}})

    noted = played(record, looser)

    assert any(step.request.probe_available for step in probes)
    assert record.done[-1] == probes[-1] or isinstance(record.done[-1], OutcomeStep)
    assert noted.left_out == []
    assert noted.answers(Side.BASE) == noted.answers(Side.DRAFT) == record.answers()


def test_a_correction_counts_on_both_sides() -> None:
    record = lived(GOOD)
    last = record.done[-1]
    assert isinstance(last, OutcomeStep)
    changes = [Corrected(last.number + 1 + n, 1 + n, Result.FAILURE) for n in range(40)]
    start = record.agents[0]._replace(
        folding=Refolding("agent-0", agent_state_new(), corrections=changes)
    )
    acts = [ActStep(last.at_s + 1.0, 0, change) for change in changes]
    corrected = replace(record, agents=[start], done=[*record.done, *acts], until_s=last.at_s + 2.0)

    noted = played(corrected, policy_from_plain({"trust": {"dwell_hours": 1.0}}))

    assert played(record, BASE).at_end["agent-0"] != (Tier.LOW, Tier.LOW)
    assert noted.at_end["agent-0"] == (Tier.LOW, Tier.LOW)
    assert {(side, after) for side, _, _, after in noted.tiers} >= {
        (Side.BASE, Tier.LOW),
        (Side.DRAFT, Tier.LOW),
    }


def test_a_correction_of_work_that_did_not_run_changes_nothing() -> None:
    record = lived([])
    fleet = under(record, BASE)

    moved = fleet.act(ActStep(record.until_s, 0, Corrected(9, 4, Result.FAILURE)))

    assert moved == ()
    assert fleet.agents[0].facts == 0


def test_people_cannot_look_at_drift_that_is_not_there() -> None:
    record = lived([])
    fleet = under(record, BASE)
    fleet.agents[0].is_with = False

    fleet.act(ActStep(record.until_s, 0, Acknowledged(1, rebaseline=True)))

    assert fleet.unplayed == 1
    assert fleet.agents[0].facts == 0


def test_a_release_of_who_is_not_frozen_under_the_draft_is_left_out_there() -> None:
    # Seven failures freeze an agent, and ten minutes later people release it.
    record = lived([*GOOD[:20], *BAD, Event(600.0, 0, "early"), *GOOD[:2]])
    milder = policy_from_plain(
        {"breaker": dict.fromkeys(("suspicion_low", "suspicion_medium", "suspicion_high"), 20)}
    )

    noted = played(record, milder)

    assert (len(noted.frozen(Side.BASE)), noted.frozen(Side.DRAFT)) == (1, [])
    assert noted.acts_left_out == 1
    assert played(record, BASE).acts_left_out == 0


def test_what_is_impossible_on_both_sides_is_left_out_of_both() -> None:
    record = lived(GOOD[:2])
    freeze = Life(BASE, agents=1, shadow=False).live([Event(1.0, 0, "freeze")]).done[0]
    assert isinstance(freeze, ActStep)
    assert isinstance(freeze.fact, Act)
    release = freeze.fact._replace(move=BreakerMove.RELEASED)
    done = [*record.done, ActStep(record.until_s, 0, release)]

    assert played(replace(record, done=done), BASE).acts_left_out == 1


def test_drift_is_acknowledged_where_the_record_has_the_agent() -> None:
    record = lived([])
    fleet = under(record, BASE)

    fleet.act(ActStep(record.until_s, 0, Acknowledged(1, rebaseline=True)))

    assert fleet.agents[0].facts == 1


@pytest.mark.parametrize(
    ("weekly", "is_lower"), [(BASE.drift.false_alarms_week, False), (40, True)]
)
def test_a_draft_has_its_own_threshold_of_drift(weekly: float, is_lower: bool) -> None:
    record = lived(GOOD[:1])
    step = record.done[-1]
    assert isinstance(step, OutcomeStep)
    counted = step._replace(basis=step.basis._replace(activity=Activity(3_000, 40.0)))
    draft = replace(BASE, drift=replace(BASE.drift, false_alarms_week=weekly))
    recorded = under(record, BASE).view(counted).drift.threshold

    found = under(record, draft).view(counted).drift.threshold

    assert (found != recorded) is is_lower


def test_progress_is_told_and_may_end_the_run() -> None:
    record = lived(GOOD[:2])
    noted = Noted(since_s=record.since_s, until_s=record.until_s)
    shares: list[float] = []

    backtest_run(record, base=BASE, draft=BASE, tally=noted, told=shares.append)

    assert (shares[0], shares[-1]) == (0.0, 1.0)
    with pytest.raises(InterruptedError):
        backtest_run(record, base=BASE, draft=BASE, tally=noted, told=cancelled)


def test_a_copy_goes_on_by_itself() -> None:
    (agent,) = followed(lived([]))

    other = agent.copied()
    other.folding.state = other.state.in_tier(Tier.HIGH, 1.0)

    assert agent.state.tier is Tier.LOW
    assert other.state.breaker.state is BreakerState.CLOSED


def test_trust_that_is_taken_over_is_what_would_have_been_folded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failing = [Event(60.0, 0, "read", Result.FAILURE)] * 4
    record = lived([*GOOD[:20], *failing, *GOOD[:3], Event(60.0, 0, "history")])
    draft = policy_from_plain({"breaker": {"suspicion_low": 3.0, "suspicion_medium": 3.0}})
    known = Latest.trusted
    taken: list[bool] = []

    def noting(self: Latest, *asked: Any) -> Trusted | None:
        trusted = known(self, *asked)
        taken.append(trusted is not None)
        return trusted

    monkeypatch.setattr(Latest, "trusted", noting)
    noted = played(record, draft)
    monkeypatch.setattr(Latest, "trusted", lambda *_: None)
    folded = played(record, draft)

    # Alike until the draft alone freezes the agent, and no more once that has dropped work.
    assert taken[:20] == [True] * 20
    assert taken[-1] is False
    assert (noted.pairs, noted.tiers, noted.at_end) == (folded.pairs, folded.tiers, folded.at_end)
