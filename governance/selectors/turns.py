"""Turns: what only one transaction does at a time, whatever rows it touches."""

from __future__ import annotations

from django.db import connection


def turn_taken(work: str) -> bool:
    """Return whether ``work`` is this transaction's until it ends; a busy one is left to others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 1))", [work])
        return bool(cursor.fetchone()[0])


def turn_wait(work: str) -> None:
    """Wait until ``work`` is this transaction's, until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [work])
