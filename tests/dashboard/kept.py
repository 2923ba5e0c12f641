"""One arrangement in the database for all tests of a file: what they do to it is undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction

if TYPE_CHECKING:
    import pytest
    from pytest_django.plugin import DjangoDbBlocker


@contextmanager
def undone_at_the_end(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Undo at the end what is written within; each test's own savepoint lies inside of it.

    A shop takes longer to make than most tests take to look at it.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def tests_commit(request: pytest.FixtureRequest) -> bool:
    """Return whether some test of the file commits, so that nothing can be kept for any."""
    marks = (
        item.get_closest_marker("django_db")
        for item in request.session.items
        if item.path == request.path
    )
    return any(mark and mark.kwargs.get("transaction") for mark in marks)
