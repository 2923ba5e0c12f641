from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.domain.audits import AuditVerdict
from governance.domain.collusion.states import RingVerdict
from governance.domain.collusion.vouching import circles_joined
from governance.domain.types import Scope
from governance.models import (
    BreakerTransition,
    CollusionRing,
    Event,
    Interaction,
    Outcome,
    PolicyVersion,
    Reweighing,
    Standing,
)
from governance.selectors.agents import agent_lock
from governance.selectors.clock import clock_now
from governance.selectors.collusion import ring_hold
from governance.selectors.vouching import weightless_now
from governance.services.audits import audit_settle_step
from governance.services.events import events_publish
from governance.services.refolding import agent_refold
from governance.services.ring_verdicts import members_mark, ring_clear, ring_settle_step
from governance.services.vouching import late_words_weigh
from tests.factories import TaskFactory
from tests.governance.services.auditing import audit_everything
from tests.governance.services.colluding import colluding, full_scan, members_set

if TYPE_CHECKING:
    from governance.models import Agent, Fleet, Task
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def partner(shop: Orchestrator, clock: Clock) -> Agent:
    """Return an agent that asks the shop's for work, as it always did."""
    agent = shop.agent_new("partner")
    shop.load(["success"] * 40)
    for _ in range(20):
        favour(shop)
    clock.forward(minutes=1)
    return agent


def favour(shop: Orchestrator, result: str = "success") -> Outcome:
    return shop.report(shop.ask(requested_by="partner").task, result)


def pays(initiator: Agent, counterparty: Agent, task: Task) -> None:
    """Let an interaction name a task as the counterparty's work for the initiator."""
    row = Interaction.objects.filter(task=None).earliest("id")
    row.pk, row.external_id = None, f"for-{task.external_id}"
    row.task, row.initiator, row.counterparty = task, initiator, counterparty
    row.save()


def paid_by(initiator: Agent, counterparty: Agent, outcome: Outcome) -> None:
    assert outcome.task is not None
    pays(initiator, counterparty, outcome.task)


def transition_unfoldable(agent: Agent) -> None:
    """Store, right after its latest outcome, a release of an agent that was never frozen."""
    standing = Standing.objects.get(agent=agent)
    Standing.objects.filter(agent=agent).update(facts=standing.facts + 1)
    BreakerTransition.objects.create(
        agent=agent, fact=standing.facts + 1, move="released", actor="mona", reason="As recorded.",
        arguments={"reason": "manual", "at_s": 0.0}, before={}, after={},
        policy=PolicyVersion.objects.latest("number"), created_at=clock_now(),
    )  # fmt: skip


def suspect(shop: Orchestrator, *agents: Agent) -> CollusionRing:
    """Let a scan suspect a ring, with these agents in the place of those it found."""
    colluding(shop.fleet)
    full_scan(shop.fleet)
    ring = CollusionRing.objects.get()
    members_set(ring, *agents)
    return ring


def joins(ring: CollusionRing, newcomer: Agent) -> None:
    """Let a scan find one more member of a ring now."""
    ring.refresh_from_db()
    ring.agents.add(newcomer)
    ids = [str(pk) for pk in ring.agents.values_list("pk", flat=True)]
    ring.circles = circles_joined(ring.circles, ids, since=clock_now())
    ring.save()
    members_mark(fleet_id=ring.fleet_id)


def judge(ring: CollusionRing, verdict: RingVerdict) -> None:
    held, agents = ring_hold(ring.pk)
    events_publish(
        *ring_settle_step(
            ring=held,
            agents=agents,
            verdict=verdict,
            actor="mona",
            reason="Looked at their jobs.",
            now=clock_now(),
        ),
        now=clock_now(),
    )


def state(agent: Agent) -> dict[str, object]:
    return dict(Standing.objects.get(agent=agent).state)


def test_from_suspicion_on_a_member_s_word_for_another_weighs_nothing(
    shop: Orchestrator, partner: Agent
) -> None:
    before = favour(shop)
    suspect(shop, shop.agent, partner)

    inside, outside = favour(shop), shop.work()

    assert (before.weight, inside.weight, outside.weight) == (1.0, 0.0, 1.0)
    assert weightless_now(agent=shop.agent) == {inside.fact}


