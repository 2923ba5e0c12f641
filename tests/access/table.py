"""The access matrix: one row for each route of the URL conf."""

from __future__ import annotations

from tests.access import (
    api_governance,
    api_tickets,
    pages_first_run,
    pages_fleet,
    pages_own,
    pages_queue,
    pages_secure,
    pages_settings,
)
from tests.access.rows import Row

# Where nothing is, for anybody: the last word on every other path below `/api/`.
# Without an identity provider, which tests/dashboard/test_provider.py has, a stranger finds none.
NOTHING_THERE = {"docs:root", "docs:missing", "provider", "metrics"}

ROWS: tuple[Row, ...] = (
    *pages_own.ROWS,
    *pages_queue.ROWS,
    *pages_fleet.ROWS,
    *pages_settings.ROWS,
    *pages_secure.ROWS,
    *pages_first_run.ROWS,
    *api_governance.ROWS,
    *api_tickets.ROWS,
)
