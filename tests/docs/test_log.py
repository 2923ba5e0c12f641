"""What docs/log.md says is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from config.celery import app
from governance.domain.log.findings import FindingKind
from governance.domain.log.keys import NAME_DIGITS
from governance.domain.log.losses import MOST_DIGESTS
from governance.management.commands import give_up_seal_key, verify_log
from governance.selectors.log_export import FORMAT
from governance.selectors.sealed_kinds import sealed_kinds
from governance.services.log_checks import log_checks_nightly
from governance.services.seal_losses import IN_USE
from governance.services.sealing import LATE, ROWS_AT_ONCE

ROOT = Path(__file__).resolve().parents[2]
DOC = (ROOT / "docs" / "log.md").read_text("utf-8")
FLAT = " ".join(DOC.split())


def test_every_finding_is_listed() -> None:
    table = DOC.split("| finding | says |", 1)[1].split("\n\n", 1)[0]

    assert re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE) == [
        kind.value for kind in FindingKind
    ]


def test_the_numbers_are_those_of_the_code() -> None:
    every_s = app.conf.beat_schedule["governance.seals"]["schedule"]
    night = app.conf.beat_schedule[f"governance.{log_checks_nightly.__name__}"]["schedule"]

    assert f"Every {every_s:.0f} s what committed" in FLAT
    assert f"at most {ROWS_AT_ONCE:,} rows each" in FLAT
    assert f"more than {LATE.total_seconds() / 60:.0f} min before the last look" in FLAT
    assert f"sealed within the last {IN_USE.total_seconds():.0f} s" in FLAT
    assert f"beyond {MOST_DIGESTS:,} seals, of several" in FLAT
    assert f"first {NAME_DIGITS} hexadecimal digits" in FLAT
    assert (night.hour, night.minute) == ({5}, {10})
    assert "each night at 05:10 UTC" in FLAT


def test_the_kinds_are_those_that_are_sealed() -> None:
    named = "events, decisions, outcomes, interactions, corrections and votes"

    assert named in FLAT
    assert {kind.name for kind in sealed_kinds()} == set(re.split(r", | and ", named))


def test_the_options_and_the_format_are_those_of_the_code() -> None:
    source = Path(verify_log.__file__).read_text("utf-8")

    assert all(
        option in DOC and f'"{option}"' in source for option in ("--since", "--all", "--anchor")
    )
    giving_up = Path(give_up_seal_key.__file__).read_text("utf-8")
    assert all(
        option in DOC and f'"{option}"' in giving_up
        for option in ("--reason", "--all", "--by", "--yes")
    )
    assert f"format `{FORMAT}`" in DOC
    assert (ROOT / "examples" / "verify_export.py").exists()
