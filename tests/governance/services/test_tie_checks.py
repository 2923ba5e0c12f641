from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from governance.domain.audits import AuditVerdict
from governance.domain.collusion.states import RingVerdict
from governance.models import Agent, Audit, CollusionRing, Event, Interaction, TieCheck
from governance.refusals import ForbiddenError, MissingError
from governance.selectors.agents import agent_lock
from governance.selectors.clock import clock_now
from governance.selectors.collusion import ring_hold
from governance.selectors.scanned import interactions_load as scanned
from governance.selectors.tie_checks import (
    AskedCheck,
    check_so_far,
    checks_latest,
    ring_check,
)
from governance.services.audits import audit_settle_step
from governance.services.events import events_publish
from governance.services.interactions import interactions_load
from governance.services.schemas import InteractionItem
from governance.services.tie_checks import tie_check_ask
from tests.governance.services.auditing import audit_everything
from tests.governance.services.test_vouching import judge
from tests.governance.services.watching import asked, audited, favour, watched

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def partner(shop: Orchestrator) -> Agent:
    agent = shop.agent_new("partner")
    watched(shop, shop.agent, agent)
    return agent


def named(shop: Orchestrator, task: str, **fields: object) -> None:
    """Report that the shop's agent did a task for its partner."""
    plain = {
        "id": f"for-{task}",
        "occurred_at": clock_now(),
        "initiator": "partner",
        "counterparty": "shop-bot",
        "task_id": task,
    }
    item = msgspec.convert({**plain, **fields}, InteractionItem)
    interactions_load(key=shop.key, items=[item])


def test_only_jobs_between_the_two_are_checked(shop: Orchestrator, partner: Agent) -> None:
    asked(shop, shop.agent, partner)

    other, inside = shop.work(), favour(shop)

    assert audited() == [inside]
    assert not Audit.objects.filter(outcome=other, asked__isnull=False).exists()
    sentence = Audit.objects.get(outcome=inside).sentence
    assert sentence.endswith("what these agents do for each other; 7 more follow.")


def test_as_many_are_checked_as_people_asked_for(shop: Orchestrator, partner: Agent) -> None:
    check = asked(shop, shop.agent, partner)
    TieCheck.objects.update(wanted=2)

    jobs = [favour(shop) for _ in range(3)]

    check.refresh_from_db()
    assert audited() == jobs[:2]
    assert check.closed_at is not None
    assert Audit.objects.get(outcome=jobs[1]).sentence.endswith("this is the last.")
    assert not Agent.objects.get(pk=shop.agent.pk).tie_checked


def test_asking_again_while_checks_stand_asks_for_nothing_more(
    shop: Orchestrator, partner: Agent
) -> None:
    first = asked(shop, shop.agent, partner)

    again = asked(shop, partner, shop.agent)

    assert first == again
    told = Event.objects.get(name="collusion.checks_asked")
    assert told.payload["sentence"] == "The next 8 jobs between partner and shop-bot are checked."


def test_people_may_ask_anew_once_all_are_judged(shop: Orchestrator, partner: Agent) -> None:
    check = asked(shop, shop.agent, partner)
    TieCheck.objects.update(wanted=1)
    favour(shop)
    before = check_so_far(check=TieCheck.objects.get())
    Audit.objects.update(state="settled", verdict="passed")

    again = asked(shop, shop.agent, partner)

    assert before == AskedCheck(wanted=1, done=0, is_done=False)
    assert again != check
    latest = checks_latest(fleet=shop.fleet)[frozenset({shop.agent.pk, partner.pk})]
    assert latest == AskedCheck(wanted=8, done=0, is_done=False)


def test_a_skipped_audit_does_not_count(shop: Orchestrator, partner: Agent) -> None:
    audit_everything(shop.fleet, share=0.0, open_most=1)
    check = asked(shop, shop.agent, partner)

    favour(shop)
    favour(shop)

    assert check.audits.count() == 1
    assert Audit.objects.filter(state="skipped", asked=None).count() == 1


def test_a_job_that_an_interaction_names_later_is_checked_then(
    shop: Orchestrator, partner: Agent
) -> None:
    asked(shop, shop.agent, partner)
    done, cancelled = shop.work(), shop.work("cancelled")
    assert audited() == []

    named(shop, done.task_external_id)
    named(shop, cancelled.task_external_id)
    named(shop, done.task_external_id, id="once-more")

    assert audited() == [done]


def test_a_job_for_somebody_else_that_is_named_later_is_not(
    shop: Orchestrator, partner: Agent
) -> None:
    shop.agent_new("stranger")
    asked(shop, shop.agent, partner)
    done = shop.work()

    named(shop, done.task_external_id, initiator="stranger")

    assert audited() == []


