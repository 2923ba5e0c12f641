from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from escalations.models import Ticket
from governance.domain.facts import GateRequest
from governance.domain.gate import gate_decide
from governance.domain.policy import policy_default
from governance.domain.types import Environment
from governance.models import Decision, Event, Fleet, Task
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    InvalidFieldError,
    MissingError,
)
from governance.services.fleets import fleet_halt
from governance.services.tasks import task_submit

if TYPE_CHECKING:
    from tests.governance.services.orchestrator import Orchestrator


def test_harmless_work_runs_at_once_and_asks_nobody(shop: Orchestrator) -> None:
    answer = shop.ask("read")

    assert (answer.task.state, answer.decision.verdict) == ("READY", "allow")
    assert answer.task.level == "LOW"
    assert not Ticket.objects.exists()


def test_a_dangerous_task_waits_for_people(shop: Orchestrator) -> None:
    answer = shop.ask("refund")

    ticket = Ticket.objects.get()
    assert answer.task.state == "PENDING"
    assert answer.task.escalation is not None
    assert answer.task.escalation["number"] == ticket.number
    assert answer.task.answer_by == ticket.decide_by
    assert ticket.action_digest == answer.task.action_digest


def test_an_untrusted_agent_is_denied_what_is_critical_and_a_person_hears_of_it(
    shop: Orchestrator,
) -> None:
    answer = shop.ask("wipe")

    assert (answer.task.state, answer.decision.verdict) == ("DENIED", "deny")
    assert answer.task.level == "CRITICAL"
    assert Ticket.objects.get().kind == "incident"


def test_a_decision_is_decided_again_from_its_row(shop: Orchestrator) -> None:
    row = Decision.objects.get(pk=shop.ask("refund").decision.pk)

    question = msgspec.convert(row.inputs, GateRequest, strict=False)
    again = gate_decide(question, policy_default(), now_s=row.created_at.timestamp())

    assert again.verdict.value == row.verdict
    assert again.vector == row.vector
    assert [reason.sentence for reason in again.reasons] == [
        reason["sentence"] for reason in row.reasons
    ]


def test_the_same_external_id_with_the_same_body_gives_the_first_answer(
    shop: Orchestrator,
) -> None:
    body = shop.body("refund")
    first = task_submit(key=shop.key, body=body)

    second = task_submit(key=shop.key, body=body)

    assert (second.created, second.task.pk) == (False, first.task.pk)
    assert Task.objects.count() == Ticket.objects.count() == 1


def test_the_same_external_id_with_another_body_is_a_conflict(shop: Orchestrator) -> None:
    shop.ask("read", external_id="once")

    with pytest.raises(ConflictError) as refused:
        shop.ask("refund", external_id="once")

    assert (refused.value.code, refused.value.value) == ("external_id_reused", "once")


def test_an_unknown_agent_is_named(shop: Orchestrator) -> None:
    with pytest.raises(MissingError) as refused:
        shop.ask("read", agent="nobody")

    assert (refused.value.code, refused.value.value) == ("agent_unknown", "nobody")


def test_a_key_bound_to_another_agent_cannot_ask(shop: Orchestrator) -> None:
    other = shop.agent_new("other-bot")
    shop.key = shop.key_new(agents=[other.pk])

    with pytest.raises(ForbiddenError) as refused:
        shop.ask("read")

    assert refused.value.code == "agent_not_of_key"


def test_an_unknown_parent_is_refused(shop: Orchestrator) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        shop.ask("read", parent="t-0")

    assert refused.value.field == "parent"
    assert not Task.objects.exists()


def test_a_child_shares_its_parents_root(shop: Orchestrator) -> None:
    parent = shop.ask("read").task

    child = shop.ask("read", parent=parent.external_id).task

    assert (child.root_id, child.depth) == (parent.pk, 1)


def test_only_notable_answers_become_events(shop: Orchestrator) -> None:
    before = Event.objects.count()

    shop.ask("read")

    assert Event.objects.count() == before


def test_in_shadow_the_answer_is_allow_and_the_ticket_is_practice(shop: Orchestrator) -> None:
    Fleet.objects.update(enforcement="shadow")

    answer = shop.ask("refund")

    assert (answer.decision.verdict, answer.decision.would_be) == ("allow", "escalate")
    assert answer.task.state == "READY"
    assert Ticket.objects.get().practice


def test_a_halt_counts_from_its_commit_for_whoever_signed_in_before(shop: Orchestrator) -> None:
    fleet_halt(fleet=shop.fleet, actor="rita", reason="Drill.")

    answer = task_submit(key=shop.key, body=shop.body("read"))

    assert answer.decision.reasons[0]["code"] == "fleet_halted"


def test_an_answer_for_one_environment_is_none_for_another(shop: Orchestrator) -> None:
    body = shop.body("read")
    task_submit(key=shop.key_new(environment=Environment.DEVELOPMENT), body=body)

    with pytest.raises(ConflictError) as refused:
        task_submit(key=shop.key, body=body)

    assert refused.value.code == "external_id_reused"


def test_a_recorded_outcome_keeps_its_task_id_to_itself(shop: Orchestrator) -> None:
    shop.load(["success"])

    with pytest.raises(ConflictError) as refused:
        shop.ask(external_id="h-shop-bot-0")

    assert refused.value.code == "external_id_reused"
