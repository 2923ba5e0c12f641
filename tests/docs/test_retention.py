"""What docs/policy.md says of retention is what the code does."""

from __future__ import annotations

from pathlib import Path

from governance.domain.policy.retention import SIX_MONTHS_DAYS, RetentionPolicy
from governance.events.base import REGISTRY
from governance.files.archive import MANIFEST
from governance.services.retention_preparing import LEASE
from governance.services.retention_removing import LINEAGES_AT_ONCE, ROWS_AT_ONCE

ROOT = Path(__file__).resolve().parents[2]
TEXT = " ".join((ROOT / "docs" / "policy.md").read_text("utf-8").split())
SECTION = TEXT.split("## Retention", 1)[1].split(" ## ", 1)[0]


def test_the_times_are_the_codes() -> None:
    kept = RetentionPolicy()

    assert (kept.tasks_days, kept.interactions_days, kept.events_days) == (0, 0, 0)
    assert f"at least {SIX_MONTHS_DAYS} days" in SECTION
    assert f"goes on after {LEASE.seconds // 60} min" in SECTION


def test_the_batches_are_the_codes() -> None:
    assert f"at most {LINEAGES_AT_ONCE} lineages or {ROWS_AT_ONCE:,} rows" in SECTION
    assert f"the tasks of at most {LINEAGES_AT_ONCE} lineages" in " ".join(
        (ROOT / "docs" / "architecture.md").read_text("utf-8").split()
    )


def test_the_manifest_and_the_events_are_named() -> None:
    assert f"`{MANIFEST}`" in SECTION
    assert {name for name in REGISTRY if name.startswith("retention.")} == {
        name for name in REGISTRY if f"`{name}`" in SECTION and name.startswith("retention.")
    }
