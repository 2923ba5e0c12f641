from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from governance.domain.audits import AuditVerdict
from governance.domain.types import Result
from governance.models import Audit, Correction, Event, Outcome, Standing
from governance.refusals import ConflictError, ForbiddenError, MissingError
from governance.selectors.agents import agent_lock
from governance.selectors.clock import clock_now
from governance.services.audits import audit_settle_step
from governance.services.batches import outcomes_load
from governance.services.events import events_publish
from governance.services.refolding import agent_refold
from governance.services.schemas import OutcomeItem
from tests.governance.services.auditing import audit_everything

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


def settle(shop: Orchestrator, outcome: Outcome, verdict: AuditVerdict, by: str = "rita") -> None:
    with transaction.atomic():
        now = clock_now()
        events = audit_settle_step(
            outcome_id=outcome.pk,
            agent=agent_lock(outcome.agent_id),
            verdict=verdict,
            actor=by,
            reason="Read the report.",
            now=now,
        )
        events_publish(*events, now=now)


def trusted(shop: Orchestrator) -> Outcome:
    """Give the agent a record and one drawn success."""
    shop.load(["success"] * 60)
    audit_everything(shop.fleet)
    return shop.work("success")


def payload(name: str) -> dict[str, Any]:
    found: dict[str, Any] = Event.objects.get(name=name).payload
    return found


def test_a_finished_task_is_drawn_with_the_chance_of_its_preset(shop: Orchestrator) -> None:
    audit_everything(shop.fleet)

    outcome = shop.work()

    audit = Audit.objects.get()
    assert (audit.outcome, audit.state, audit.probability) == (outcome, "open", 1.0)
    assert payload("audit.drawn") == {
        "probability": 1.0,
        "sentence": "Drawn by chance: 100 % of finished tasks under preset conservative.",
        "enforced": True,
    }


def test_nothing_is_drawn_where_nothing_can_be_checked(shop: Orchestrator) -> None:
    audit_everything(shop.fleet)

    shop.load(["success"] * 5)
    shop.work("cancelled")

    assert not Audit.objects.exists()


def test_the_same_task_draws_the_same_whoever_reports_it(shop: Orchestrator) -> None:
    audit_everything(shop.fleet)
    task = shop.ask().task

    results = outcomes_load(
        key=shop.key,
        items=[
            OutcomeItem(
                task_id=task.external_id,
                agent="shop-bot",
                finished_at=clock_now(),
                result=Result.SUCCESS,
                requested_by="job:nightly",
            )
        ],
    )

    assert results[0].status == "stored"
    assert Audit.objects.get().outcome.task == task


def test_a_drift_alarm_makes_audits_more_likely(shop: Orchestrator) -> None:
    audit_everything(shop.fleet, share=0.4)
    Standing.objects.filter(agent=shop.agent).update(drifting=True)
    state = Standing.objects.get(agent=shop.agent).state
    state["drift"]["open"] = [["failing", 0.0]]
    Standing.objects.filter(agent=shop.agent).update(state=state)

    shop.work()

    # 0.4 x 3, at most 1.
    assert Audit.objects.get().probability == 1.0
    assert Audit.objects.get().sentence == (
        "Drawn by chance: 40 % of finished tasks under preset conservative,"
        " 100 % while a drift alarm of the agent is open."
    )


def test_people_are_not_flooded_and_see_what_was_skipped(shop: Orchestrator) -> None:
    audit_everything(shop.fleet, open_most=2)

    for _ in range(4):
        shop.work()

    assert list(Audit.objects.order_by("id").values_list("state", flat=True)) == [
        "open",
        "open",
        "skipped",
        "skipped",
    ]
    assert payload("audit.skipped") == {
        "sentence": "Skipped: 2 audits wait for people already, of at most 2."
    }


def test_a_day_has_its_own_limit_of_audits(shop: Orchestrator, clock: Clock) -> None:
    audit_everything(shop.fleet, day_most=1)
    shop.work()
    shop.work()
    clock.forward(hours=12)

    shop.work()

    states = Audit.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["open", "skipped", "open"]


