from __future__ import annotations

import pytest

from config.env_metrics import MetricsSettings, metrics_settings
from config.env_values import EnvironmentVariableError


def test_nothing_is_told_to_anybody_unless_said_so() -> None:
    assert metrics_settings({}) == MetricsSettings("", "", log_is_json=False, logs_access=True)


def test_what_is_said_is_taken() -> None:
    said = {"METRICS_TOKEN": "m" * 16, "LOG_FORMAT": "json", "ACCESS_LOG": "0"}
    said["PROMETHEUS_MULTIPROC_DIR"] = "/var/counts"

    assert metrics_settings(said) == MetricsSettings(
        "m" * 16, "/var/counts", log_is_json=True, logs_access=False
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("METRICS_TOKEN", "m" * 15),
        ("METRICS_TOKEN", "ä" * 20),
        ("METRICS_TOKEN", "m" * 20 + "\n"),
        ("LOG_FORMAT", "JSON"),
        ("ACCESS_LOG", "yes"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(EnvironmentVariableError, match=name) as refused:
        metrics_settings({name: value})

    assert name != "METRICS_TOKEN" or value.strip() not in str(refused.value)