def test_an_audit_s_verdict_reaches_the_scan(
    shop: Orchestrator, partner: Agent, clock: Clock
) -> None:
    asked(shop, shop.agent, partner)
    done = shop.work()
    named(shop, done.task_external_id)
    settled = audit_settle_step(
        outcome_id=done.pk,
        agent=agent_lock(shop.agent.pk),
        verdict=AuditVerdict.FAILED,
        actor="rita",
        reason="Read it.",
        now=clock_now(),
    )
    events_publish(*settled, now=clock_now())
    clock.forward(minutes=1)

    at = Interaction.objects.get(external_id=f"for-{done.task_external_id}").occurred_at
    loaded = scanned(
        fleet=shop.fleet, since=at, until=clock_now(), oldest_left=0, told=lambda _: None
    )

    assert loaded.work.verified.tolist() == [0.0]


def test_a_ring_and_the_watch_list_use_the_same_checks(shop: Orchestrator, partner: Agent) -> None:
    ring = CollusionRing.objects.get()
    ring.agents.set([shop.agent, partner])

    judge(ring, RingVerdict.VERIFY)
    shop.work()
    inside = favour(shop)

    assert audited() == [inside]
    assert TieCheck.objects.get().ring == ring


def test_asking_for_checks_of_a_ring_again_begins_anew(shop: Orchestrator, partner: Agent) -> None:
    ring = CollusionRing.objects.get()
    ring.agents.set([shop.agent, partner])
    judge(ring, RingVerdict.VERIFY)

    judge(ring, RingVerdict.VERIFY)

    assert TieCheck.objects.filter(closed_at=None).count() == 1
    assert ring_check(ring=ring) == AskedCheck(wanted=8, done=0, is_done=False)


def test_checks_of_a_ring_that_grew_take_the_place_of_those_of_before(
    shop: Orchestrator, partner: Agent
) -> None:
    ring = CollusionRing.objects.get()
    ring.agents.set([shop.agent, partner])
    judge(ring, RingVerdict.VERIFY)
    ring.agents.add(shop.agent_new("third"))

    judge(ring, RingVerdict.VERIFY)

    assert ring_check(ring=ring) == AskedCheck(wanted=16, done=0, is_done=False)


def test_checks_of_a_ring_that_was_taken_over_count_on(shop: Orchestrator, partner: Agent) -> None:
    ring = CollusionRing.objects.get()
    ring.agents.set([shop.agent, partner])
    assert ring_check(ring=ring) is None
    judge(ring, RingVerdict.VERIFY)
    theirs = TieCheck.objects.get()
    theirs.pk, theirs._state.adding = None, True
    theirs.save()
    theirs.agents.set([shop.agent_new("third"), shop.agent_new("fourth")])

    assert ring_check(ring=ring) == AskedCheck(wanted=16, done=0, is_done=False)


def test_dismissing_a_ring_ends_its_checks_and_no_others(
    shop: Orchestrator, partner: Agent
) -> None:
    ring = CollusionRing.objects.get()
    ring.agents.set([shop.agent, partner])
    judge(ring, RingVerdict.VERIFY)
    watched_tie = asked(shop, shop.agent, partner)

    judge(ring, RingVerdict.DISMISS)
    favour(shop)

    assert TieCheck.objects.get(closed_at=None) == watched_tie
    assert Audit.objects.get(asked__isnull=False).asked == watched_tie


def test_in_step_the_work_of_those_a_ring_calls_on_is_checked(
    shop: Orchestrator, partner: Agent
) -> None:
    ring = CollusionRing.objects.get()
    ring.agents.set(
        Agent.objects.filter(name__in=["Buyer", "Broker"]) | Agent.objects.filter(pk=partner.pk)
    )
    ring.findings = [{**ring.findings[0], "targets": [str(shop.agent.pk)]}]
    ring.save()

    judge(ring, RingVerdict.VERIFY)
    inside = favour(shop)

    _, members = ring_hold(ring.pk)
    assert [agent.name for agent in members].count("shop-bot") == 0
    assert audited() == [inside]
    assert TieCheck.objects.get().wanted == 16


def test_a_group_in_step_is_not_asked_about(shop: Orchestrator) -> None:
    partner = shop.agent_new("partner")
    watched(shop, shop.agent, partner, expected=None)

    with pytest.raises(MissingError) as refused:
        asked(shop, shop.agent, partner)

    assert refused.value.code == "tie_not_watched"


def test_without_a_scan_nothing_is_watched(shop: Orchestrator) -> None:
    with pytest.raises(MissingError):
        asked(shop, shop.agent)


def test_to_ask_for_checks_takes_a_manager(shop: Orchestrator, partner: Agent) -> None:
    agents = frozenset({shop.agent.pk, partner.pk})

    with pytest.raises(ForbiddenError):
        tie_check_ask(fleet=shop.fleet, user=shop.crew.rita, agents=agents)
