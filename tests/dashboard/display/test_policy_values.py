"""A value of the policy as it is typed and read: exact, shares in percent."""

from __future__ import annotations

import re

import pytest

from dashboard.display.policy_sections import section_key, sections_of
from dashboard.display.policy_titles import has_title, title_of, titled_paths
from dashboard.display.policy_values import (
    refused_template,
    refused_text,
    shown_text,
    typed_text,
    typed_value,
)
from governance.domain.policy import PolicyError, policy_from_plain
from governance.domain.policy.plain import policy_fields

FIELDS = {each.path: each for each in policy_fields()}


@pytest.mark.parametrize("path", sorted(FIELDS))
def test_every_value_is_typed_as_it_is_read(path: str) -> None:
    field = FIELDS[path]

    assert typed_value(field, typed_text(field, field.value)) == field.value


@pytest.mark.parametrize("path", sorted(FIELDS))
def test_every_field_has_a_title_that_reads_well(path: str) -> None:
    title = title_of(path)

    assert has_title(path)
    assert re.fullmatch(r"[A-Z][A-Za-z' ,:-]{2,47}", title), title


def test_no_title_is_left_over_or_said_twice_in_a_section() -> None:
    said = [(section_key(path), title_of(path)) for path in FIELDS]

    assert titled_paths() - set(FIELDS) == set()
    assert len(set(said)) == len(said)


def test_a_field_without_a_title_reads_as_its_name_does() -> None:
    assert title_of("moon_phase.keep_outcomes_days") == "Keep outcomes"


def test_a_new_branch_is_a_section_of_its_own() -> None:
    sections = sections_of(["pace.window_min", "moon_phase.full"])

    assert [(each.key, each.label) for each in sections] == [
        ("pace", "Pace"),
        ("moon_phase", "Moon phase"),
    ]


def test_a_share_is_typed_in_percent_without_noise() -> None:
    # 0.07 * 100 is 7.000000000000001 in binary.
    share = FIELDS["presets.balanced.tax_share"]

    assert typed_text(share, 0.07) == "7"
    assert typed_value(share, "7") == 0.07
    assert typed_value(share, "12.5") == 0.125
    assert shown_text(share, 0.07) == "7\N{NO-BREAK SPACE}% of the value"


def test_a_tiny_chance_is_typed_without_an_exponent() -> None:
    chance = FIELDS["collusion.circular_chance"]

    assert typed_text(chance, 1e-06) == "0.000001"
    assert typed_value(chance, "1e-6") == 1e-06


def test_a_great_number_is_shown_whole() -> None:
    most = FIELDS["collusion.most_interactions"]

    assert shown_text(most, 3_000_000) == "3,000,000\N{NO-BREAK SPACE}interactions"
    assert typed_text(most, 3_000_000) == "3000000"


def test_one_of_a_unit_is_said_as_one() -> None:
    assert shown_text(FIELDS["drift.tiers_lost"], 1) == "1\N{NO-BREAK SPACE}tier"


@pytest.mark.parametrize("text", ["", "seven", "7,5", "1_000", "nan", "inf", "7" * 41, "\u0667"])
def test_what_is_no_number_stays_text_for_the_policy_to_refuse(text: str) -> None:
    assert typed_value(FIELDS["breaker.suspicion_low"], text) == text


def test_a_whole_number_is_whole_and_a_broken_one_is_refused_by_the_policy() -> None:
    failures = FIELDS["breaker.least_failures"]

    assert typed_value(failures, "3.0") == 3
    assert isinstance(typed_value(failures, "3.0"), int)
    assert typed_value(failures, "2.5") == 2.5


def test_a_refusal_by_range_is_said_in_the_unit_that_was_typed() -> None:
    share = FIELDS["breaker.frozen_share_cap"]

    assert refused_template(share) == "Must be from 5 to 100 %, got {}."
    assert refused(share.path, 2.0, "200") == "Must be from 5 to 100 %, got 200."
    assert refused(share.path, "much", " much ") == "Must be from 5 to 100 %, got much."
    assert refused(share.path, "", "") == "Must be from 5 to 100 %, got nothing."


def test_a_contradiction_names_the_other_field_by_its_title() -> None:
    assert refused("trust.level_medium", 0.8, "0.8", trust={"level_high": 0.7}) == (
        "Must be below 0.7 score, because of “Score for tier high”, got 0.8."
    )
    assert refused("blast.money_medium_share", 0.05, "5", blast={"money_low_share": 0.1}) == (
        "Must be at least 10\N{NO-BREAK SPACE}% of the monthly budget,"
        " because of “Money that counts as little”, got 5."
    )
    assert refused("approvals.balanced.high", "run", "run") == (
        "Must be “Runs, sampled” or stricter, because of “Medium under balanced”, got Runs."
    )


def refused(path: str, value: object, typed: str, **others: dict[str, object]) -> str:
    """Return what stands at a field of a policy that was refused for it."""
    plain: dict[str, dict[str, object]] = {name: dict(some) for name, some in others.items()}
    branch, *names, last = path.split(".")
    inside = plain.setdefault(branch, {})
    for name in names:
        inside = inside.setdefault(name, {})  # type: ignore[assignment]
    inside[last] = value
    with pytest.raises(PolicyError) as error:
        policy_from_plain(plain)
    problem = next(each for each in error.value.problems if each.path == path)
    return refused_text(FIELDS[path], problem, typed)
