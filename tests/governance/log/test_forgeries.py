"""What somebody makes up who can write to the database, so that a change would pass for lawful."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import F

from governance.domain.log.findings import FindingKind
from governance.models import Decision, Outcome, SealCheckpoint, SealHead
from governance.services.seal_checkpoints import Removed
from governance.services.seal_heads import SealHeadChangedError
from tests.governance.log.world import checked, seal

if TYPE_CHECKING:
    from tests.governance.services.orchestrator import Orchestrator


def checkpoint_made_up(shop: Orchestrator, *, kind: str, row: UUID, number: int) -> None:
    SealCheckpoint.objects.create(
        fleet=shop.fleet,
        number=number,
        kind=kind,
        rows=1,
        first_id=row,
        last_id=row,
        ids=row.bytes,
        why="removal 1",
        by="adam, anna",
        key=SealHead.objects.get().key,
        signature="0" * 64,
        removed_at="2026-03-02T09:00:00+00:00",
    )


@pytest.mark.parametrize("number", [1, 7])
def test_a_removal_that_nobody_signed_took_nothing(shop: Orchestrator, number: int) -> None:
    gone = Outcome.objects.order_by("pk")[0].pk
    Outcome.objects.filter(pk=gone).delete()
    checkpoint_made_up(shop, kind="outcomes", row=gone, number=number)

    found = checked(shop)

    assert (FindingKind.MISSING, str(gone)) in {(each.kind, each.row) for each in found}
    assert {FindingKind.BAD_SIGNATURE, FindingKind.SEALS_MISSING} <= {each.kind for each in found}


def test_a_row_of_a_transaction_that_never_was_is_named(shop: Orchestrator) -> None:
    ahead = Decision.objects.order_by("pk")[0]
    ahead.pk = UUID(int=7)
    ahead.transaction = 10**15
    ahead.save(force_insert=True)
    seal(shop)

    found = checked(shop)

    assert [(each.kind, each.row) for each in found] == [(FindingKind.INSERTED, str(UUID(int=7)))]
    assert "no transaction has its number yet" in found[0].sentence


def test_a_removal_signs_no_record_that_was_changed_by_hand(shop: Orchestrator) -> None:
    SealHead.objects.update(number=F("number") - 1)
    removed = Removed()
    removed.add("outcomes", [UUID(int=7)])

    with pytest.raises(SealHeadChangedError, match="nothing is removed"), transaction.atomic():
        removed.sign(fleet_id=shop.fleet.pk, why="removal 1", by="adam, anna")
    seal(shop)

    assert SealCheckpoint.objects.count() == 0
    assert FindingKind.HEAD_CHANGED in {each.kind for each in checked(shop)}
