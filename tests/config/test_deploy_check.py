"""What `manage.py check --deploy` says of the settings that the documentation asks for."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.config.held import PROJECT

PRODUCTION = {
    "SECRET_KEY": "vq7Yt0b3mX1sK9dLh2Rw6ZfPj8NcGuA4eQoTi5BxMzVyCkSn-fifty",
    "SEAL_KEY": "k" * 32,
    "DATABASE_URL": "postgresql://countersign:secret@postgres:5432/countersign",
    "BROKER_URL": "redis://valkey:6379/0",
    "ALLOWED_HOSTS": "console.example",
    "TRUSTED_ORIGINS": "https://console.example",
    "LIVE_ORIGIN": "wss://live.example",
    "BEHIND_TLS": "1",
}


def deploy_check(**changed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **PRODUCTION, **changed},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_production_environment_has_nothing_to_warn_of() -> None:
    checked = deploy_check()

    # What is silenced has its reason in the settings: other names than the console's.
    told = "System check identified no issues (2 silenced)."
    assert (checked.returncode, checked.stderr, checked.stdout.strip()) == (0, "", told)


def test_without_tls_it_warns_of_what_travels_in_the_clear() -> None:
    checked = deploy_check(BEHIND_TLS="0")

    # No HSTS, no redirect, and cookies that are sent over plain HTTP.
    warned = ("W004", "W008", "W012", "W016")
    assert checked.returncode == 1
    assert [each for each in warned if f"security.{each}" in checked.stderr] == list(warned)


def test_debug_in_production_is_warned_of() -> None:
    checked = deploy_check(DEBUG="1")

    assert checked.returncode == 1
    assert "security.W018" in checked.stderr
