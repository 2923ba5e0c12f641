"""Signing, trying again and letting rest."""

from __future__ import annotations

import hashlib
import hmac
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.signatures import SignatureError, signature_check
from governance.domain.webhooks import (
    FAILURES_UNTIL_REST,
    GIVEN_UP_AFTER_H,
    RETRIES_S,
    is_wanted,
    names_unknown,
    rest_s,
    retry_s,
    signature,
)

AT_S = 1_772_452_800
BODY = b'{"name": "breaker.tripped"}'
HEADER = signature(["whsec_1"], AT_S, BODY)


def test_the_signature_is_an_hmac_over_time_and_body() -> None:
    expected = hmac.new(b"whsec_1", b"1772452800." + BODY, hashlib.sha256).hexdigest()

    assert f"t=1772452800,v1={expected}" == HEADER


@given(st.binary(), st.text(st.characters(codec="ascii"), min_size=1))
def test_the_example_believes_what_was_signed(body: bytes, secret: str) -> None:
    signature_check(signature([secret], AT_S, body), body, secret, now_s=AT_S + 2.0)


@pytest.mark.parametrize("secret", ["whsec_new", "whsec_former"])
def test_while_a_receiver_changes_over_both_secrets_are_believed(secret: str) -> None:
    header = signature(["whsec_new", "whsec_former"], AT_S, BODY)

    signature_check(header, BODY, secret, now_s=AT_S)


@pytest.mark.parametrize(
    ("header", "body", "secret", "now_s", "why"),
    [
        (HEADER, BODY, "whsec_2", AT_S, "another secret"),
        (HEADER, BODY + b" ", "whsec_1", AT_S, "changed on its way"),
        (HEADER.replace("t=1772452800", "t=1772452801"), BODY, "whsec_1", AT_S, "changed"),
        (HEADER, BODY, "whsec_1", AT_S + 301.0, "more than 300 s"),
        (HEADER, BODY, "whsec_1", AT_S - 301.0, "more than 300 s"),
        (f"t={'9' * 400},v1=00", BODY, "whsec_1", AT_S, "is not t="),
        (f"t={AT_S},v1=é", BODY, "whsec_1", AT_S, "another secret"),
        ("", BODY, "whsec_1", AT_S, "is not t="),
        ("t=now,v1=00", BODY, "whsec_1", AT_S, "is not t="),
        (HEADER.partition(",")[0], BODY, "whsec_1", AT_S, "is not t="),
        (f"t={AT_S},{HEADER}", BODY, "whsec_1", AT_S, "is not t="),
    ],
)
def test_the_example_believes_nothing_else(
    header: str, body: bytes, secret: str, now_s: float, why: str
) -> None:
    with pytest.raises(SignatureError, match=why):
        signature_check(header, body, secret, now_s=now_s)


def test_a_message_is_tried_ever_more_rarely_and_then_no_more() -> None:
    waits = [retry_s(attempts) for attempts in range(1, len(RETRIES_S) + 2)]

    assert waits == [*RETRIES_S, None]
    assert list(RETRIES_S) == sorted(RETRIES_S)
    assert list(accumulate(RETRIES_S))[-1] < GIVEN_UP_AFTER_H * 3_600


def test_an_endpoint_rests_after_five_failures_and_longer_with_each_more() -> None:
    assert [rest_s(failures) for failures in range(FAILURES_UNTIL_REST)] == [0] * 5
    assert [rest_s(failures) for failures in (5, 6, 7, 10, 11, 5_000)] == [
        60,
        120,
        240,
        1_920,
        3_600,
        3_600,
    ]


@pytest.mark.parametrize(
    ("wanted", "is_so"),
    [
        ([], True),
        (["breaker.tripped"], True),
        (["task.*", "breaker.*"], True),
        (["breaker.closed"], False),
        (["break.*"], False),
    ],
)
def test_an_endpoint_is_sent_what_it_wants(wanted: list[str], *, is_so: bool) -> None:
    assert is_wanted("breaker.tripped", wanted) is is_so


def test_names_that_stand_for_nothing_are_found() -> None:
    known = ["task.started", "breaker.tripped"]

    assert names_unknown(["task.*", "breaker.tripped", "task", "*", "audit.*"], known) == [
        "task",
        "*",
        "audit.*",
    ]