def test_work_that_is_known_for_a_member_s_only_later_weighs_nothing_from_the_next_scan_on(
    shop: Orchestrator, partner: Agent
) -> None:
    suspect(shop, shop.agent, partner)
    done, other = shop.work(), shop.work()
    paid_by(partner, shop.agent, done)
    before = weightless_now(agent=shop.agent)

    late_words_weigh(fleet=shop.fleet)
    late_words_weigh(fleet=shop.fleet)

    assert not before
    assert weightless_now(agent=shop.agent) == {done.fact}
    assert other.fact == done.fact + 1
    told = Event.objects.get(name="outcomes.reweighed")
    assert told.payload["sentence"].startswith(
        "1 outcome of shop-bot weighs nothing: only its ring"
    )


def test_a_scan_hears_what_was_said_late(shop: Orchestrator, partner: Agent) -> None:
    suspect(shop, shop.agent, partner)
    done = shop.work()
    paid_by(partner, shop.agent, done)

    full_scan(shop.fleet)

    assert weightless_now(agent=shop.agent) == {done.fact}


def test_a_history_that_cannot_be_folded_holds_up_no_other(
    shop: Orchestrator, partner: Agent, caplog: pytest.LogCaptureFixture
) -> None:
    suspect(shop, shop.agent, partner)
    mine = shop.work()
    paid_by(partner, shop.agent, mine)
    theirs = shop.report(shop.ask(agent="partner").task)
    paid_by(shop.agent, partner, theirs)
    # An act that the breaker's state then does not allow.
    transition_unfoldable(shop.agent)

    late_words_weigh(fleet=shop.fleet)

    assert weightless_now(agent=partner) == {theirs.fact}
    assert not weightless_now(agent=shop.agent)
    assert f"what a ring says of agent {shop.agent.pk} goes on to weigh" in caplog.text


def test_who_joined_a_confirmed_ring_was_not_judged_for_what_was_before(
    shop: Orchestrator, partner: Agent, clock: Clock
) -> None:
    newcomer = shop.agent_new("newcomer")
    shop.report(shop.ask(agent="newcomer", requested_by="partner").task)
    clock.forward(minutes=1)
    ring = suspect(shop, shop.agent, partner)
    judge(ring, RingVerdict.CONFIRM)
    clock.forward(minutes=1)
    joins(ring, newcomer)

    late_words_weigh(fleet=shop.fleet)

    assert not weightless_now(agent=newcomer)
    assert len(weightless_now(agent=shop.agent)) == 20
    later = shop.report(shop.ask(agent="newcomer", requested_by="partner").task)
    assert weightless_now(agent=newcomer) == {later.fact}


def test_a_word_of_before_a_member_joined_a_suspected_ring_weighs(
    shop: Orchestrator, partner: Agent, clock: Clock
) -> None:
    newcomer = shop.agent_new("newcomer")
    ring = suspect(shop, shop.agent, partner)
    clock.forward(minutes=1)
    # Two jobs for the newcomer: one before it joined the ring, one after.
    before = shop.report(shop.ask(requested_by="newcomer").task)
    clock.forward(minutes=1)
    joins(ring, newcomer)
    after = shop.report(shop.ask(requested_by="newcomer").task)

    late_words_weigh(fleet=shop.fleet)

    assert (before.weight, after.weight) == (1.0, 0.0)
    assert weightless_now(agent=shop.agent) == {after.fact}


def test_work_handed_on_and_work_paid_for_are_their_word_too(
    shop: Orchestrator, partner: Agent
) -> None:
    first = shop.ask(agent="partner").task
    suspect(shop, shop.agent, partner)
    paid = shop.ask().task
    pays(partner, shop.agent, paid)
    handed_on = TaskFactory(
        fleet=shop.fleet, agent=shop.agent, key=first.key, parent=first, root_id=first.root_id,
        state="RUNNING", level="LOW",
    )  # fmt: skip

    assert shop.report(paid).vouched_inside
    assert shop.report(handed_on).vouched_inside


def test_in_a_ring_that_nobody_acts_on_everything_weighs(
    shop: Orchestrator, partner: Agent
) -> None:
    ring = suspect(shop, shop.agent, partner)
    CollusionRing.objects.filter(pk=ring.pk).update(enforced=False)
    members_mark(fleet_id=shop.fleet.pk)

    assert favour(shop).weight == 1.0


def test_a_check_from_outside_lets_the_work_weigh(shop: Orchestrator, partner: Agent) -> None:
    suspect(shop, shop.agent, partner)
    desk, key = shop.key_new(scopes=[Scope.GATE, Scope.REPORT, Scope.VERIFY]), shop.key
    task = shop.ask(requested_by="partner").task
    shop.key = desk

    checked = shop.report(task, verified_quality=0.9)
    shop.key = key

    assert checked.weight == 1.0


