from __future__ import annotations

import gc
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.test import override_settings

from governance.selectors import clock as clock_module
from tests.clock import Clock

# How long a test takes says how busy the machine is, and nothing else.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")

PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a browser's test a second try, which the summary names: a fault of ours fails twice."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_collection_finish() -> None:
    """Leave what is there by now out of every later search for garbage: it stays to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def static_files_without_collecting() -> Iterator[None]:
    """Let pages name static files as they lie in the tree; fingerprints need a collected copy."""
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": PLAIN}):
        yield


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The one clock, at noon until a test moves it."""
    standing_still = Clock()
    monkeypatch.setattr(clock_module, "source", standing_still)
    return standing_still