def test_a_failed_audit_overturns_the_outcome_and_folds_its_agent_anew(
    shop: Orchestrator,
) -> None:
    outcome = trusted(shop)
    before = Standing.objects.get(agent=shop.agent)

    settle(shop, outcome, AuditVerdict.FAILED)

    outcome.refresh_from_db()
    after = Standing.objects.get(agent=shop.agent)
    correction = Correction.objects.get()
    assert outcome.result == "success"
    assert (correction.before, correction.after, correction.by) == ("success", "failure", "rita")
    assert correction.fact == after.facts == before.facts + 1
    assert after.trust is not None
    assert before.trust is not None
    assert after.trust < before.trust
    assert payload("outcome.corrected")["sentence"] == (
        f"t-1 now counts as a failure, not as a success: checked by rita;"
        f" trust {before.trust:.2f} to {after.trust:.2f}, tier high as before."
    )


def test_a_corrected_history_folds_to_the_corrected_state(shop: Orchestrator) -> None:
    outcome = trusted(shop)
    later = shop.work("partial")
    settle(shop, outcome, AuditVerdict.FAILED)
    shop.work("failure")
    settle(shop, later, AuditVerdict.PASSED, by="mona")
    shop.work()

    refolded = agent_refold(agent_id=shop.agent.pk)

    assert refolded is not None
    assert refolded.difference is None
    assert Correction.objects.count() == 2


def test_a_passed_audit_is_a_verified_outcome(shop: Orchestrator) -> None:
    outcome = trusted(shop)

    settle(shop, outcome, AuditVerdict.PASSED)

    assert payload("outcome.corrected")["sentence"].startswith(
        "t-1 was checked by rita and stays a success, now verified; trust"
    )
    assert payload("audit.settled") == {"verdict": "passed", "reason": "Read the report."}


def test_an_unclear_audit_changes_nothing(shop: Orchestrator) -> None:
    outcome = trusted(shop)
    before = Standing.objects.get(agent=shop.agent).state

    settle(shop, outcome, AuditVerdict.UNCLEAR)

    assert Standing.objects.get(agent=shop.agent).state == before
    assert Audit.objects.get().state == "settled"
    assert not Correction.objects.exists()


def test_a_correction_adds_no_freeze_to_the_past_and_the_next_failure_freezes(
    shop: Orchestrator,
) -> None:
    shop.load(["success"] * 100)
    audit_everything(shop.fleet)
    outcomes = [shop.work("failure"), shop.work("failure"), shop.work(), shop.work()]
    for outcome in outcomes[2:]:
        settle(shop, outcome, AuditVerdict.FAILED)
    between = Standing.objects.get(agent=shop.agent).breaker_state

    shop.work("failure")

    assert between == "CLOSED"
    assert Standing.objects.get(agent=shop.agent).breaker_state == "OPEN"


def test_a_correction_ends_no_freeze(shop: Orchestrator) -> None:
    shop.load(["success"] * 100)
    audit_everything(shop.fleet)
    outcomes = [shop.work("failure") for _ in range(3)]
    frozen = Standing.objects.get(agent=shop.agent)

    for outcome in outcomes:
        settle(shop, outcome, AuditVerdict.PASSED)

    after = Standing.objects.get(agent=shop.agent)
    assert (frozen.breaker_state, after.breaker_state) == ("OPEN", "OPEN")
    assert after.frozen_until == frozen.frozen_until
    assert after.trust is not None
    assert frozen.trust is not None
    assert after.trust > frozen.trust


def test_an_audit_is_settled_once(shop: Orchestrator) -> None:
    outcome = trusted(shop)
    settle(shop, outcome, AuditVerdict.UNCLEAR)

    with pytest.raises(ConflictError) as refused:
        settle(shop, outcome, AuditVerdict.FAILED)

    assert refused.value.code == "audit_settled"


def test_what_was_not_drawn_is_not_judged(shop: Orchestrator) -> None:
    outcome = shop.work()

    with pytest.raises(MissingError) as refused:
        settle(shop, outcome, AuditVerdict.FAILED)

    assert refused.value.code == "audit_unknown"


@pytest.mark.parametrize(("by", "code"), [("lena", "own_agent"), ("job:nightly", "own_task")])
def test_nobody_judges_what_they_answer_for(shop: Orchestrator, by: str, code: str) -> None:
    outcome = trusted(shop)

    with pytest.raises(ForbiddenError) as refused:
        settle(shop, outcome, AuditVerdict.PASSED, by=by)

    assert refused.value.code == code
    assert Audit.objects.get().state == "open"