def test_confirming_takes_the_weight_of_the_whole_window(
    shop: Orchestrator, partner: Agent
) -> None:
    ring = suspect(shop, shop.agent, partner)
    favour(shop)
    before = Standing.objects.get(agent=shop.agent)

    judge(ring, RingVerdict.CONFIRM)

    after = Standing.objects.get(agent=shop.agent)
    told = Event.objects.get(name="outcomes.reweighed")
    assert len(weightless_now(agent=shop.agent)) == 21
    # 40 of its own and 20 favours counted, the one under suspicion did not; now 40 do.
    assert (before.outcomes, after.outcomes) == (60, 40)
    assert told.payload["sentence"].startswith("20 outcomes of shop-bot weigh nothing: only its")
    settled = Event.objects.get(name="collusion.settled").payload["sentence"]
    assert settled.endswith("counts for nothing in trust: 21 outcomes so far.")


def test_dismissing_leaves_trust_as_if_nobody_had_ever_been_suspected(
    shop: Orchestrator, partner: Agent, clock: Clock
) -> None:
    ring = suspect(shop, shop.agent, partner)
    favour(shop)
    shop.work()
    favour(shop, "failure")
    outcomes = Outcome.objects.filter(agent=shop.agent, vouched_inside=True)
    assert outcomes.count() == 2

    judge(ring, RingVerdict.DISMISS)
    dismissed = state(shop.agent)

    # The same reports, told by nobody of a ring: every fact with its full weight.
    Reweighing.objects.all().delete()
    Outcome.objects.update(vouched_inside=False)
    Standing.objects.filter(agent=shop.agent).update(
        facts=Outcome.objects.filter(agent=shop.agent).count()
    )
    refolded = agent_refold(agent_id=shop.agent.pk)
    assert refolded is not None
    assert refolded.difference is None
    assert dismissed == state(shop.agent)


def test_an_appeal_gives_the_weight_of_the_whole_window_back(
    shop: Orchestrator, fleet: Fleet, partner: Agent, crew: Crew
) -> None:
    before = state(shop.agent)
    ring = suspect(shop, shop.agent, partner)
    judge(ring, RingVerdict.CONFIRM)
    between = state(shop.agent)

    ring_clear(fleet=fleet, ring_id=ring.pk, user=crew.mona, reason="A declared workflow.")

    assert between != before
    assert state(shop.agent) == before
    assert not weightless_now(agent=shop.agent)


def test_a_confirmed_and_cleared_history_folds_to_where_it_stands(
    shop: Orchestrator, fleet: Fleet, partner: Agent, crew: Crew
) -> None:
    ring = suspect(shop, shop.agent, partner)
    favour(shop)
    judge(ring, RingVerdict.CONFIRM)
    confirmed = agent_refold(agent_id=shop.agent.pk)
    favour(shop)
    ring_clear(fleet=fleet, ring_id=ring.pk, user=crew.mona, reason="A declared workflow.")
    shop.work()

    cleared = agent_refold(agent_id=shop.agent.pk)

    assert confirmed is not None
    assert cleared is not None
    assert (confirmed.difference, cleared.difference) == (None, None)


def test_dismissing_one_ring_leaves_what_another_takes(shop: Orchestrator, partner: Agent) -> None:
    ring = suspect(shop, shop.agent, partner)
    other = CollusionRing.objects.get(pk=ring.pk)
    other.pk = None
    other._state.adding = True
    other.save()
    other.agents.set([shop.agent, partner])
    inside = favour(shop)

    judge(ring, RingVerdict.DISMISS)

    assert weightless_now(agent=shop.agent) == {inside.fact}
    assert not Reweighing.objects.exists()


def test_what_a_person_checked_counts_whatever_becomes_of_the_ring(
    shop: Orchestrator, partner: Agent
) -> None:
    audit_everything(shop.fleet)
    ring = suspect(shop, shop.agent, partner)
    checked, other = favour(shop), favour(shop)
    events_publish(
        *audit_settle_step(
            outcome_id=checked.pk,
            agent=agent_lock(shop.agent.pk),
            verdict=AuditVerdict.PASSED,
            actor="rita",
            reason="Read it.",
            now=clock_now(),
        ),
        now=clock_now(),
    )

    judge(ring, RingVerdict.CONFIRM)

    found = weightless_now(agent=shop.agent)
    assert checked.fact not in found
    assert other.fact in found
