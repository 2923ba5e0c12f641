from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.domain.escalation import (
    ESCALATION_DEFAULT,
    EscalationLevel,
    EscalationPolicy,
    called_on,
    escalation_from_plain,
    escalation_problems,
    escalation_to_plain,
)
from escalations.domain.routing import Person
from governance.domain.types import Role

PEOPLE = {
    "1": Person(id="1", names=("rita",), role=Role.REVIEWER),
    "2": Person(id="2", names=("ravi",), role=Role.REVIEWER),
    "3": Person(id="3", names=("mona",), role=Role.MANAGER),
    "4": Person(id="4", names=("adam",), role=Role.ADMIN),
}
RITA = EscalationLevel(people=("1",))
REVIEWERS = EscalationLevel(roles=(Role.REVIEWER,))
MONA = EscalationLevel(people=("3",))
ADMINS = EscalationLevel(roles=(Role.ADMIN,))


def _policy(*levels: EscalationLevel, shares: tuple[float, ...]) -> EscalationPolicy:
    return EscalationPolicy(levels=levels, shares=shares)


def _problems(policy: EscalationPolicy) -> list[tuple[str, object, str]]:
    found = escalation_problems(policy, PEOPLE)
    return [(each.field, each.value, each.sentence) for each in found]


def test_the_default_calls_managers_at_half_and_admins_at_four_fifths_of_the_time() -> None:
    assert escalation_to_plain(ESCALATION_DEFAULT) == {
        "levels": [
            {"people": [], "roles": ["reviewer"]},
            {"people": [], "roles": ["manager"]},
            {"people": [], "roles": ["admin"]},
        ],
        "shares": [0.5, 0.8],
        "chat_after_s": 60,
        "mail_after_s": 300,
    }
    assert escalation_problems(ESCALATION_DEFAULT, PEOPLE) == ()


def test_a_level_calls_the_people_it_names_and_those_of_its_role_alone() -> None:
    level = EscalationLevel(people=("4", "99"), roles=(Role.REVIEWER,))

    assert called_on(level, PEOPLE) == {"1", "2", "4"}


@pytest.mark.parametrize(
    ("policy", "field", "value", "sentence"),
    [
        (_policy(shares=()), "levels", 0, "A policy has 1 to 5 levels, got 0."),
        (
            _policy(RITA, MONA, ADMINS, shares=(0.5,)),
            "shares",
            [0.5],
            "3 levels take 2 shares of the time to decide, one for each level after the first;"
            " got 1.",
        ),
        (
            _policy(RITA, MONA, shares=(1.0,)),
            "shares[0]",
            1.0,
            "Level 2 is called after 5 % to 95 % of the time to decide, got 100 %.",
        ),
        (
            _policy(RITA, MONA, shares=(float("nan"),)),
            "shares[0]",
            pytest.approx(float("nan"), nan_ok=True),
            "Level 2 is called after 5 % to 95 % of the time to decide, got nan %.",
        ),
        (
            _policy(RITA, MONA, ADMINS, shares=(0.5, 0.5)),
            "shares[1]",
            0.5,
            "Level 3 must be called after level 2, which is at 50 % of the time to decide; got 50 %.",
        ),
        (
            replace(_policy(RITA, MONA, shares=(0.5,)), chat_after_s=-1),
            "chat_after_s",
            -1,
            "People are told by chat after 0 to 3600 s, got -1.",
        ),
        (
            replace(_policy(RITA, MONA, shares=(0.5,)), mail_after_s=3_601),
            "mail_after_s",
            3_601,
            "People are told by mail after 0 to 3600 s, got 3601.",
        ),
        (
            replace(_policy(RITA, MONA, shares=(0.5,)), chat_after_s=301),
            "mail_after_s",
            300,
            "People are told by mail after they were by chat, which is after 301 s; got 300.",
        ),
        (
            _policy(RITA, EscalationLevel(), shares=(0.5,)),
            "levels[1]",
            [],
            "Level 2 names 1 to 20 people and roles, got 0.",
        ),
        (
            _policy(EscalationLevel(people=("99",)), ADMINS, shares=(0.5,)),
            "levels[0].people",
            "99",
            "Level 1 names somebody who is no member of the fleet.",
        ),
        (
            _policy(EscalationLevel(people=("1", "1")), ADMINS, shares=(0.5,)),
            "levels[0]",
            ["1", "1"],
            "Level 1 names somebody twice.",
        ),
        (
            _policy(REVIEWERS, RITA, MONA, shares=(0.5, 0.8)),
            "levels[1]",
            ["1"],
            "Level 2 reaches nobody who is not called before it.",
        ),
        (
            _policy(REVIEWERS, MONA, EscalationLevel(people=("1", "3")), shares=(0.5, 0.8)),
            "levels[2]",
            ["1", "3"],
            "Level 3 reaches nobody who is not called before it.",
        ),
        (
            _policy(MONA, RITA, shares=(0.5,)),
            "levels[1]",
            ["1"],
            "The last level needs a manager or an admin: some tickets nobody else may decide.",
        ),
    ],
)
def test_what_cannot_stay_is_named_with_its_field_and_value(
    policy: EscalationPolicy, field: str, value: object, sentence: str
) -> None:
    assert _problems(policy) == [(field, value, sentence)]


def test_a_level_whose_role_nobody_holds_is_named() -> None:
    without_manager = {key: person for key, person in PEOPLE.items() if key != "3"}

    (problem,) = escalation_problems(ESCALATION_DEFAULT, without_manager)

    assert (problem.field, problem.value) == ("levels[1]", ["manager"])
    assert problem.sentence == "Level 2 reaches nobody: no member is a manager."


@given(
    st.lists(
        st.builds(
            EscalationLevel,
            people=st.lists(st.sampled_from("12345"), max_size=3).map(tuple),
            roles=st.lists(st.sampled_from(Role), max_size=2).map(tuple),
        ),
        max_size=6,
    ),
    st.lists(st.floats(0, 1), max_size=5),
)
def test_what_is_accepted_calls_somebody_new_on_every_level_and_ends_with_a_manager(
    levels: list[EscalationLevel], shares: list[float]
) -> None:
    policy = _policy(*levels, shares=tuple(shares))

    is_accepted = not escalation_problems(policy, PEOPLE)

    called = [called_on(level, PEOPLE) for level in levels]
    rises = all(
        each - frozenset().union(*called[:at]) for at, each in enumerate(called)
    ) and shares == sorted(set(shares))
    ends_well = bool(called) and bool(called[-1] & {"3", "4"})
    assert not is_accepted or (rises and ends_well and len(shares) == len(levels) - 1)
    assert escalation_from_plain(escalation_to_plain(policy)) == policy
