"""An installation that lost the key of its log: it gives it up, in writing, and goes on."""

from __future__ import annotations

from functools import partial
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F, Max

from dashboard.pages.integrity_words import changed_words
from governance.domain.log.findings import FindingKind
from governance.domain.log.keys import keys_of
from governance.models import (
    Event,
    Outcome,
    Seal,
    SealCheckpoint,
    SealHead,
    SealKeyLoss,
)
from governance.selectors.health import seals_read
from governance.selectors.log_checking import LogRun
from governance.selectors.seal_losses import key_missing, seal_keys_used
from governance.selectors.seals import seal_keys, seal_of
from governance.services.log_checks import log_check_ask, log_check_run
from governance.services.retention import retention_work
from governance.services.seal_heads import head_hold
from governance.services.sealing import fleet_seal
from tests.escalations.people import second_admin
from tests.governance.log.lost import FIRST, SECOND, THIRD, WHY, give_up, keys
from tests.governance.log.world import checked, seal
from tests.governance.services.retaining import KEPT_DAYS, agreed, lived, policy_keeps

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.domain.log.findings import Finding
    from governance.models import RetentionRun
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


def kinds(shop: Orchestrator) -> set[FindingKind]:
    return {each.kind for each in checked(shop)}


def test_sealing_goes_on_and_the_log_passes_with_what_is_to_be_known(idle: Orchestrator) -> None:
    lost, last = seal_keys().current, Seal.objects.latest("number")
    marks = SealHead.objects.get().marks
    with keys(SECOND):
        said = give_up("shop", "--yes")
        record = SealKeyLoss.objects.get()
        told = Event.objects.latest("seq")
        kept = SealHead.objects.get().marks
        idle.work()
        seal(idle)
        next_seal = Seal.objects.get(number=last.number + 1)
        run = LogRun(fleet_id=idle.fleet.pk)
        found = list(run.findings())
        out = StringIO()
        call_command("verify_log", "shop", stdout=out)

    assert f"shop: key {lost} signed seals 1 to {last.number}, " in said
    assert f"shop: key {lost} given up. Record 1: {record.signature}" in said
    assert (record.seal, record.seals, kept) == (last.signature, last.number, marks)
    assert (told.name, told.actor) == ("log.key_given_up", "command line")
    assert f"“{WHY}”" in told.payload["sentence"]
    assert (next_seal.previous, next_seal.key) == (last.signature, keys_of([SECOND]).current)
    assert found == []
    (note,) = run.notes
    assert note.startswith(f"Seals 1 to {last.number} were signed with key {lost}, lost and given")
    assert note in out.getvalue()
    assert "nothing was changed" in out.getvalue()


def changed(shop: Orchestrator, change: Callable[[], object]) -> list[Finding]:
    """Change something by hand, check, and undo it; return what was found."""
    with transaction.atomic():
        change()
        found = checked(shop)
        transaction.set_rollback(True)
    return found


def bit_turned(column: str) -> None:
    """Turn one bit of the third seal."""
    turned = f"set_byte({column}, 5, get_byte({column}, 5) # 1)"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE governance_seal SET {column} = {turned} WHERE number = 3")  # noqa: S608


def test_an_old_seal_can_be_changed_no_more(anew: Orchestrator) -> None:
    third = Seal.objects.filter(number=3)
    changes: list[Callable[[], object]] = [
        partial(bit_turned, "ids"),
        partial(bit_turned, "digests"),
        *(partial(third.update, **{each: "x"}) for each in ("signature", "remark", "key")),
    ]
    for change in changes:
        found = changed(anew, change)

        wrong = {each.number for each in found if each.kind is FindingKind.BAD_SIGNATURE}
        assert wrong == {3}, (change, found)


def test_an_old_row_can_be_changed_no_more(anew: Orchestrator) -> None:
    row = Outcome.objects.order_by("pk")[0].pk
    Outcome.objects.filter(pk=row).update(fact=F("fact") + 7000)

    assert [(each.kind, each.row) for each in checked(anew)] == [(FindingKind.ALTERED, str(row))]


