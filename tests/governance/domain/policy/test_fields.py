from __future__ import annotations

from dataclasses import dataclass, fields

import pytest

from governance.domain.policy.fields import Provenance, Setting, setting, setting_of, settings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Kettle:
    heat_c: float = setting(
        95.0, unit="°C", low=40, high=100, provenance=Provenance.CHOICE, meaning="How hot."
    )
    notes: dict[str, str] = setting(
        default_factory=dict, provenance=Provenance.STANDARD, meaning="What was said."
    )
    serial: int = 7


def _setting(low: float | None, high: float | None, unit: str = "") -> Setting:
    return Setting(
        unit=unit, low=low, high=high, provenance=Provenance.CHOICE, meaning="", reference=""
    )


def test_a_setting_gives_its_field_a_default() -> None:
    assert Kettle() == Kettle(heat_c=95.0, notes={}, serial=7)


def test_a_field_without_a_setting_is_plain() -> None:
    serial = fields(Kettle)[2]

    assert setting_of(serial) is None


def test_settings_are_listed_with_name_and_value_and_plain_fields_left_out() -> None:
    listed = [(name, value) for name, _, value in settings_of(Kettle(heat_c=80.0))]

    assert listed == [("heat_c", 80.0), ("notes", {})]


def test_a_number_within_its_limits_has_no_problem() -> None:
    assert _setting(40, 100).problem(100) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [(39.9, "39.9"), (101.0, "101"), (float("nan"), "nan"), (float("inf"), "inf")],
)
def test_a_number_outside_its_limits_is_a_problem(value: float, words: str) -> None:
    assert _setting(40, 100, "°C").problem(value) == f"must be from 40 to 100 °C, got {words}"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("80", "“80”"),
        ("", "“”"),
        ("hot", "hot"),
        (True, "true"),
        (False, "false"),
        (None, "nothing"),
    ],
)
def test_what_is_not_a_number_is_a_problem_where_there_are_limits(
    value: object, words: str
) -> None:
    assert _setting(40, 100).problem(value) == f"must be a number from 40 to 100, got {words}"


def test_what_is_repeated_of_a_long_value_is_cut() -> None:
    assert _setting(0, 1).problem(10**400) == f"must be from 0 to 1, got 1{'0' * 59}…"


def test_a_large_limit_is_written_in_full() -> None:
    assert _setting(1000, 20_000_000, "tasks").allowed == "from 1000 to 20000000 tasks"


def test_without_limits_anything_passes() -> None:
    assert _setting(None, None).problem({"any": "thing"}) is None


@pytest.mark.parametrize(
    ("low", "high", "allowed"),
    [
        (1, 50, "from 1 to 50 outcomes"),
        (1, None, "at least 1 outcomes"),
        (None, 50, "at most 50 outcomes"),
        (None, None, "any outcomes"),
    ],
)
def test_what_is_allowed_reads_as_a_phrase(
    low: float | None, high: float | None, allowed: str
) -> None:
    assert _setting(low, high, "outcomes").allowed == allowed


@pytest.mark.parametrize(("low", "value"), [(1, 0.5), (None, 51)])
def test_one_limit_is_enough_to_be_outside_of(low: float | None, value: float) -> None:
    assert _setting(low, 50).problem(value) is not None
