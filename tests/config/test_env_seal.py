from __future__ import annotations

from pathlib import Path

import pytest

from config.env import environment_read
from config.env_seal import seal_settings
from config.env_values import EnvironmentVariableError

KEY = "k" * 32


def test_without_a_key_nothing_starts_outside_debug_and_tests() -> None:
    with pytest.raises(EnvironmentVariableError, match="SEAL_KEY must be at least 32"):
        environment_read({"SECRET_KEY": "s" * 32})


def test_a_key_of_an_error_is_not_shown() -> None:
    with pytest.raises(EnvironmentVariableError, match="got '6 characters'") as caught:
        seal_settings({"SEAL_KEY": "hidden"}, optional=True)

    assert "hidden" not in str(caught.value)


def test_tests_may_go_without_a_key() -> None:
    assert len(seal_settings({}, optional=True).key) >= 32


def test_a_file_may_hold_the_key(tmp_path: Path) -> None:
    held = tmp_path / "seal-key"
    held.write_text(f"{KEY}\n")

    assert seal_settings({"SEAL_KEY_FILE": str(held)}, optional=False).key == KEY


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentVariableError, match="SEAL_KEY_FILE must be a readable file"):
        seal_settings({"SEAL_KEY_FILE": str(tmp_path / "none")}, optional=True)


def test_a_short_key_in_a_file_is_refused(tmp_path: Path) -> None:
    held = tmp_path / "seal-key"
    held.write_text("short")

    with pytest.raises(EnvironmentVariableError, match="SEAL_KEY_FILE must be at least 32"):
        seal_settings({"SEAL_KEY_FILE": str(held)}, optional=True)


def test_a_key_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentVariableError, match="empty where SEAL_KEY is given"):
        seal_settings({"SEAL_KEY": KEY, "SEAL_KEY_FILE": "x"}, optional=False)


def test_earlier_keys_are_kept_in_their_order() -> None:
    found = seal_settings(
        {"SEAL_KEY": KEY, "SEAL_KEYS_BEFORE": f"{'a' * 32}, {'b' * 32}"}, optional=False
    )

    assert found.before == ("a" * 32, "b" * 32)


def test_a_short_earlier_key_is_refused() -> None:
    with pytest.raises(EnvironmentVariableError, match="SEAL_KEYS_BEFORE must be at least 32"):
        seal_settings({"SEAL_KEY": KEY, "SEAL_KEYS_BEFORE": "short"}, optional=False)
