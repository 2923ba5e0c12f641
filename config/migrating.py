"""Migrations without searching for garbage all the time."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Django draws most models anew for each step. That makes garbage in heaps, and a search for it at
# every 700 allocations took a third of the time; at these it takes 90 MB more for seconds.
SEARCH_AT = (50_000, 10, 10)


@contextmanager
def searched_rarely() -> Iterator[None]:
    """Search for garbage only after many allocations."""
    before = gc.get_threshold()
    gc.set_threshold(*SEARCH_AT)
    try:
        yield
    finally:
        gc.set_threshold(*before)
