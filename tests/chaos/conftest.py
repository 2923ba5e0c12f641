from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # A minute of a stack that is killed again and again: after everything quick has passed.
    items.sort(key=lambda item: "tests/chaos/test_kill" in item.nodeid)