def test_a_seal_that_somebody_makes_with_the_lost_key_afterwards_is_named(
    anew: Orchestrator,
) -> None:
    newest, stolen = Seal.objects.latest("number"), keys_of([FIRST])
    newest.key = stolen.current
    newest.signature = stolen.sign(seal_of(newest).signed)
    newest.save()

    unknown = {e.number for e in checked(anew) if e.kind is FindingKind.UNKNOWN_KEY}

    assert unknown == {newest.number}


def test_a_record_that_was_altered_is_named_and_excuses_nothing(anew: Orchestrator) -> None:
    for fields in (
        {"reason": "none"},
        {"by": "rita"},
        {"seals": F("seals") + 1},
        {"lost": [{"key": keys_of([FIRST]).current}]},
        {"lost": {"key": [1]}},
        {"seal_digests": b"x" * 32},
        {"checkpoint_digests": b"x" * 32},
        {"number": 2**60},
    ):
        found = changed(anew, partial(SealKeyLoss.objects.update, **fields))

        named = {each.kind for each in found}
        assert {FindingKind.BAD_SIGNATURE, FindingKind.UNKNOWN_KEY} <= named, fields
    gone = {each.kind for each in changed(anew, SealKeyLoss.objects.all().delete)}
    assert {FindingKind.SEALS_MISSING, FindingKind.UNKNOWN_KEY} <= gone


def test_record_and_head_taken_away_are_told_for_ever(anew: Orchestrator) -> None:
    SealKeyLoss.objects.all().delete()
    SealHead.objects.all().delete()
    anew.work()
    seal(anew)

    assert {FindingKind.HEAD_CHANGED, FindingKind.UNKNOWN_KEY} <= kinds(anew)


def test_a_head_put_back_from_before_holds_nothing_up_and_is_told_for_ever(
    idle: Orchestrator,
) -> None:
    older = SealHead.objects.get()
    with keys(SECOND):
        give_up("shop", "--yes")
        older.save()
        missing = key_missing(fleet_id=idle.fleet.pk, keys=seal_keys())
        idle.work()
        seal(idle)
        found = kinds(idle)

    assert missing == ""
    assert found == {FindingKind.HEAD_CHANGED}


def test_a_head_of_a_key_given_up_is_believed_in_nothing_even_with_the_key_back(
    idle: Orchestrator,
) -> None:
    older, first = SealHead.objects.get(), keys_of([FIRST]).current
    with keys(SECOND):
        give_up("shop", "--yes")
        with transaction.atomic():
            SealHead.objects.update(key=first, marks={})
            _, renamed = head_hold(idle.fleet.pk, seal_keys())
            transaction.set_rollback(True)
    with keys(SECOND, FIRST), transaction.atomic():
        older.save()
        head, put_back = head_hold(idle.fleet.pk, seal_keys())

    assert renamed == put_back == "The record of how far the log is sealed was changed."
    assert head.losses == 1


def test_a_head_that_was_behind_when_its_key_was_given_up_is_told_for_ever(
    idle: Orchestrator,
) -> None:
    SealHead.objects.update(number=F("number") - 1)
    with keys(SECOND):
        give_up("shop", "--yes")
        idle.work()
        seal(idle)

        assert kinds(idle) == {FindingKind.HEAD_CHANGED}


def test_seals_that_were_gone_when_their_key_was_given_up_are_missed_for_ever(
    idle: Orchestrator,
) -> None:
    newest = Seal.objects.aggregate(number=Max("number"))["number"]
    Seal.objects.filter(number=newest).delete()
    with keys(SECOND):
        give_up("shop", "--yes")
        idle.work()
        seal(idle)

        assert FindingKind.SEALS_MISSING in kinds(idle)


