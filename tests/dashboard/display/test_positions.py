from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from dashboard.display.positions import position_read, position_text
from tests.clock import NOON

ROW = UUID("0193a1b2-0000-7000-8000-000000004811")


def test_a_position_is_read_as_it_was_written_to_the_microsecond() -> None:
    at = NOON + timedelta(microseconds=7)

    text = position_text(at, ROW)

    assert text == f"20260302T120000.000007Z_{ROW}"
    assert position_read(text) == (at, ROW)


@pytest.mark.parametrize("text", ["", "_", "nonsense", "20260302T120000.000000Z_", "\x00"])
def test_a_mangled_position_is_none(text: str) -> None:
    assert position_read(text) is None
