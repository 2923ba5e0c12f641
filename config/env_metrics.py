"""What is told of an installation from within: its log lines and its figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.env_values import EnvironmentVariableError, flag

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST_TOKEN = 16


@dataclass(frozen=True)
class MetricsSettings:
    """``token`` opens ``GET /metrics``, empty for nobody.

    In ``folder`` the web processes of a server share what they count, empty where each is alone.
    ``log_is_json`` and ``logs_access`` say how lines look, and whether each request has one.
    """

    token: str
    folder: str
    log_is_json: bool
    logs_access: bool


def metrics_settings(variables: Mapping[str, str]) -> MetricsSettings:
    """Return what is told, and how.

    Raises:
        EnvironmentVariableError: for a token under 16 characters or with other characters than a
            header takes, a format that is none, or a flag that is neither 0 nor 1.
    """
    token = variables.get("METRICS_TOKEN", "")
    if token and (len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable()):
        # It is a secret, however bad a one.
        allowed = f"at least {SHORTEST_TOKEN} printable ASCII characters"
        raise EnvironmentVariableError("METRICS_TOKEN", "***", allowed)
    log_format = variables.get("LOG_FORMAT", "line")
    if log_format not in {"line", "json"}:
        raise EnvironmentVariableError("LOG_FORMAT", log_format, "line or json")
    logs_access = flag({"ACCESS_LOG": "1", **variables}, "ACCESS_LOG")
    folder = variables.get("PROMETHEUS_MULTIPROC_DIR", "")
    return MetricsSettings(token, folder, log_format == "json", logs_access)
