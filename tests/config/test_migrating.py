"""``migrate`` and the search for garbage."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands import migrate

from config.migrating import SEARCH_AT


def test_garbage_is_searched_for_rarely_while_it_migrates_and_as_ever_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, meanwhile = gc.get_threshold(), []

    def migrates(*args: Any, **options: Any) -> None:
        meanwhile.append(gc.get_threshold())
        raise CommandError("It broke off.")

    monkeypatch.setattr(migrate.Command, "handle", migrates)
    with pytest.raises(CommandError, match="broke off"):
        call_command("migrate")

    assert (meanwhile, gc.get_threshold()) == ([SEARCH_AT], before)
