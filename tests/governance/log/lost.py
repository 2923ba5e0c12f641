"""Keys that an installation has, loses and gives up."""

from __future__ import annotations

from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST = settings.SEAL_KEYS[0]
SECOND, THIRD = "second " * 6, "third " * 7
WHY = "disk of the key server failed"


@contextmanager
def keys(*secrets: str) -> Iterator[None]:
    with override_settings(SEAL_KEYS=secrets):
        yield


def give_up(*words: str, reason: str = WHY) -> str:
    out = StringIO()
    call_command("give_up_seal_key", *words, "--reason", reason, stdout=out)
    return out.getvalue()
