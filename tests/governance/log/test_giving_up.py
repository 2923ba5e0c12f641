"""The command that gives up a lost key: whom it refuses, and what it asks before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from django.core.management import CommandError
from django.db import connection

from governance.domain.log.keys import keys_of
from governance.models import (
    Event,
    Seal,
    SealKeyLoss,
)
from governance.refusals import ConflictError
from governance.selectors.seals import seal_keys
from governance.services.seal_losses import seal_key_give_up
from tests.governance.log.lost import FIRST, SECOND, WHY, give_up, keys
from tests.governance.log.world import checked, seal

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


def test_it_is_refused_where_the_key_is_there(idle: Orchestrator) -> None:
    key = seal_keys().current
    with pytest.raises(CommandError, match=f"its log is sealed with key {key}, which SEAL_KEY or"):
        give_up("shop", "--yes")
    with pytest.raises(CommandError, match="Nothing is given up: of every fleet"):
        give_up("--all", "--yes")
    with keys(SECOND, FIRST):
        with pytest.raises(CommandError, match=f"its log is sealed with key {key}"):
            give_up("shop", "--yes")
        idle.work()
        seal(idle)
    # Only older ones are missing: sealing goes on.
    with keys(SECOND), pytest.raises(CommandError, match=f"Missing are key {key}, of older seals"):
        give_up("shop", "--yes")
    assert not SealKeyLoss.objects.exists()


@pytest.mark.parametrize(
    ("words", "reason", "said"),
    [
        (("shop",), "  ", "must be one line of 1 to 500"),
        (("shop",), "a\nb", "must be one line of 1 to 500"),
        (("shop",), "x" * 501, "must be one line of 1 to 500"),
        ((), WHY, "Name one fleet, or give --all"),
        (("shop", "--all"), WHY, "Name one fleet, or give --all"),
        (("shed",), WHY, "There is no fleet shed"),
        (("shop", "--by", "nobody"), WHY, "There is no person nobody"),
        (("shop",), WHY, "nothing is sealed there yet"),
    ],
)
def test_what_was_asked_wrongly_is_named(
    empty: Orchestrator, words: tuple[str, ...], reason: str, said: str
) -> None:
    with keys(SECOND), pytest.raises(CommandError, match=said):
        give_up(*words, "--yes", reason=reason)


def test_without_a_yes_nothing_is_done(idle: Orchestrator) -> None:
    with keys(SECOND):
        for answer in ("no", EOFError):
            with (
                patch("builtins.input", side_effect=[answer]),
                pytest.raises(CommandError, match="Nothing was done"),
            ):
                give_up("shop")
        with patch("builtins.input", side_effect=["yes"]):
            give_up("--all", "--by", "mona")

    assert SealKeyLoss.objects.get().by == "mona"
    assert Event.objects.get(name="log.key_given_up").actor == "mona"


def test_a_key_that_sealed_just_now_is_in_a_process_that_runs(
    idle: Orchestrator, clock: Clock
) -> None:
    seal(idle)
    clock.forward(seconds=30)

    with keys(SECOND), pytest.raises(CommandError, match="sealed 30 s ago, so that a process"):
        give_up("shop", "--yes")
    assert not SealKeyLoss.objects.exists()


def test_only_what_was_told_is_given_up_and_of_two_at_once_one_does_it(idle: Orchestrator) -> None:
    names = frozenset({keys_of([FIRST]).current})
    together = Barrier(2)

    def given_up(by: str) -> str:
        together.wait(60)
        try:
            seal_key_give_up(fleet=idle.fleet, names=names, reason=WHY, by=by, actor=by)
        except ConflictError as refused:
            return refused.code
        finally:
            connection.close()
        return "given up"

    with keys(SECOND), pytest.raises(ConflictError, match="Nothing was done"):
        seal_key_give_up(
            fleet=idle.fleet, names=frozenset({"deadbeef"}), reason=WHY, by="rita", actor="rita"
        )
    with keys(SECOND), ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(given_up, ("rita", "mona")))
        seal(idle)
        found = checked(idle)

    assert sorted(ended) == ["given up", "seal_key_not_lost"]
    assert SealKeyLoss.objects.count() == 1
    assert found == []


def test_a_seal_that_only_names_another_key_is_not_lost(idle: Orchestrator) -> None:
    newest = Seal.objects.latest("number")
    Seal.objects.filter(pk=newest.pk).update(key="deadbeef")

    with pytest.raises(CommandError, match="names key deadbeef and bears the signature of key"):
        give_up("shop", "--yes")
    assert not SealKeyLoss.objects.exists()
