"""Whoever changes, deletes or inserts a row by SQL is found, and the row is named."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from tests.governance.log.world import (
    KINDS,
    altered,
    checked,
    deleted,
    inserted,
    kind_of,
    seal,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.selectors.sealed_kinds import SealedKind
    from tests.governance.log.world import Tampering
    from tests.governance.services.orchestrator import Orchestrator

CASES = 50


def named(
    shop: Orchestrator,
    kind: SealedKind,
    tamper: Callable[[SealedKind, Random], Tampering],
    dice: Random,
) -> str:
    """Tamper, let the sealer look, check, undo all; return what was not named, empty for nothing."""
    with transaction.atomic():
        done = tamper(kind, dice)
        found = checked(shop)
        rows = {each.row for each in found if each.table == kind.table}
        transaction.set_rollback(True)
    return "" if done.row in rows else f"{done.words}: {[each.sentence for each in found]}"


@pytest.fixture
def dice() -> Random:
    """Other cases in each run; what was not named says itself what was done."""
    return Random()


@pytest.mark.parametrize("tamper", [altered, deleted])
def test_a_row_that_was_changed_or_deleted_is_named(
    shop: Orchestrator, tamper: Callable[[SealedKind, Random], Tampering], dice: Random
) -> None:
    unnamed = [named(shop, kind_of(kind), tamper, dice) for kind in KINDS for _ in range(CASES)]

    assert [each for each in unnamed if each] == []


def test_a_row_that_was_inserted_is_named_once_the_sealer_has_looked(
    shop: Orchestrator, dice: Random
) -> None:
    done = [inserted(kind_of(kind), dice) for kind in KINDS for _ in range(CASES)]
    seal(shop)
    found = {each.row for each in checked(shop)}

    assert [each.words for each in done if each.row not in found] == []


def test_what_nobody_changed_passes(shop: Orchestrator) -> None:
    assert checked(shop) == []
