"""Tickets moved by 32 connections at once; in full: ``python -m tests.chaos.tickets``."""

from __future__ import annotations

import pytest

from tests.chaos.ticket_storm import storm

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_invariant_breaks_while_32_connections_move_the_same_tickets() -> None:
    report = storm(seconds=5, connections=32, seed=3)

    assert (report.broken, report.defects, report.deadlocks) == ([], [], 0)
    # Which moves there were is chance; that there were many, and rivals among them, is not.
    assert report.made["approve"] > 0
    assert report.refused.total() > 10
