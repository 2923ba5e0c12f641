from __future__ import annotations

from dataclasses import replace

import pytest

from escalations.domain.routing import (
    BAR_MEANING,
    Bar,
    Person,
    TicketRoute,
    barred_reasons,
    named_in,
    resume_reasons,
    route,
)
from escalations.domain.voting import Choice, Vote
from governance.domain.types import Role

RITA = Person(id="u-1", names=("rita", "rita@acme.example", "Rita Ortiz"), role=Role.REVIEWER)
RAUL = Person(id="u-2", names=("raul",), role=Role.REVIEWER)
MONA = Person(id="u-3", names=("mona",), role=Role.MANAGER)
OTTO = Person(id="u-9", names=("otto",), role=None)
TICKET = TicketRoute(
    agent_name="refund-eu-14",
    owner_id="u-7",
    requested_by="nightly-refunds",
    votes=(),
    approvals_needed=1,
    needs_manager=False,
)


def _approved_by(person: Person, role: Role = Role.REVIEWER) -> Vote:
    return Vote(person=person.id, choice=Choice.APPROVE, role=role)


def _sentences(person: Person, ticket: TicketRoute, choice: Choice = Choice.APPROVE) -> list[str]:
    return [reason.sentence for reason in barred_reasons(person, ticket, choice)]


def test_an_unconcerned_member_may_decide() -> None:
    assert barred_reasons(RITA, TICKET) == ()


def test_otto_the_outsider_may_not_decide() -> None:
    assert _sentences(OTTO, TICKET, Choice.DENY) == ["You are not a member of this fleet."]


@pytest.mark.parametrize("choice", [each for each in Choice if each is not Choice.EMERGENCY])
@pytest.mark.parametrize(
    ("person", "ticket", "sentence"),
    [
        (replace(RITA, is_active=False), TICKET, "This account is closed."),
        (RITA, replace(TICKET, owner_id="u-1"), "You own refund-eu-14."),
        (RITA, replace(TICKET, requested_by="rita"), "You asked for this task."),
        (
            RITA,
            replace(TICKET, least_role=Role.MANAGER),
            "This needs a manager; you are a reviewer.",
        ),
    ],
)
def test_who_has_a_stake_or_no_standing_decides_no_way(
    person: Person, ticket: TicketRoute, sentence: str, choice: Choice
) -> None:
    assert sentence in _sentences(person, ticket, choice)


def test_an_emergency_takes_an_admin_who_has_no_stake_in_it() -> None:
    adam = replace(RITA, role=Role.ADMIN)

    assert _sentences(RITA, TICKET, Choice.EMERGENCY) == [
        "This needs an admin; you are a reviewer."
    ]
    assert _sentences(adam, TICKET, Choice.EMERGENCY) == []
    assert _sentences(adam, replace(TICKET, owner_id="u-1"), Choice.EMERGENCY) == [
        "You own refund-eu-14."
    ]


@pytest.mark.parametrize("choice", [Choice.PASS, Choice.FAIL, Choice.UNCLEAR])
def test_who_approved_a_task_does_not_audit_it(choice: Choice) -> None:
    ticket = replace(TICKET, approved_by=frozenset({"rita"}))

    assert _sentences(RITA, ticket, choice) == ["You approved this task."]
    assert _sentences(RAUL, ticket, choice) == []


def test_a_reviewer_pauses_an_agent_but_lowers_no_mandate() -> None:
    assert _sentences(RITA, TICKET, Choice.PAUSE) == []
    assert _sentences(RITA, TICKET, Choice.LOWER_MANDATE) == [
        "This needs a manager; you are a reviewer."
    ]
    assert _sentences(MONA, TICKET, Choice.LOWER_MANDATE) == []


def test_an_answer_never_needs_less_than_its_ticket() -> None:
    ticket = replace(TICKET, least_role=Role.ADMIN)

    assert _sentences(MONA, ticket, Choice.LOWER_MANDATE) == [
        "This needs an admin; you are a manager."
    ]


