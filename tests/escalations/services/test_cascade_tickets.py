from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket, Vote
from escalations.services.claims import ticket_claim
from escalations.services.expiry import tickets_expire_due
from governance.models import Cascade, Event, Task
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError, LockedError
from governance.services.cancelling import task_cancel
from tests.escalations.finding import answer, cascade

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def spread(shop: Orchestrator) -> tuple[Ticket, list[Task]]:
    """A cascade that holds the report, and three checks, the first above a task to publish."""
    return cascade(shop)


def names(*tasks: Task) -> list[str]:
    return [task.external_id for task in tasks]


def state(task: Task) -> str:
    return Task.objects.get(pk=task.pk).state


def now_of(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_a_cascade_opens_one_ticket_about_its_root(spread: tuple[Ticket, list[Task]]) -> None:
    ticket, held = spread

    found = Cascade.objects.get()
    assert Ticket.objects.filter(kind="cascade").count() == 1
    assert (ticket.subject, ticket.task_id) == (found.pk, found.root_id)
    assert ticket.title == "Failures spread from reader"
    assert ticket.snapshot["findings"][0]["reason"] == found.sentence
    assert {task.state for task in held} == {"HELD"}


def test_a_held_task_that_is_resumed_may_start_again(
    spread: tuple[Ticket, list[Task]], crew: Crew
) -> None:
    ticket, held = spread

    decided = answer(ticket, crew.rita, "resume", tasks=names(held[0])).ticket

    assert state(held[0]) == "READY"
    assert (decided.state, decided.version) == ("PENDING", ticket.version + 1)
    vote = Vote.objects.get()
    assert (vote.choice, vote.task, vote.user) == ("resume", held[0], crew.rita)


@pytest.mark.parametrize(
    ("choice", "code"), [("cancel", "cascade_cancelled"), ("rerun", "cascade_rerun")]
)
def test_a_held_task_that_is_ended_tells_its_caller_why(
    spread: tuple[Ticket, list[Task]], crew: Crew, choice: str, code: str
) -> None:
    ticket, held = spread

    answer(ticket, crew.rita, choice, tasks=names(held[0]))

    ended = Task.objects.get(pk=held[0].pk)
    assert ended.state == "DENIED"
    assert ended.resolution is not None
    assert ended.resolution["reason_code"] == code
    assert ended.resolution["reason_text"] == "Looked at its last tasks."


def test_the_last_answer_settles_the_ticket_and_ends_the_cascade(
    spread: tuple[Ticket, list[Task]], crew: Crew
) -> None:
    ticket, held = spread
    answer(ticket, crew.rita, "cancel", tasks=names(*held[1:]))

    decided = answer(now_of(ticket), crew.ravi, "resume", tasks=names(held[0])).ticket

    assert (decided.state, decided.resolution) == ("RESOLVED", "settled")
    assert Cascade.objects.get().resolved_by == "ravi"
    assert not Event.objects.filter(name="ticket.withdrawn").exists()


def test_one_answer_may_name_a_task_and_what_stands_above_it(
    spread: tuple[Ticket, list[Task]], crew: Crew
) -> None:
    ticket, held = spread
    publish = next(task for task in held if task.title == "Publish")
    above = next(task for task in held if task.pk == publish.parent_id)

    answer(ticket, crew.rita, "resume", tasks=names(publish, above))

    assert (state(above), state(publish)) == ("READY", "READY")
    assert Event.objects.get(name="ticket.vote_recorded").payload["held"] == names(above, publish)


def test_what_stands_above_is_settled_first(spread: tuple[Ticket, list[Task]], crew: Crew) -> None:
    ticket, held = spread
    publish = next(task for task in held if task.title == "Publish")

    with pytest.raises(ConflictError, match="first: it stands above this task") as refused:
        answer(ticket, crew.rita, "resume", tasks=names(publish))

    assert refused.value.code == "held_above"
    assert not Vote.objects.exists()


def test_a_task_is_settled_once(spread: tuple[Ticket, list[Task]], crew: Crew) -> None:
    ticket, held = spread
    answer(ticket, crew.rita, "cancel", tasks=names(held[0]))

    with pytest.raises(ConflictError) as refused:
        answer(now_of(ticket), crew.ravi, "resume", tasks=names(held[0]))

    assert refused.value.code == "already_settled"
    assert Vote.objects.count() == 1


def test_the_same_answer_about_the_same_tasks_changes_nothing(
    spread: tuple[Ticket, list[Task]], crew: Crew
) -> None:
    ticket, held = spread
    answer(ticket, crew.rita, "cancel", tasks=names(held[0]))

    again = answer(ticket, crew.rita, "cancel", tasks=names(held[0]))

    assert again.repeated
    assert Vote.objects.count() == 1


def test_the_owner_of_the_agent_that_spread_it_answers_nothing(
    spread: tuple[Ticket, list[Task]], crew: Crew
) -> None:
    ticket, held = spread

    with pytest.raises(ForbiddenError, match="You own reader"):
        answer(ticket, crew.lena, "cancel", tasks=names(held[0]))


@pytest.mark.parametrize("choice", ["cancel", "rerun"])
def test_who_asked_for_a_held_task_may_end_it(
    spread: tuple[Ticket, list[Task]], crew: Crew, choice: str
) -> None:
    ticket, held = spread
    Task.objects.filter(pk=held[0].pk).update(requested_by="rita")

    answer(ticket, crew.rita, choice, tasks=names(held[0]))

    assert state(held[0]) == "DENIED"


def test_who_asked_for_a_held_task_does_not_let_it_go_on(
    spread: tuple[Ticket, list[Task]], crew: Crew
) -> None:
    ticket, held = spread
    Task.objects.filter(pk=held[0].pk).update(requested_by="rita")

    with pytest.raises(ForbiddenError, match=r"Task t-\d+: You asked for this task") as refused:
        answer(ticket, crew.rita, "resume", tasks=names(held[0]))

    assert refused.value.code == "requested_it"


@pytest.mark.parametrize(
    ("choice", "tasks", "sentence"),
    [
        ("resume", [], "Name the held tasks"),
        ("resume", ["t-2"] * 201, "Name the held tasks"),
        ("resume", ["t-1"], "The cascade holds no task t-1"),
        ("resume", ["t-2", "nowhere"], "The cascade holds no task nowhere"),
        ("approve", ["t-2"], "Only an answer about held tasks names any"),
    ],
)
def test_an_answer_names_what_the_cascade_holds(
    spread: tuple[Ticket, list[Task]], crew: Crew, choice: str, tasks: list[str], sentence: str
) -> None:
    ticket, _ = spread

    with pytest.raises(InvalidFieldError, match=sentence) as refused:
        answer(ticket, crew.rita, choice, tasks=tasks)

    assert refused.value.field == "tasks"


def test_a_cascade_is_not_acknowledged_while_it_holds(
    spread: tuple[Ticket, list[Task]], crew: Crew
) -> None:
    ticket, _ = spread

    with pytest.raises(ConflictError, match="still holds 5") as refused:
        answer(ticket, crew.rita, "approve")

    assert refused.value.code == "still_holds"


def test_a_claim_lasts_until_the_cascade_is_settled(
    spread: tuple[Ticket, list[Task]], crew: Crew
) -> None:
    ticket, held = spread
    claimed = ticket_claim(ticket_id=ticket.pk, user=crew.rita, expected_version=ticket.version)

    answered = answer(claimed, crew.rita, "cancel", tasks=names(held[0])).ticket

    with pytest.raises(LockedError):
        answer(answered, crew.ravi, "cancel", tasks=names(held[1]))


def test_a_cascade_that_ends_by_itself_is_asked_about_no_longer(
    shop: Orchestrator, spread: tuple[Ticket, list[Task]]
) -> None:
    ticket, held = spread

    for task in held:
        task_cancel(key=shop.key, task_id=task.pk, reason="Never mind.")

    withdrawn = now_of(ticket)
    assert withdrawn.state == "CANCELLED"
    assert withdrawn.reason_text == "The cascade is over: Everything it held is settled."


def test_an_expired_cascade_ticket_leaves_everything_held(
    spread: tuple[Ticket, list[Task]], clock: Clock
) -> None:
    _, held = spread
    clock.forward(minutes=240)

    assert tickets_expire_due() == 1
    assert {state(task) for task in held} == {"HELD"}
