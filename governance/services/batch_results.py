"""What becomes of the items of a batch: each is stored, known already, or rejected on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from governance.refusals import InvalidFieldError, RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.domain.money import MoneyError

STORED, DUPLICATE, REJECTED = "stored", "duplicate", "rejected"


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one item of a batch; ``refusal`` says why it was rejected."""

    index: int
    status: str
    refusal: RefusalError | None = None


def raced_once(load: Callable[[], list[ItemResult]]) -> list[ItemResult]:
    """Return what ``load`` gives in one transaction, tried again if another batch took an id.

    The loser finds the other's rows then, and tells duplicates from conflicts.
    """
    try:
        with transaction.atomic():
            return load()
    except IntegrityError:
        with transaction.atomic():
            return load()


def refusal_of(error: RefusalError | MoneyError) -> RefusalError:
    """Return an amount that is none as the refusal it is."""
    if isinstance(error, RefusalError):
        return error
    return InvalidFieldError(
        str(error), field=error.field, value=error.value, allowed=error.allowed
    )
