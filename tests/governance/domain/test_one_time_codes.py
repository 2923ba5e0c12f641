from __future__ import annotations

import pytest

from governance.domain.one_time_codes import code_at, step_of

# The secret and the times of RFC 6238, appendix B; there with eight digits, of which these are the
# last six.
SECRET = b"12345678901234567890"
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("at_s", "code"), VECTORS)
def test_codes_are_those_of_the_standard(at_s: int, code: str) -> None:
    assert code_at(SECRET, at_s // 30) == code


@pytest.mark.parametrize(("at_s", "code"), VECTORS)
def test_a_code_is_taken_in_its_own_step(at_s: int, code: str) -> None:
    assert step_of(SECRET, code, at_s=at_s, after=-1) == at_s // 30


@pytest.mark.parametrize(
    ("off_s", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_one_step_off(off_s: int, taken: bool) -> None:
    found = step_of(SECRET, "050471", at_s=1111111111 + off_s, after=-1)

    assert found == (1111111111 // 30 if taken else None)


def test_a_code_is_taken_once() -> None:
    step = 1111111111 // 30

    assert step_of(SECRET, "050471", at_s=1111111111, after=step - 1) == step
    assert step_of(SECRET, "050471", at_s=1111111111, after=step) is None


@pytest.mark.parametrize("code", ["", "05047", "050472", "50471", "０５０４７１", "0504711"])
def test_anything_else_is_wrong(code: str) -> None:
    assert step_of(SECRET, code, at_s=1111111111, after=-1) is None


def test_the_first_step_has_none_before_it() -> None:
    assert step_of(SECRET, code_at(SECRET, 0), at_s=0, after=-1) == 0
