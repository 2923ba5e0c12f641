"""What somebody does who can write to the database and knows how it works, but has not the key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Max
from django.test import override_settings

from governance.domain.log.findings import FindingKind
from governance.domain.log.keys import keys_of
from governance.models import Event, Fleet, Seal, SealCheckpoint, SealHead
from governance.selectors.sealed_kinds import sealed_kinds
from governance.selectors.seals import fleet_seal_lag, seal_of
from governance.selectors.turns import turn_taken
from governance.services import sealing
from governance.services.events import event_hash
from governance.services.retention import retention_work
from governance.services.seal_checkpoints import Removed
from governance.services.seal_heads import SealHeadChangedError, SealKeyMissingError, seal_turn
from governance.services.sealing import fleet_seal, seals_write
from tests.escalations.people import second_admin
from tests.governance.log.world import checked, seal
from tests.governance.services.retaining import KEPT_DAYS, agreed, lived, policy_keeps

if TYPE_CHECKING:
    from uuid import UUID

    from governance.selectors.sealed_kinds import SealedKind
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

OTHER = "o" * 32


def kinds(shop: Orchestrator) -> set[FindingKind]:
    return {each.kind for each in checked(shop)}


def test_a_chain_that_is_computed_anew_from_an_altered_event_on_is_found(
    shop: Orchestrator,
) -> None:
    events = list(Event.objects.order_by("seq"))
    first = events[5]
    first.actor = "nobody"
    rewrite(events[5:], events[4].hash)

    found = checked(shop)

    assert found[0].row == str(first.pk)
    assert f"Event {first.seq}" in found[0].sentence
    assert {each.row for each in found} == {str(each.pk) for each in events[5:]}


def rewrite(events: list[Event], previous: str) -> None:
    for event in events:
        event.previous_hash = previous
        event.hash = previous = event_hash(event)
        event.save()


def test_a_tail_that_is_cut_off_the_chain_is_found(shop: Orchestrator) -> None:
    cut = list(Event.objects.order_by("-seq").values_list("pk", flat=True)[:3])
    Event.objects.filter(pk__in=cut).delete()
    left = Event.objects.aggregate(seq=Max("seq"))["seq"]
    Fleet.objects.update(event_seq=left)

    assert {each.row for each in checked(shop)} >= {str(each) for each in cut}


def test_an_unsealed_tail_that_is_cut_is_missed(shop: Orchestrator) -> None:
    shop.work()
    Event.objects.order_by("-seq").first().delete()  # type: ignore[union-attr]

    assert [each.kind for each in checked(shop)] == [FindingKind.MISSING]


def test_an_unsealed_event_that_does_not_name_the_one_before_is_found(shop: Orchestrator) -> None:
    shop.work()
    newest = Event.objects.order_by("seq").last()
    assert newest is not None
    newest.previous_hash = "0" * 64
    newest.hash = event_hash(newest)
    newest.save()

    assert [each.kind for each in checked(shop)] == [FindingKind.CHAIN_BROKEN]


def test_a_seal_in_the_middle_that_is_gone_is_missed(shop: Orchestrator) -> None:
    Seal.objects.filter(number=3).delete()

    assert FindingKind.SEALS_MISSING in kinds(shop)


def test_the_newest_seals_that_are_gone_are_missed(shop: Orchestrator) -> None:
    newest = Seal.objects.aggregate(number=Max("number"))["number"]
    Seal.objects.filter(number__gt=newest - 2).delete()

    assert FindingKind.SEALS_MISSING in kinds(shop)


def test_a_gap_is_still_found_once_the_sealer_goes_on(shop: Orchestrator) -> None:
    newest = Seal.objects.aggregate(number=Max("number"))["number"]
    Seal.objects.filter(number__gt=newest - 2).delete()
    shop.work()
    seal(shop)

    assert FindingKind.SEALS_MISSING in kinds(shop)


def test_seals_signed_with_another_key_are_found(shop: Orchestrator) -> None:
    keys = keys_of([OTHER])
    for row in Seal.objects.all():
        Seal.objects.filter(pk=row.pk).update(signature=keys.sign(seal_of(row).signed))

    assert FindingKind.BAD_SIGNATURE in kinds(shop)


def test_seals_that_name_another_key_are_found(shop: Orchestrator) -> None:
    Seal.objects.update(key=keys_of([OTHER]).current)

    assert FindingKind.UNKNOWN_KEY in kinds(shop)


def test_a_record_that_was_set_back_is_found_and_told_for_ever(shop: Orchestrator) -> None:
    SealHead.objects.update(number=F("number") - 1)
    found = kinds(shop)
    seal(shop)

    assert FindingKind.HEAD_CHANGED in found
    assert FindingKind.HEAD_CHANGED in kinds(shop)


def test_a_record_that_is_gone_is_told_for_ever(shop: Orchestrator) -> None:
    SealHead.objects.all().delete()
    found = kinds(shop)
    seal(shop)

    assert found == {FindingKind.HEAD_CHANGED}
    assert FindingKind.HEAD_CHANGED in kinds(shop)


def test_without_the_key_nothing_is_sealed_and_the_reason_is_a_sentence(
    shop: Orchestrator, clock: Clock
) -> None:
    shop.work()
    clock.forward(hours=1)
    with override_settings(SEAL_KEYS=(OTHER,)):
        with pytest.raises(
            SealKeyMissingError, match="nothing more is sealed until the key is back"
        ):
            fleet_seal(fleet_id=shop.fleet.pk)
        found = kinds(shop)
        lag = fleet_seal_lag(fleet=shop.fleet, now=clock.now)

    assert found == {FindingKind.UNKNOWN_KEY}
    assert lag.total_seconds() == 3600


def test_a_key_from_before_is_still_known(shop: Orchestrator) -> None:
    with override_settings(SEAL_KEYS=(OTHER, *settings.SEAL_KEYS)):
        shop.work()
        seal(shop)
        found = checked(shop)

    assert found == []
    assert Seal.objects.values("key").distinct().count() == 2


def test_a_seal_that_was_noted_down_proves_that_everything_was_set_back(
    shop: Orchestrator,
) -> None:
    head, fleet = SealHead.objects.get(), Fleet.objects.get()
    before = {kind.name: set(ids_of(kind)) for kind in sealed_kinds()}
    shop.ask()
    seal(shop)
    newest = Seal.objects.latest("number")
    set_back(head, fleet, before)

    assert checked(shop) == []
    found = checked(shop, anchors={newest.number: newest.signature})
    assert [each.kind for each in found] == [FindingKind.SEALS_MISSING]


def ids_of(kind: SealedKind) -> list[UUID]:
    return list(kind.model._default_manager.values_list("pk", flat=True))


def set_back(head: SealHead, fleet: Fleet, before: dict[str, set[UUID]]) -> None:
    """Put an older state back as a whole, as somebody can who has kept a copy of it."""
    for kind in sealed_kinds():
        sql = f"DELETE FROM {kind.table} WHERE NOT id = ANY(%s)"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(before[kind.name])])
    Seal.objects.filter(number__gt=head.number).delete()
    head.save()
    Fleet.objects.update(event_seq=fleet.event_seq)


def test_a_sealer_that_was_killed_goes_on_where_it_was(
    shop: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.work()
    before = Seal.objects.count()

    def killed(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sealing, "head_store", killed)
        with pytest.raises(KeyboardInterrupt):
            fleet_seal(fleet_id=shop.fleet.pk)
    assert Seal.objects.count() == before

    seal(shop)

    assert checked(shop) == []
    assert Seal.objects.count() > before


def test_a_fleet_that_another_sealer_has_is_left_to_it(shop: Orchestrator) -> None:
    shop.work()

    def sealed() -> bool:
        try:
            return fleet_seal(fleet_id=shop.fleet.pk)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as other:
        assert turn_taken(seal_turn(shop.fleet.pk))
        assert not other.submit(sealed).result()
    assert seals_write() == 1
    assert checked(shop) == []


def test_small_batches_seal_the_same(shop: Orchestrator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "ROWS_AT_ONCE", 2)
    for _ in range(4):
        shop.work()

    seal(shop)

    assert checked(shop) == []
    assert Seal.objects.aggregate(rows=Max("rows"))["rows"] > 2


@pytest.fixture
def pruned(empty: Orchestrator, clock: Clock) -> Orchestrator:
    """A fleet of which records of 300 days ago were lawfully removed."""
    lived(empty, clock)
    seal(empty)
    policy_keeps(
        empty.fleet, tasks_days=KEPT_DAYS, interactions_days=KEPT_DAYS, events_days=KEPT_DAYS
    )
    run = agreed(empty.fleet, empty.crew.adam, second_admin(empty.fleet))
    retention_work(run_id=run.pk)
    run.refresh_from_db()
    assert {"events", "outcomes", "decisions"} <= set(run.removed)
    seal(empty)
    return empty


def test_a_lawful_removal_passes_and_says_who_agreed(pruned: Orchestrator) -> None:

    assert checked(pruned) == []
    assert set(SealCheckpoint.objects.values_list("by", flat=True)) == {"adam, anna"}


def test_a_row_that_goes_beside_a_lawful_removal_is_missed(pruned: Orchestrator) -> None:
    gone = Event.objects.order_by("seq")[0]
    Event.objects.filter(pk=gone.pk).delete()

    assert {each.row for each in checked(pruned)} == {str(gone.pk)}


def test_a_checkpoint_that_is_gone_leaves_its_rows_missing(pruned: Orchestrator) -> None:
    SealCheckpoint.objects.filter(kind="outcomes").delete()

    assert {FindingKind.MISSING, FindingKind.SEALS_MISSING} <= kinds(pruned)


def test_a_checkpoint_that_was_made_up_is_found(pruned: Orchestrator) -> None:
    made_up = SealCheckpoint.objects.order_by("number")[0]
    SealCheckpoint.objects.filter(pk=made_up.pk).update(ids=bytes(made_up.ids) + b"x" * 16)

    assert FindingKind.BAD_SIGNATURE in kinds(pruned)


def test_seals_and_record_that_are_gone_beside_checkpoints_are_told_for_ever(
    pruned: Orchestrator,
) -> None:
    Seal.objects.all().delete()
    SealHead.objects.all().delete()
    made = SealCheckpoint.objects.latest("number").number
    found = kinds(pruned)
    removed = Removed()
    removed.add("events", [Event.objects.order_by("seq")[0].pk])

    with pytest.raises(SealHeadChangedError, match="Until it is sealed anew, nothing is removed"):
        sign(removed, pruned)
    seal(pruned)
    sign(removed, pruned)

    assert FindingKind.HEAD_CHANGED in found
    assert FindingKind.HEAD_CHANGED in kinds(pruned)
    assert SealCheckpoint.objects.latest("number").number == made + 1


@transaction.atomic
def sign(removed: Removed, shop: Orchestrator) -> None:
    removed.sign(fleet_id=shop.fleet.pk, why="removal 2", by="adam, anna")


def test_a_record_put_back_from_an_older_copy_is_told_for_ever(pruned: Orchestrator) -> None:
    older = SealHead.objects.get()
    pruned.work()
    seal(pruned)
    older.save()
    found = kinds(pruned)
    seal(pruned)

    assert found == {FindingKind.SEALS_MISSING}
    assert FindingKind.HEAD_CHANGED in kinds(pruned)
