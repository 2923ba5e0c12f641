"""How those who receive messages answer, as a file says that changes while they run."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

DRIP_S, SLOW_S = 1.0, 1.5
# Longer than anybody waits for an answer.
SILENT_S = 60.0


class Manner(StrEnum):
    """How a receiver answers; a mail server neither redirects nor drips, and is silent instead."""

    OK = "ok"
    # It has taken the message long before it says so.
    SLOW = "slow"
    FAIL = "fail"
    HANG = "hang"
    REDIRECT = "redirect"
    DRIP = "drip"


TAKES = frozenset({Manner.OK, Manner.SLOW})


def manner_of(manners: Path, receiver: str) -> Manner:
    """Return how a receiver answers now, as the file says; one that it does not name is well."""
    return Manner(json.loads(manners.read_text("utf-8")).get(receiver, Manner.OK.value))


def manners_say(manners: Path, said: dict[str, Manner]) -> None:
    """Let every receiver be well but those in ``said``, at once."""
    draft = manners.with_suffix(".new")
    draft.write_text(json.dumps(said), "utf-8")
    draft.replace(manners)
