"""The numbers of docs/api.md about webhooks are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from governance.domain.policy.retention import RetentionPolicy
from governance.domain.webhooks import (
    DELIVERY_HEADER,
    FAILURES_UNTIL_REST,
    GIVEN_UP_AFTER_H,
    LONGEST_REST_S,
    REST_S,
    RETRIES_S,
    SIGNATURE_HEADER,
)
from governance.outbound.sender import WITHIN_S
from governance.services.callbacks import CALLBACK_EVENTS
from governance.services.webhooks import CHANGE_OVER

TEXT = " ".join((Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8").split())


def told(seconds: int) -> str:
    for unit, length_s in (("h", 3_600), ("min", 60), ("s", 1)):
        if seconds % length_s == 0:
            return f"{seconds // length_s} {unit}"
    raise AssertionError(seconds)


def test_when_a_message_is_tried_again() -> None:
    *first, last = [told(seconds) for seconds in RETRIES_S]

    assert (
        f"not taken within {WITHIN_S:g} s is tried again after {', '.join(first)} and {last}, "
        f"and given up after {GIVEN_UP_AFTER_H} h." in TEXT
    )


def test_how_long_the_log_is_kept() -> None:
    kept = RetentionPolicy().deliveries_days
    assert f"the log gives the reason, and keeps it for {kept} days" in TEXT
    assert "(`retention.deliveries_days`)" in TEXT


def test_when_an_endpoint_rests() -> None:
    assert (
        f"After {FAILURES_UNTIL_REST} failures in a row the endpoint rests for {REST_S} s, twice as "
        f"long with each further one, at most {LONGEST_REST_S // 3_600} h" in TEXT
    )


def test_how_long_both_secrets_sign() -> None:
    assert f"for {CHANGE_OVER.total_seconds() / 3_600:g} h both sign" in TEXT


def test_what_the_headers_are_called() -> None:
    assert f"`{SIGNATURE_HEADER}: t=<epoch s>,v1=" in TEXT
    assert f"keep `{DELIVERY_HEADER}`" in TEXT


def test_what_callbacks_are_sent_at() -> None:
    _, _, told = TEXT.partition("logged in the same way, at ")
    listed, _, _ = told.partition(" It says only that")

    assert set(re.findall(r"`([a-z]+\.[a-z_]+)`", listed)) == set(CALLBACK_EVENTS)