def test_all_reasons_are_given() -> None:
    ticket = replace(TICKET, owner_id="u-1", requested_by="Rita Ortiz")

    assert _sentences(RITA, ticket) == ["You own refund-eu-14.", "You asked for this task."]


def test_one_persons_approval_counts_once_but_may_turn_into_a_denial() -> None:
    ticket = replace(TICKET, approvals_needed=2, votes=(_approved_by(RITA),))

    assert _sentences(RITA, ticket) == ["You have approved this already."]
    assert _sentences(RITA, ticket, Choice.DENY) == []


def test_the_last_approval_is_left_to_a_manager() -> None:
    ticket = replace(TICKET, approvals_needed=2, needs_manager=True, votes=(_approved_by(RITA),))

    assert _sentences(RAUL, ticket) == ["The last approval must come from a manager."]
    assert _sentences(RAUL, ticket, Choice.DENY) == []
    assert _sentences(MONA, ticket) == []


def test_after_a_manager_a_reviewer_may_be_the_last() -> None:
    ticket = replace(
        TICKET,
        approvals_needed=2,
        needs_manager=True,
        votes=(_approved_by(MONA, Role.MANAGER),),
    )

    assert _sentences(RAUL, ticket) == []


@pytest.mark.parametrize(
    "requested_by",
    [
        "rita",
        "RITA",
        "  rita ",
        "user:rita",
        "slack/rita",
        "rita@acme.example",
        "<rita@acme.example>",
        "Rita Ortiz via chat",
        "rita  ortiz",
        "ｒｉｔａ",
    ],
)
def test_a_person_is_recognised_in_any_common_spelling(requested_by: str) -> None:
    assert named_in(RITA, requested_by)


@pytest.mark.parametrize(
    "requested_by", ["margarita", "rita2", "nightly-rita-job", "", "ortiz", "job:1", "1"]
)
def test_a_system_with_a_similar_name_bars_nobody(requested_by: str) -> None:
    assert not named_in(replace(RITA, id="1"), requested_by)


def test_an_empty_name_never_matches() -> None:
    assert not named_in(replace(RITA, names=("",)), "")


def test_routing_splits_people_and_keeps_the_reasons() -> None:
    routing = route([RITA, OTTO], TICKET)

    assert routing.eligible == (RITA,)
    assert [(person, reasons[0].code) for person, reasons in routing.excluded] == [
        (OTTO, Bar.NOT_A_MEMBER)
    ]
    assert routing.unroutable is None


@pytest.mark.parametrize(
    ("people", "ticket", "sentence"),
    [
        ([], TICKET, "1 approval missing, no eligible reviewer."),
        (
            [RITA, RAUL],
            replace(TICKET, owner_id="u-1", requested_by="raul"),
            "1 approval missing, no eligible reviewer: 2 excluded because owns_agent,"
            " requested_it.",
        ),
        (
            [RITA],
            replace(TICKET, approvals_needed=2),
            "2 approvals missing, 1 eligible.",
        ),
        (
            [RITA, RAUL],
            replace(TICKET, approvals_needed=2, needs_manager=True),
            "2 approvals missing, one by a manager, 2 eligible.",
        ),
    ],
)
def test_a_deadlock_is_found_when_routing(
    people: list[Person], ticket: TicketRoute, sentence: str
) -> None:
    assert route(people, ticket).unroutable == sentence


def test_enough_people_with_a_manager_are_routable() -> None:
    ticket = replace(TICKET, approvals_needed=2, needs_manager=True)

    assert route([RITA, MONA], ticket).unroutable is None


def test_who_owns_an_agent_or_asked_for_its_task_does_not_let_it_go_on() -> None:
    def bars(person: Person, **task: str) -> list[Bar]:
        asked = {"agent_name": "bot", "owner_id": "u-9", "requested_by": "person:somebody", **task}
        return [reason.code for reason in resume_reasons(person, **asked)]

    assert bars(RITA) == []
    assert bars(RITA, owner_id=RITA.id) == [Bar.OWNS_AGENT]
    assert bars(RITA, requested_by="rita") == [Bar.REQUESTED_IT]


def test_every_bar_is_documented() -> None:
    assert set(BAR_MEANING) == set(Bar)
