"""The back-up that the other tests of a file read is taken by the first of them."""

from __future__ import annotations

import pytest

FILE, FIRST = "tests/backup/test_under_load.py", "test_a_backup_under_load"


# After pytest-randomly has shuffled.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = [at for at, item in enumerate(items) if item.nodeid.startswith(FILE)]
    ordered = sorted((items[at] for at in places), key=lambda item: FIRST not in item.name)
    for at, item in zip(places, ordered, strict=True):
        items[at] = item
