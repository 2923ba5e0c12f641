"""Checks that people ask for, those of the night, and the command."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from dashboard.pages.integrity_words import changed_words
from governance.domain.log.findings import ROWS_TOLD_APART, faults_words
from governance.domain.log.states import MOVES, CheckMove, CheckState, check_from, check_to
from governance.models import Event, LogCheck, Outcome, Seal
from governance.refusals import ConflictError, ForbiddenError
from governance.selectors.seals import seal_lag
from governance.services.log_checks import (
    log_check_ask,
    log_check_run,
    log_checks_due,
    log_checks_nightly,
)

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


def altered() -> Outcome:
    outcome = Outcome.objects.order_by("pk")[3]
    Outcome.objects.filter(pk=outcome.pk).update(fact=outcome.fact + 7000)
    return outcome


def verified(*words: str) -> str:
    out = StringIO()
    call_command("verify_log", *words, stdout=out)
    return out.getvalue()


def test_a_check_of_an_unchanged_log_finds_nothing(shop: Orchestrator) -> None:
    check = log_check_run(check_id=log_check_ask(fleet=shop.fleet, user=shop.crew.mona).pk)

    assert (check.state, check.found, check.share) == (CheckState.DONE, 0, 1.0)
    assert check.counts["outcomes"] == Outcome.objects.count()
    assert check.seal == Seal.objects.latest("number").signature
    assert not Event.objects.filter(name="log.check_failed").exists()


def test_what_a_check_finds_is_kept_and_told(shop: Orchestrator) -> None:
    row = altered()

    check = log_check_run(check_id=log_check_ask(fleet=shop.fleet, user=shop.crew.mona).pk)

    assert (check.found, check.rows) == (1, 1)
    assert check.findings[0]["row"] == str(row.pk)
    told = Event.objects.get(name="log.check_failed")
    assert (told.ids["log_check"], told.payload["found"]) == (str(check.pk), 1)
    assert str(row.pk) in told.payload["sentence"]


def test_a_row_with_two_faults_is_one_row(shop: Orchestrator) -> None:
    event = Event.objects.order_by("seq")[2]
    Event.objects.filter(pk=event.pk).update(actor="nobody")

    check = log_check_run(check_id=log_check_ask(fleet=shop.fleet, user=shop.crew.mona).pk)

    # Its seal and its chain both name it.
    assert (check.found, check.rows) == (2, 1)
    assert changed_words(check).count("found 2 faults in 1 row.") == 1


@pytest.mark.parametrize(
    ("faults", "rows", "said"),
    [
        (1, 0, "1 fault"),
        (1, None, "1 fault"),
        (3, 2, "3 faults in 2 rows"),
        (1, 1, "1 fault in 1 row"),
        (200_000, ROWS_TOLD_APART, "200,000 faults in 100,000 rows or more"),
    ],
)
def test_faults_are_told_with_their_rows(faults: int, rows: int | None, said: str) -> None:
    assert faults_words(faults, rows) == said


def test_a_reviewer_may_not_check(shop: Orchestrator) -> None:
    with pytest.raises(ForbiddenError, match="check the event log"):
        log_check_ask(fleet=shop.fleet, user=shop.crew.rita)


def test_one_check_at_a_time(shop: Orchestrator) -> None:
    log_check_ask(fleet=shop.fleet, user=shop.crew.mona)

    with pytest.raises(ConflictError, match="Check 1 is under way"):
        log_check_ask(fleet=shop.fleet, user=shop.crew.adam)
    assert log_checks_nightly() == 0


def test_a_check_is_run_once(shop: Orchestrator) -> None:
    asked = log_check_ask(fleet=shop.fleet, user=shop.crew.mona)
    log_check_run(check_id=asked.pk)

    assert log_check_run(check_id=asked.pk).ended_at == LogCheck.objects.get().ended_at
    assert log_checks_nightly() == 1


def test_a_check_whose_worker_is_lost_is_given_up(shop: Orchestrator, clock: Clock) -> None:
    asked = log_check_ask(fleet=shop.fleet, user=shop.crew.mona)
    LogCheck.objects.filter(pk=asked.pk).update(state=CheckState.RUNNING.value)

    clock.forward(minutes=11)

    assert log_checks_due() == []
    check = LogCheck.objects.get()
    assert check.state == CheckState.FAILED
    assert "worker was lost" in check.error


def test_a_check_waits_through_the_night_for_those_of_other_fleets(
    shop: Orchestrator, clock: Clock
) -> None:
    asked = log_check_ask(fleet=shop.fleet, user=shop.crew.mona)
    clock.forward(hours=11)
    handed_out = log_checks_due()
    clock.forward(hours=2)

    assert handed_out == [asked.pk]
    assert log_checks_due() == []
    assert LogCheck.objects.get().error == "No worker took it up within 12 h."


def test_a_check_that_breaks_says_so(shop: Orchestrator, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = log_check_ask(fleet=shop.fleet, user=shop.crew.mona)

    def broken(**_fields: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr("governance.services.log_checks.LogRun", broken)
    with pytest.raises(OSError, match="disk"):
        log_check_run(check_id=asked.pk)

    assert LogCheck.objects.get().error == "OSError: the disk is gone"


def test_the_command_prints_what_was_checked(shop: Orchestrator) -> None:
    newest = Seal.objects.latest("number")

    said = verified("shop")

    assert said.startswith("shop: nothing was changed;")
    assert f"up to seal {newest.number}:{newest.signature}" in said
    assert "nothing was changed" in verified(
        "shop", "--anchor", f"{newest.number}:{newest.signature}"
    )


def test_the_command_names_the_first_altered_row_and_ends_with_1(shop: Orchestrator) -> None:
    row = altered()
    out = StringIO()

    with pytest.raises(CommandError, match="1 fault in 1 row: the log was changed") as caught:
        call_command("verify_log", stdout=out)

    assert caught.value.returncode == 1
    assert f"altered: Outcome {row.pk} in governance_outcome" in out.getvalue()


def test_without_the_key_the_command_says_so_and_not_that_the_log_was_changed(
    shop: Orchestrator,
) -> None:
    with (
        override_settings(SEAL_KEYS=("o" * 32,)),
        pytest.raises(CommandError, match="so nobody can tell here whether it was changed"),
    ):
        verified("shop")


def test_the_command_may_begin_later(shop: Orchestrator, clock: Clock) -> None:
    altered()
    shop.work()

    since = (clock.now - timedelta(minutes=90)).isoformat()

    assert "nothing was changed" in verified("shop", "--since", since)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "There is no fleet nowhere"),
        (["--anchor", "1:" + "a" * 64], "--anchor needs the fleet"),
        (["--since", "soon"], "must be a date or a time"),
        (["shop", "--anchor", "x"], "must be NUMBER:SIGNATURE"),
    ],
)
def test_the_command_says_what_it_takes(shop: Orchestrator, words: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        verified(*words)


def test_a_seal_noted_down_that_is_not_there_is_found(shop: Orchestrator) -> None:
    with pytest.raises(CommandError, match="1 fault: "):
        verified("shop", "--anchor", "2:" + "a" * 64)


def test_the_lag_is_the_age_of_what_should_be_sealed(shop: Orchestrator, clock: Clock) -> None:
    assert seal_lag(now=clock.now) == timedelta()

    shop.work()
    clock.forward(minutes=3)

    assert seal_lag(now=clock.now) == timedelta(minutes=3)


def test_every_move_of_a_check_has_one_end() -> None:
    ends = {
        move: {after for (_, each), after in MOVES.items() if each is move} for move in CheckMove
    }

    assert all(ends[move] == {check_to(move)} for move in CheckMove)
    assert check_from(CheckMove.TAKE_UP) == (CheckState.WAITING,)