def test_two_losses_in_a_row_pass_and_each_is_told_once(anew: Orchestrator) -> None:
    with keys(THIRD):
        give_up("shop", "--yes", reason="lost again")
        anew.work()
        seal(anew)
        run = LogRun(fleet_id=anew.fleet.pk)
        found = list(run.findings())
        Seal.objects.filter(number=2).update(remark="x")
        changed = {each.number for each in checked(anew) if each.kind is FindingKind.BAD_SIGNATURE}

    assert found == []
    assert [note.split(" signed with key ")[1][:8] for note in run.notes] == [
        keys_of([FIRST]).current,
        keys_of([SECOND]).current,
    ]
    assert "“lost again”" in run.notes[1]
    assert changed == {2}


def test_a_key_that_turns_up_again_is_checked_again(anew: Orchestrator) -> None:
    with keys(SECOND, FIRST):
        run = LogRun(fleet_id=anew.fleet.pk)
        found = list(run.findings())
        Seal.objects.filter(number=2).update(signature="0" * 64)
        said = [each.sentence for each in checked(anew)]

    assert found == []
    assert run.notes[0].endswith("The key is here again, and its signatures are checked.")
    assert any("Seal 2" in each and "does not bear its key's signature" in each for each in said)


def test_a_check_between_the_loss_and_giving_up_says_that_the_key_is_missing(
    idle: Orchestrator,
) -> None:
    def said() -> str:
        check = log_check_run(check_id=log_check_ask(fleet=idle.fleet, user=idle.crew.mona).pk)
        return changed_words(check)

    with keys(SECOND):
        missing = said()
        Outcome.objects.filter(pk=Outcome.objects.order_by("pk")[0].pk).update(fact=7000)
        altered = said()

    assert missing.startswith("Nobody can tell whether the log of this fleet was changed, for its")
    assert altered.startswith("The log of this fleet was changed: check 2")


def test_health_names_the_command_and_a_backup_asks_for_no_key_that_was_given_up(
    idle: Orchestrator, clock: Clock
) -> None:
    with keys(SECOND):
        before = seals_read(clock.now)
        give_up("shop", "--yes")
        after = seals_read(clock.now)
        used = seal_keys_used()

    assert before.short
    assert "python manage.py give_up_seal_key shop" in (before.error or "")
    assert (after.short, after.error) == (False, None)
    assert used == [keys_of([SECOND]).current]


@pytest.fixture
def agreed_to(empty: Orchestrator, clock: Clock) -> RetentionRun:
    """A removal that two admins agreed to, of records of 300 days ago."""
    lived(empty, clock)
    seal(empty)
    policy_keeps(
        empty.fleet, tasks_days=KEPT_DAYS, interactions_days=KEPT_DAYS, events_days=KEPT_DAYS
    )
    return agreed(empty.fleet, empty.crew.adam, second_admin(empty.fleet))


def worked(run: RetentionRun) -> str:
    retention_work(run_id=run.pk)
    run.refresh_from_db()
    return str(run.state)


def test_retention_goes_on_once_the_key_is_given_up(
    agreed_to: RetentionRun, empty: Orchestrator, clock: Clock
) -> None:
    clock.forward(hours=1)
    with keys(SECOND):
        waits = worked(agreed_to)
        give_up("shop", "--yes")
        done = worked(agreed_to)
        seal(empty)
        found = checked(empty)

    assert (waits, done, found) == ("REMOVING", "DONE", [])
    assert SealCheckpoint.objects.exists()


def test_a_removal_of_before_stays_lawful_and_its_record_can_be_changed_no_more(
    agreed_to: RetentionRun, empty: Orchestrator, clock: Clock
) -> None:
    worked(agreed_to)
    clock.forward(hours=1)
    with keys(SECOND):
        give_up("shop", "--yes")
        fleet_seal(fleet_id=empty.fleet.pk)
        found = checked(empty)
        made = SealCheckpoint.objects.order_by("number")[0]
        SealCheckpoint.objects.filter(pk=made.pk).update(by="rita")
        changed = kinds(empty)

    assert found == []
    assert {FindingKind.BAD_SIGNATURE, FindingKind.MISSING} == changed
